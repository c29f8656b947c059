package org.alknet.call.internal.dispatch;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.connection.ForwardedForPolicy;
import org.alknet.call.internal.pending.RemoteSubscription;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CancellationSignal;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.SingleElement;

/**
 * Calls of a peer on behalf of a call in work here: they name the end user, have what is left of
 * the tree's time, say how deep they nest, and end with the call (spec/call.md sections 13 to 15).
 *
 * <p>Thread-safe.
 */
final class Forwarding {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final CallRuntime runtime;
  private final OutgoingCalls outgoing;

  Forwarding(CallRuntime runtime, OutgoingCalls outgoing) {
    this.runtime = runtime;
    this.outgoing = outgoing;
  }

  CompletableFuture<ResponseEnvelope> call(CallRequest request, OperationContext ctx) {
    CallContext context = own(ctx);
    Optional<CallError> refusal = refusal(context);
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(
          ResponseEnvelope.err(context.requestId(), refusal.get()));
    }
    CallRequest forwarded = withOrigin(request, context);
    Optional<Duration> left = context.deadline().map(Deadline::remaining);
    if (left.isPresent()) {
      Duration own = request.timeout().orElse(runtime.limits().outgoingTimeout());
      forwarded = forwarded.withTimeout(shorter(left.get(), own));
    }
    CompletableFuture<ResponseEnvelope> answer = outgoing.call(forwarded, depth(context));
    CancellationSignal.Registration registration =
        context.cancellation().onCancel(() -> answer.cancel(false));
    Stages.listen(answer, (value, failure) -> registration.remove());
    return answer;
  }

  Flow.Publisher<ResponseEnvelope> stream(CallRequest request, OperationContext ctx) {
    CallContext context = own(ctx);
    return OneSubscriber.publisher(
        subscriber -> {
          Optional<CallError> refusal = refusal(context);
          if (refusal.isPresent()) {
            new SingleElement(ResponseEnvelope.err(context.requestId(), refusal.get()))
                .subscribe(subscriber);
            return;
          }
          CallRequest forwarded = withOrigin(request, context);
          Optional<Duration> left = context.deadline().map(Deadline::remaining);
          if (left.isPresent()) {
            Duration own = request.timeout().orElse(LONGEST);
            forwarded = forwarded.withTimeout(shorter(left.get(), own));
          }
          RemoteSubscription subscription =
              outgoing.subscribe(forwarded, depth(context), subscriber);
          Objects.requireNonNull(context.cancellation().onCancel(subscription::cancel));
        });
  }

  private static CallContext own(OperationContext ctx) {
    if (ctx instanceof CallContext context) {
      return context;
    }
    throw new IllegalArgumentException("a context comes from the dispatcher");
  }

  private Optional<CallError> refusal(CallContext context) {
    if (context.cancellation().isCancelled()) {
      return Optional.of(CallError.cancelled());
    }
    if (depth(context) > runtime.limits().maxDepth()) {
      return Optional.of(CallErrors.tooDeep(runtime.limits().maxDepth()));
    }
    return context.deadline().filter(deadline -> deadline.remaining().toMillis() < 1).isPresent()
        ? Optional.of(CallError.timeout())
        : Optional.empty();
  }

  /** The way to another node counts as one level, so that a circle of nodes comes to its end. */
  private static int depth(CallContext context) {
    return context.node().depth() + 1;
  }

  private CallRequest withOrigin(CallRequest request, CallContext context) {
    if (runtime.forwardedFor() == ForwardedForPolicy.NONE || request.forwardedFor().isPresent()) {
      return request;
    }
    return context.origin().map(request::withForwardedFor).orElse(request);
  }

  private static Duration shorter(Duration a, Duration b) {
    Duration shorter = a.compareTo(b) < 0 ? a : b;
    Duration atMost = shorter.compareTo(LONGEST) < 0 ? shorter : LONGEST;
    return atMost.compareTo(SHORTEST) > 0 ? atMost : SHORTEST;
  }
}
