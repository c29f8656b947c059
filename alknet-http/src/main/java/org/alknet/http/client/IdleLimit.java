package org.alknet.http.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * A stream that fails if nothing comes for a while although something was asked for.
 *
 * <p>Thread-safe. Nothing is called while the lock is held.
 */
final class IdleLimit implements Flow.Publisher<List<ByteBuffer>> {
  private final Flow.Publisher<List<ByteBuffer>> pieces;
  private final Duration limit;
  private final Waits waits;

  IdleLimit(Flow.Publisher<List<ByteBuffer>> pieces, Duration limit, Waits waits) {
    this.pieces = pieces;
    this.limit = limit;
    this.waits = waits;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super List<ByteBuffer>> subscriber) {
    pieces.subscribe(new Watched(subscriber));
  }

  private final class Watched implements Flow.Subscriber<List<ByteBuffer>>, Flow.Subscription {
    private final Flow.Subscriber<? super List<ByteBuffer>> to;
    private final Object lock = new Object();
    private volatile Flow.@Nullable Subscription from;

    @GuardedBy("lock")
    private long wanted;

    @GuardedBy("lock")
    private long since;

    @GuardedBy("lock")
    private boolean over;

    /** At most one at a time: it looks again when it rings too early. */
    @GuardedBy("lock")
    private @Nullable CompletableFuture<Void> alarm;

    Watched(Flow.Subscriber<? super List<ByteBuffer>> to) {
      this.to = to;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      from = subscription;
      to.onSubscribe(this);
    }

    @Override
    public void request(long n) {
      synchronized (lock) {
        since = wanted == 0 ? System.nanoTime() : since;
        wanted = wanted + n < 0 ? Long.MAX_VALUE : wanted + n;
      }
      watch(limit);
      Objects.requireNonNull(from).request(n);
    }

    @Override
    public void cancel() {
      end();
      Objects.requireNonNull(from).cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> item) {
      synchronized (lock) {
        if (over) {
          return;
        }
        wanted--;
        since = System.nanoTime();
      }
      to.onNext(item);
    }

    @Override
    public void onError(Throwable failure) {
      if (end()) {
        to.onError(failure);
      }
    }

    @Override
    public void onComplete() {
      if (end()) {
        to.onComplete();
      }
    }

    private void watch(Duration time) {
      CompletableFuture<Void> next;
      synchronized (lock) {
        if (over || alarm != null) {
          return;
        }
        next = waits.pause(time);
        alarm = next;
      }
      CompletableFuture<Void> unused = next.thenRun(this::ring);
      Objects.requireNonNull(unused);
    }

    private void ring() {
      Duration left;
      synchronized (lock) {
        alarm = null;
        left = limit.minusNanos(System.nanoTime() - since);
        if (over || wanted == 0) {
          return;
        }
        over = left.isNegative() || left.isZero();
      }
      if (!left.isNegative() && !left.isZero()) {
        watch(left);
        return;
      }
      Objects.requireNonNull(from).cancel();
      to.onError(new IOException("nothing came for " + limit.toMillis() + " ms"));
    }

    private boolean end() {
      CompletableFuture<Void> last;
      synchronized (lock) {
        if (over) {
          return false;
        }
        over = true;
        last = alarm;
        alarm = null;
      }
      if (last != null) {
        last.cancel(false);
      }
      return true;
    }
  }
}
