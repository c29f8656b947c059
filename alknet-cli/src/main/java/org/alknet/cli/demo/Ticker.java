package org.alknet.cli.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;
import org.alknet.call.operation.ResponseEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * A stream of numbered elements at a fixed pace, the first one at once. Nothing is produced that
 * nobody asked for: a slow subscriber makes the pace slower and loses nothing. For one subscriber.
 *
 * <p>Thread-safe.
 */
final class Ticker implements Flow.Publisher<ResponseEnvelope> {
  private final ScheduledExecutorService timer;
  private final Duration interval;
  private final int count;
  private final IntFunction<ResponseEnvelope> element;
  private final AtomicBoolean taken = new AtomicBoolean();

  Ticker(
      ScheduledExecutorService timer,
      Duration interval,
      int count,
      IntFunction<ResponseEnvelope> element) {
    this.timer = timer;
    this.interval = interval;
    this.count = count;
    this.element = element;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    if (!taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(new Refused());
      subscriber.onError(new IllegalStateException("a ticker has one subscriber"));
      return;
    }
    subscriber.onSubscribe(new Ticks(subscriber));
  }

  private static final class Refused implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  /** At most one tick is scheduled or being delivered at any time, hence no signal overlaps. */
  private final class Ticks implements Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> subscriber;

    @GuardedBy("this")
    private long demand;

    @GuardedBy("this")
    private int emitted;

    @GuardedBy("this")
    private boolean ticking;

    @GuardedBy("this")
    private boolean ended;

    @GuardedBy("this")
    private long dueNanos = System.nanoTime();

    @GuardedBy("this")
    private @Nullable ScheduledFuture<?> next;

    Ticks(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      synchronized (this) {
        if (n > 0) {
          demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
          schedule();
          return;
        }
      }
      cancel();
      subscriber.onError(new IllegalArgumentException("a subscriber requests at least 1"));
    }

    @Override
    public synchronized void cancel() {
      ended = true;
      if (next != null) {
        next.cancel(false);
      }
    }

    @GuardedBy("this")
    private void schedule() {
      if (ended || ticking || demand == 0) {
        return;
      }
      ticking = true;
      try {
        next =
            timer.schedule(
                this::tick, Math.max(0, dueNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException stopped) {
        ended = true;
      }
    }

    private void tick() {
      int n;
      synchronized (this) {
        if (ended) {
          return;
        }
        demand--;
        n = ++emitted;
        dueNanos = System.nanoTime() + interval.toNanos();
      }
      subscriber.onNext(element.apply(n));
      boolean last;
      synchronized (this) {
        ticking = false;
        last = n == count && !ended;
        if (last) {
          ended = true;
        }
        schedule();
      }
      if (last) {
        subscriber.onComplete();
      }
    }
  }
}
