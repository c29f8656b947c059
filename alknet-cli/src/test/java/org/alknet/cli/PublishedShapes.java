package org.alknet.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.output.JsonSchemas;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds the documents a command prints against the schemas that are published for them, more
 * strictly than a reader may: a member the schema does not know is an error here.
 */
final class PublishedShapes {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Map<String, OperationRegistry> REGISTRIES = new ConcurrentHashMap<>();
  private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
  private static final String CHECK = "shape/check";

  private PublishedShapes() {}

  /** Checks every document in an output; other lines are not looked at. */
  static void check(String output) {
    output
        .lines()
        .filter(line -> line.startsWith("{\"kind\":\""))
        .forEach(PublishedShapes::document);
  }

  /** Returns the kinds of the documents that were checked so far. */
  static Set<String> seen() {
    return Set.copyOf(SEEN);
  }

  private static void document(String line) {
    JsonNode document = JSON.readTree(line);
    String kind = document.path("kind").asString();
    OperationRegistry registry = REGISTRIES.computeIfAbsent(kind, PublishedShapes::registry);
    try (RootInvoker invoker = RootInvoker.of(registry, CallLimits.defaults())) {
      ResponseEnvelope answer =
          invoker.invoke(Optional.empty(), CHECK, document).toCompletableFuture().join();
      if (answer.error().isPresent()) {
        throw new AssertionError(
            kind + " is not of its shape: " + answer.error().get() + "\n" + line);
      }
    }
    SEEN.add(kind);
  }

  /** The validator of the call module, reached the way calls reach it. */
  private static OperationRegistry registry(String kind) {
    try {
      String schema =
          JsonSchemas.of(kind)
              .orElseThrow(() -> new AssertionError("no schema is published for " + kind));
      JsonNode strict = JSON.readTree(schema);
      close(strict);
      return OperationRegistry.builder()
          .withLocal(
              OperationSpec.query(CHECK).inputSchema(strict).build(),
              (input, ctx) ->
                  CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input)))
          .build();
    } catch (IOException damaged) {
      throw new UncheckedIOException(damaged);
    }
  }

  private static void close(JsonNode schema) {
    if (schema instanceof ObjectNode object
        && object.has("properties")
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    schema.values().forEach(PublishedShapes::close);
  }
}
