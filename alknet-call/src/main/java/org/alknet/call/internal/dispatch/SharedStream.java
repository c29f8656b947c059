package org.alknet.call.internal.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.link.StreamLink;
import org.alknet.call.internal.schedule.Stages;
import org.jspecify.annotations.Nullable;

/**
 * Sends small calls over one long-lived stream and opens a stream for everything else, so that
 * neither a slow subscriber nor a large frame holds up the others. A stream that can no longer be
 * used is replaced at the next request.
 */
final class SharedStream implements OutgoingStreams {
  /** A call whose frame is larger gets a stream of its own. */
  static final int LARGE = 16 * 1024;

  private final CallSession session;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable CompletableFuture<Link> current;

  SharedStream(CallSession session) {
    this.session = session;
  }

  @Override
  public CompletionStage<? extends Link> linkFor(Kind kind, int frameBytes) {
    if (kind != Kind.CALL || frameBytes > LARGE) {
      return session.open(StreamLink.Role.DEDICATED);
    }
    CompletableFuture<Link> fresh;
    synchronized (lock) {
      if (current != null && isUsable(current)) {
        // A copy: a caller that gives up must not cancel the stream of the others.
        return current.copy();
      }
      fresh = new CompletableFuture<>();
      current = fresh;
    }
    Stages.listen(
        session.open(StreamLink.Role.SHARED),
        (link, failure) -> {
          if (link != null) {
            fresh.complete(link);
          } else {
            fresh.completeExceptionally(Objects.requireNonNull(failure));
          }
        });
    return fresh.copy();
  }

  private static boolean isUsable(CompletableFuture<Link> stream) {
    if (!stream.isDone()) {
      return true;
    }
    return !stream.isCompletedExceptionally()
        && stream.join().canSend()
        && stream.join().canReceive();
  }
}
