package org.alknet.cli.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Checks an input the way the remote would, without calling anything there but its description. */
public final class DryRun {
  private DryRun() {}

  /**
   * Returns the request that would be sent.
   *
   * @throws CliException if the input does not fit the schema
   */
  public static JsonNode check(Session session, String operation, JsonNode input) throws Exception {
    OperationSpec described = session.schema(operation);
    String name = registrable(operation) ? operation : "described";
    OperationRegistry registry = registry(name, described.inputSchema());
    try (RootInvoker invoker = RootInvoker.of(registry, CallLimits.defaults())) {
      ResponseEnvelope outcome =
          session.interrupts().await(invoker.invoke(Optional.empty(), name, input));
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

  private static boolean registrable(String operation) {
    return OperationSpec.isWellFormedName(operation)
        && !operation.startsWith(OperationRegistry.RESERVED_NAMESPACE + "/");
  }

  /** The registry's own check, on an operation that does nothing and asks for nothing. */
  private static OperationRegistry registry(String name, JsonNode schema) throws CliException {
    try {
      return OperationRegistry.builder()
          .withLocal(
              OperationSpec.query(name).inputSchema(schema).build(),
              (value, ctx) ->
                  CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), value)))
          .build();
    } catch (IllegalArgumentException unusable) {
      throw CliException.of(
              ExitCodes.INTERNAL, name + ": the remote describes it with an unusable schema")
          .withCause(unusable);
    }
  }
}
