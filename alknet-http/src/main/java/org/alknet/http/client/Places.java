package org.alknet.http.client;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many requests are under way. Each has a few tasks at a time on the client's executor, so this
 * bound is one of the executor's queue as well; the executor itself must not refuse, since the
 * JDK's client cannot go on with a connection whose task was dropped.
 *
 * <p>Thread-safe.
 */
final class Places {
  private final AtomicInteger taken = new AtomicInteger();

  /** Takes a place, if one is free. */
  Optional<Place> take(int limit) {
    if (taken.incrementAndGet() > limit) {
      taken.decrementAndGet();
      return Optional.empty();
    }
    return Optional.of(new Place());
  }

  /** Returns how many are taken. */
  int taken() {
    return taken.get();
  }

  /** The place of one request. */
  final class Place {
    private final AtomicBoolean left = new AtomicBoolean();

    /** Gives the place back; once is enough. */
    void leave() {
      if (left.compareAndSet(false, true)) {
        taken.decrementAndGet();
      }
    }

    /** Returns the same pieces, whose end gives the place back. */
    Flow.Publisher<List<ByteBuffer>> until(Flow.Publisher<List<ByteBuffer>> pieces) {
      return subscriber -> pieces.subscribe(new Counted(subscriber));
    }

    private final class Counted implements Flow.Subscriber<List<ByteBuffer>> {
      private final Flow.Subscriber<? super List<ByteBuffer>> to;

      Counted(Flow.Subscriber<? super List<ByteBuffer>> to) {
        this.to = to;
      }

      @Override
      public void onSubscribe(Flow.Subscription from) {
        to.onSubscribe(
            new Flow.Subscription() {
              @Override
              public void request(long n) {
                from.request(n);
              }

              @Override
              public void cancel() {
                leave();
                from.cancel();
              }
            });
      }

      @Override
      public void onNext(List<ByteBuffer> item) {
        to.onNext(item);
      }

      @Override
      public void onError(Throwable failure) {
        leave();
        to.onError(failure);
      }

      @Override
      public void onComplete() {
        leave();
        to.onComplete();
      }
    }
  }
}
