package org.alknet.call.operation;

import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;

/**
 * The code behind a query or mutation.
 *
 * <p>Runs on the node's handler executor, never on a transport thread, and may block there. The
 * same instance serves all calls, so implementations are thread-safe.
 *
 * <p>Expected failures are an {@link CallResult.Err} with a protocol code or a declared one;
 * anything thrown, a stage that fails and a null answer become {@code INTERNAL} without their text
 * (spec/call.md section 5.4). Stop when {@link OperationContext#cancellation()} says so; a returned
 * {@link java.util.concurrent.CompletableFuture} is cancelled as well.
 */
@FunctionalInterface
public interface UnaryHandler {
  /**
   * Answers one call.
   *
   * @param input checked against the operation's input schema; not to be modified
   * @param ctx who calls, under which authority, until when
   */
  CompletionStage<ResponseEnvelope> handle(JsonNode input, OperationContext ctx);
}
