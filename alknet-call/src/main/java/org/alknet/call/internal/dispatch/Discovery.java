package org.alknet.call.internal.dispatch;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallFailedException;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.call.registry.SpecJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Asks a peer what it offers. */
final class Discovery {
  private Discovery() {}

  static CompletionStage<List<OperationSummary>> list(CallConnection connection) {
    return read(
        connection.call(ServiceDiscovery.LIST, JsonNodeFactory.instance.objectNode()),
        SpecJson::parseList);
  }

  static CompletionStage<OperationSpec> schema(CallConnection connection, String name) {
    return read(
        connection.call(
            ServiceDiscovery.SCHEMA, JsonNodeFactory.instance.objectNode().put("name", name)),
        SpecJson::parseSpec);
  }

  private static <T> CompletionStage<T> read(
      CompletionStage<ResponseEnvelope> call, Function<JsonNode, T> parse) {
    return call.thenCompose(
        answer -> {
          if (answer.result() instanceof CallResult.Err err) {
            return CompletableFuture.failedStage(new CallFailedException(err.error()));
          }
          try {
            return CompletableFuture.completedStage(
                parse.apply(((CallResult.Ok) answer.result()).output()));
          } catch (IllegalArgumentException malformed) {
            return CompletableFuture.failedStage(
                new CallFailedException(
                    CallError.internal(
                        "the peer described itself in an unknown way: " + malformed.getMessage())));
          }
        });
  }
}
