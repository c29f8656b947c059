package org.alknet.cli.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Checks an input the way the remote would, without calling anything there but its description. */
public final class DryRun {
  private DryRun() {}

  /**
   * Returns the request that would be sent.
   *
   * @throws org.alknet.cli.context.CliException if the input does not fit the schema
   */
  public static JsonNode check(Session session, String operation, JsonNode input) throws Exception {
    OperationSpec described = session.schema(operation);
    // The registry's own check, on a copy of the operation that does nothing and asks for nothing.
    OperationSpec copy =
        OperationSpec.query("dry/run").inputSchema(described.inputSchema()).build();
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                copy,
                (value, ctx) ->
                    CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), value)))
            .build();
    try (RootInvoker invoker = RootInvoker.of(registry, CallLimits.defaults())) {
      ResponseEnvelope outcome =
          session.interrupts().await(invoker.invoke(Optional.empty(), "dry/run", input));
      if (outcome.error().isPresent()) {
        throw CallFailures.translate(operation, outcome.error().get(), session.localFingerprint());
      }
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("operation", operation);
    request.put("type", described.opType().wireName());
    request.set("input", input);
    return request;
  }
}
