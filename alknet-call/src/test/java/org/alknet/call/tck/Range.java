package org.alknet.call.tck;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.operation.ResponseEnvelope;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a well-behaved handler publishes: a number for every element asked for, on the thread that
 * asks and without recursion, and then the end.
 */
final class Range implements Flow.Publisher<ResponseEnvelope> {
  private final String id;
  private final long count;

  Range(String id, long count) {
    this.id = id;
    this.count = count;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    subscriber.onSubscribe(new Counting(subscriber));
    if (count == 0) {
      subscriber.onComplete();
    }
  }

  private final class Counting implements Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> subscriber;

    /** How much is asked for; whoever raises it from 0 delivers. */
    private final AtomicLong demand = new AtomicLong();

    private volatile boolean over;
    private long next;

    Counting(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (demand.getAndAccumulate(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b) == 0) {
        deliver();
      }
    }

    @Override
    public void cancel() {
      over = true;
    }

    private void deliver() {
      do {
        if (over || count == 0) {
          return;
        }
        subscriber.onNext(ResponseEnvelope.ok(id, JsonNodeFactory.instance.numberNode(next++)));
        if (next == count && !over) {
          over = true;
          subscriber.onComplete();
        }
      } while (demand.updateAndGet(left -> left == Long.MAX_VALUE ? left : left - 1) > 0);
    }
  }
}
