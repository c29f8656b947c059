package org.alknet.call.internal.dispatch;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.operation.ResponseEnvelope;

/** A unary call from another front end; the outcome completes a stage. */
final class LocalUnaryCall extends RootCall {
  private final AtomicBoolean claimed = new AtomicBoolean();
  private final CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();

  LocalUnaryCall(CallRuntime runtime, CallNode node, String name, long timeoutNanos) {
    super(runtime, "root", node, name, timeoutNanos);
    // Whoever cancels the node from elsewhere, such as the runtime's end, ends the call.
    node.cancelAction(
        reason -> {
          if (claim()) {
            fail(reason.error());
          }
        });
    Stages.listen(
        answer,
        (value, failure) -> {
          if (answer.isCancelled()) {
            abort(CancelReason.ABORTED);
          }
        });
  }

  CompletableFuture<ResponseEnvelope> answer() {
    return answer;
  }

  @Override
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  @Override
  void conclude(ResponseEnvelope outcome) {
    if (isReturned()) {
      answer.complete(outcome);
    } else {
      runtime.executor().execute(() -> answer.complete(outcome));
    }
  }

  @Override
  void stream(Flow.Publisher<ResponseEnvelope> elements) {
    throw new AssertionError("a unary call has no stream");
  }
}
