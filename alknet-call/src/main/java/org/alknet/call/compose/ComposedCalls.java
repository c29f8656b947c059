package org.alknet.call.compose;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.RunnableOperation;
import tools.jackson.databind.JsonNode;

/**
 * What environments need of the dispatcher, which implements it: running an operation as a child of
 * a call. Environments decide what is reachable and where it is found; everything else happens
 * here.
 */
public interface ComposedCalls {
  /**
   * Runs an operation under the authority of the parent's handler (spec/call.md section 10.2, steps
   * 3 to 8).
   *
   * @param name what was asked for
   * @param operation what was found; empty answers {@code NOT_FOUND}
   * @throws IllegalArgumentException if the parent was not made by the dispatcher
   */
  CompletionStage<ResponseEnvelope> run(
      String name,
      Optional<RunnableOperation> operation,
      JsonNode input,
      OperationContext parent,
      AbortPolicy policy);
}
