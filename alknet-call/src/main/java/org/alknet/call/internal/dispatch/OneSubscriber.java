package org.alknet.call.internal.dispatch;

import java.util.concurrent.Flow;

/** What a publisher for one subscriber tells the second. */
final class OneSubscriber {
  private OneSubscriber() {}

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
