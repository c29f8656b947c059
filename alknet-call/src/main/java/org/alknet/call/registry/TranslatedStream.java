package org.alknet.call.registry;

import java.util.Objects;
import java.util.concurrent.Flow;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * A handler's stream as its caller sees it: errors translated, the first error last, and a failure
 * turned into an error element, which waits for demand like any other.
 */
final class TranslatedStream implements Flow.Publisher<ResponseEnvelope> {
  private final HandlerRegistration registration;
  private final OperationContext ctx;
  private final Flow.Publisher<ResponseEnvelope> elements;

  TranslatedStream(
      HandlerRegistration registration,
      OperationContext ctx,
      Flow.Publisher<ResponseEnvelope> elements) {
    this.registration = registration;
    this.ctx = ctx;
    this.elements = elements;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    elements.subscribe(new Translation(subscriber));
  }

  private final class Translation implements Flow.Subscriber<ResponseEnvelope>, Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> downstream;
    private Flow.@Nullable Subscription upstream;

    /** All below are guarded by this; nothing is called while it is held. */
    private long demand;

    private boolean done;
    private @Nullable ResponseEnvelope tail;

    Translation(Flow.Subscriber<? super ResponseEnvelope> downstream) {
      this.downstream = downstream;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      Objects.requireNonNull(subscription, "subscription");
      boolean first;
      synchronized (this) {
        first = upstream == null;
        if (first) {
          upstream = subscription;
        }
      }
      if (first) {
        downstream.onSubscribe(this);
      } else {
        subscription.cancel();
      }
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      Objects.requireNonNull(element, "element");
      boolean last = element.result() instanceof CallResult.Err;
      synchronized (this) {
        if (done) {
          return;
        }
        demand--;
        done = last;
      }
      ResponseEnvelope translated = OutcomeTranslator.answer(registration, ctx, element);
      if (last) {
        cancelUpstream();
        downstream.onNext(translated);
        downstream.onComplete();
      } else {
        downstream.onNext(translated);
      }
    }

    @Override
    public void onError(Throwable failure) {
      Objects.requireNonNull(failure, "failure");
      ResponseEnvelope translated = OutcomeTranslator.failure(registration, ctx, failure);
      synchronized (this) {
        if (done) {
          return;
        }
        if (demand <= 0) {
          tail = translated;
          return;
        }
        done = true;
      }
      downstream.onNext(translated);
      downstream.onComplete();
    }

    @Override
    public void onComplete() {
      synchronized (this) {
        if (done || tail != null) {
          return;
        }
        done = true;
      }
      downstream.onComplete();
    }

    @Override
    public void request(long n) {
      ResponseEnvelope last;
      synchronized (this) {
        if (done) {
          return;
        }
        last = tail;
        if (n <= 0 || last != null) {
          done = true;
        } else {
          demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        }
      }
      if (n <= 0) {
        cancelUpstream();
        downstream.onError(
            new IllegalArgumentException("request(" + n + "): ask for 1 or more (rule 3.9)"));
      } else if (last != null) {
        downstream.onNext(last);
        downstream.onComplete();
      } else {
        Objects.requireNonNull(upstream).request(n);
      }
    }

    @Override
    public void cancel() {
      synchronized (this) {
        if (done) {
          return;
        }
        done = true;
      }
      cancelUpstream();
    }

    private void cancelUpstream() {
      Objects.requireNonNull(upstream).cancel();
    }
  }
}
