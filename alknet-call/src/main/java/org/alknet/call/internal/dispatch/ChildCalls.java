package org.alknet.call.internal.dispatch;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.compose.ComposedCalls;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.RunnableOperation;
import tools.jackson.databind.JsonNode;

/**
 * Runs composed calls: the checks with the composing handler's authority, the place in the tree,
 * then the handler on the calling thread (spec/call.md section 10.2).
 *
 * <p>Thread-safe.
 */
final class ChildCalls implements ComposedCalls {
  private final CallMetrics metrics;

  ChildCalls(CallMetrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public CompletionStage<ResponseEnvelope> run(
      String name,
      Optional<RunnableOperation> operation,
      JsonNode input,
      OperationContext parent,
      AbortPolicy policy) {
    if (!(parent instanceof CallContext caller)) {
      throw new IllegalArgumentException("a parent context comes from the dispatcher");
    }
    if (operation.isEmpty()) {
      return refused(caller, CallError.notFound(name));
    }
    RunnableOperation target = operation.get();
    String id = Ids.next();
    CallContext probe = caller.child(id, target.registration(), policy, caller.node());
    Optional<CallError> refusal = target.refuseUnary(input, probe);
    if (refusal.isPresent()) {
      return refused(caller, refusal.get());
    }
    CallNode.Child place = caller.node().child(id, policy);
    CallNode node = place.node();
    if (node == null) {
      return refused(caller, place.refusal() == null ? CallError.cancelled() : place.refusal());
    }
    return start(target, input, caller.child(id, target.registration(), policy, node));
  }

  private CompletionStage<ResponseEnvelope> start(
      RunnableOperation target, JsonNode input, CallContext child) {
    CallNode node = child.node();
    CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();
    Stages.listen(
        answer,
        (value, failure) -> {
          if (answer.isCancelled()) {
            node.abort(CancelReason.ABORTED);
          }
        });
    node.cancelAction(
        reason -> {
          child.wipe();
          answer.complete(ResponseEnvelope.err(child.requestId(), reason.error()));
        });
    if (node.start()) {
      Stages.listen(
          target.runUnary(input, child),
          (envelope, impossible) -> {
            if (envelope != null && node.finish()) {
              child.wipe();
              metrics.finished(
                  layer(target),
                  CallMetrics.NOBODY,
                  target.registration(),
                  child.requestId(),
                  child.parentRequestId().orElse(CallMetrics.NOBODY),
                  CallMetrics.code(envelope));
              answer.complete(envelope);
            }
          });
    }
    return answer;
  }

  private static String layer(RunnableOperation target) {
    return switch (target.registration().provenance()) {
      case FROM_CALL -> "peer";
      case SESSION -> "session";
      case LOCAL, FROM_OPENAPI, FROM_MCP, FROM_JSON_SCHEMA -> "local";
    };
  }

  private static CompletionStage<ResponseEnvelope> refused(CallContext caller, CallError error) {
    return CompletableFuture.completedFuture(ResponseEnvelope.err(caller.requestId(), error));
  }
}
