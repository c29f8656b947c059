package org.alknet.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Examples made of schemas, checked the way a node checks what it is sent. */
class SchemaExampleTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int SCHEMAS = 50;

  @Test
  void examplesOfGeneratedSchemasAreAccepted() throws Exception {
    Random random = new Random(20261121);
    List<JsonNode> schemas = new ArrayList<>();
    OperationRegistry.Builder registry = OperationRegistry.builder();
    for (int i = 0; i < SCHEMAS; i++) {
      schemas.add(object(random, 0));
      registry.withLocal(
          OperationSpec.query("generated/op" + i).inputSchema(schemas.get(i)).build(),
          (input, ctx) ->
              CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input)));
    }
    try (RootInvoker invoker = RootInvoker.of(registry.build(), CallLimits.defaults())) {
      for (int i = 0; i < SCHEMAS; i++) {
        JsonNode example = SchemaExample.of(schemas.get(i));
        ResponseEnvelope outcome =
            invoker
                .invoke(Optional.empty(), "generated/op" + i, example)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);

        assertThat(outcome.error())
            .as(schemas.get(i).toPrettyString() + "\n" + example.toPrettyString())
            .isEmpty();
      }
    }
  }

  private static JsonNode any(Random random, int depth) {
    return switch (random.nextInt(depth < 3 ? 8 : 6)) {
      case 0 -> text(random);
      case 1 -> integer(random);
      case 2 -> number(random);
      case 3 -> type(random.nextBoolean() ? "boolean" : "null");
      case 4 -> enumeration(random);
      case 5 -> JSON.objectNode().put("const", "fixed" + random.nextInt(9));
      case 6 -> array(random, depth);
      default -> object(random, depth + 1);
    };
  }

  private static ObjectNode type(String name) {
    return JSON.objectNode().put("type", name);
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode schema = type("object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = schema.putArray("required");
    for (int i = random.nextInt(5); i >= 0; i--) {
      properties.set("member" + i, any(random, depth));
      if (random.nextInt(3) > 0) {
        required.add("member" + i);
      }
    }
    return schema.put("additionalProperties", random.nextBoolean());
  }

  private static ObjectNode array(Random random, int depth) {
    ObjectNode schema = type("array").put("minItems", random.nextInt(4));
    schema.set("items", any(random, depth + 1));
    return schema;
  }

  private static ObjectNode text(Random random) {
    ObjectNode schema = type("string");
    int min = random.nextInt(40);
    return random.nextBoolean()
        ? schema.put("minLength", min).put("maxLength", min + random.nextInt(3))
        : schema.put("format", List.of("date-time", "date", "uuid", "uri").get(random.nextInt(4)));
  }

  /** Bounds of an integer need not be integers. */
  private static ObjectNode integer(Random random) {
    double least = (random.nextInt(400) - 200) / 4.0;
    ObjectNode schema = type("integer");
    schema.put(random.nextBoolean() ? "minimum" : "exclusiveMinimum", least);
    return random.nextBoolean() ? schema : schema.put("maximum", least + 2);
  }

  private static ObjectNode number(Random random) {
    double least = random.nextInt(200) - 100;
    ObjectNode schema = type("number");
    if (random.nextBoolean()) {
      schema.put("exclusiveMinimum", least).put("exclusiveMaximum", least + 0.5);
    } else {
      schema.put("exclusiveMaximum", least);
    }
    return schema;
  }

  private static ObjectNode enumeration(Random random) {
    ObjectNode schema = JSON.objectNode();
    schema.putArray("enum").add(random.nextInt()).add("two").addNull();
    return schema;
  }
}
