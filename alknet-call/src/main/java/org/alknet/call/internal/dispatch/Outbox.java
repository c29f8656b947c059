package org.alknet.call.internal.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the frames of one request in order when its values and its end come from different threads:
 * the end waits for a value that is just being handed to the link, and no value follows the end.
 *
 * <p>Thread-safe. Nothing is sent while the lock is held.
 */
final class Outbox {
  private final Object lock = new Object();

  @GuardedBy("lock")
  private boolean sending;

  @GuardedBy("lock")
  private boolean over;

  @GuardedBy("lock")
  private @Nullable Runnable end;

  /** Hands a value to the link; null if the end has come. One value at a time. */
  @Nullable CompletionStage<Void> value(Supplier<CompletionStage<Void>> send) {
    synchronized (lock) {
      if (over) {
        return null;
      }
      sending = true;
    }
    try {
      return send.get();
    } finally {
      Runnable waiting;
      synchronized (lock) {
        sending = false;
        waiting = end;
        end = null;
      }
      if (waiting != null) {
        waiting.run();
      }
    }
  }

  /** Sends the end, now or after the value that is being handed over. Called once. */
  void end(Runnable send) {
    synchronized (lock) {
      over = true;
      if (sending) {
        end = send;
        return;
      }
    }
    send.run();
  }
}
