package org.alknet.call.registry;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.call.operation.ResponseEnvelope;

/**
 * A publisher of exactly one element, which is how a stream says that it cannot start.
 *
 * <p>Immutable. Thread-safe.
 */
public final class SingleElement implements Flow.Publisher<ResponseEnvelope> {
  private final ResponseEnvelope element;

  /** Publishes this element to every subscriber. */
  public SingleElement(ResponseEnvelope element) {
    this.element = Objects.requireNonNull(element, "element");
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    AtomicBoolean done = new AtomicBoolean();
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            if (!done.compareAndSet(false, true)) {
              return;
            }
            if (n <= 0) {
              subscriber.onError(new IllegalArgumentException("request(" + n + "): ask for 1 up"));
              return;
            }
            subscriber.onNext(element);
            subscriber.onComplete();
          }

          @Override
          public void cancel() {
            done.set(true);
          }
        });
  }
}
