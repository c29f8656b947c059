package org.alknet.call.compose;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The events on their way to one listener: in order, one at a time, on its executor, never under a
 * lock. If it is so slow that a thousand wait, the oldest are dropped.
 *
 * <p>Thread-safe.
 */
final class PeerEvents {
  private static final Logger LOG = System.getLogger(PeerEvents.class.getName());
  private static final int MAX_WAITING = 1024;

  private final PeerListener listener;
  private final Executor executor;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final ArrayDeque<Consumer<PeerListener>> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean telling;

  PeerEvents(PeerListener listener, Executor executor) {
    this.listener = listener;
    this.executor = executor;
  }

  /** Takes an event; it is on its way after {@link #deliver}. */
  void add(Consumer<PeerListener> event) {
    synchronized (lock) {
      if (waiting.size() == MAX_WAITING) {
        waiting.remove();
        LOG.log(Level.WARNING, "event=peer_events_lost a listener is too slow");
      }
      waiting.add(event);
    }
  }

  /** Sends what was taken on its way; called without a lock held. */
  void deliver() {
    synchronized (lock) {
      if (telling || waiting.isEmpty()) {
        return;
      }
      telling = true;
    }
    try {
      executor.execute(this::tellAll);
    } catch (RejectedExecutionException stopped) {
      LOG.log(Level.DEBUG, "a listener's executor has stopped");
      synchronized (lock) {
        waiting.clear();
        telling = false;
      }
    }
  }

  private void tellAll() {
    for (Consumer<PeerListener> event = next(); event != null; event = next()) {
      try {
        event.accept(listener);
      } catch (RuntimeException bug) {
        LOG.log(Level.ERROR, "event=peer_listener_failed", bug);
      }
    }
  }

  private @Nullable Consumer<PeerListener> next() {
    synchronized (lock) {
      Consumer<PeerListener> event = waiting.poll();
      telling = event != null;
      return event;
    }
  }
}
