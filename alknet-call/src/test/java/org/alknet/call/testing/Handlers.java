package org.alknet.call.testing;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.UnaryHandler;
import tools.jackson.databind.JsonNode;

/** Small handlers. */
public final class Handlers {
  private Handlers() {}

  /** Answers with its input. */
  public static UnaryHandler echo() {
    return answering((input, ctx) -> input);
  }

  /** Answers with what a function makes of input and context. */
  public static UnaryHandler answering(BiFunction<JsonNode, OperationContext, JsonNode> function) {
    return (input, ctx) ->
        CompletableFuture.completedFuture(
            ResponseEnvelope.ok(ctx.requestId(), function.apply(input, ctx)));
  }
}
