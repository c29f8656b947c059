package org.alknet.call.tck;

import static org.alknet.call.testing.Json.json;

import java.util.concurrent.Flow;
import org.alknet.call.operation.ResponseEnvelope;

/** A publisher that does not wait to be asked, to see whether the kit is heard. */
public final class SpeakingUnasked extends StreamVerification {
  /** Breaks rule 1.1. */
  public SpeakingUnasked() {}

  @Override
  public long maxElementsFromPublisher() {
    return 3;
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> createFlowPublisher(long elements) {
    return subscriber -> {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
          });
      for (long i = 0; i < elements; i++) {
        subscriber.onNext(ResponseEnvelope.ok("r", json(Long.toString(i))));
      }
      subscriber.onComplete();
    };
  }

  @Override
  @SuppressWarnings("NullAway") // null is how the kit hears that there is none
  public Flow.Publisher<ResponseEnvelope> createFailedFlowPublisher() {
    return null;
  }
}
