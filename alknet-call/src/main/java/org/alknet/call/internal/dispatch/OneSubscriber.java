package org.alknet.call.internal.dispatch;

import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.alknet.call.operation.ResponseEnvelope;

/** Publishers for one subscriber, and what they tell the second. */
final class OneSubscriber {
  private OneSubscriber() {}

  /** Returns a publisher that starts something for the first who subscribes. */
  static Flow.Publisher<ResponseEnvelope> publisher(
      Consumer<Flow.Subscriber<? super ResponseEnvelope>> start) {
    AtomicBoolean taken = new AtomicBoolean();
    return subscriber -> {
      Objects.requireNonNull(subscriber, "subscriber");
      if (taken.compareAndSet(false, true)) {
        start.accept(subscriber);
      } else {
        refuse(subscriber);
      }
    };
  }

  static void refuse(Flow.Subscriber<?> subscriber) {
    subscriber.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        });
    subscriber.onError(new IllegalStateException("this publisher has one subscriber"));
  }
}
