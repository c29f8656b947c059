package org.alknet.http.openapi;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Values that fit schemas: examples where there are some, otherwise the least there can be. */
final class Samples {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int MAX_DEPTH = 12;

  private final JsonNode root;

  Samples(JsonNode root) {
    this.root = root;
  }

  JsonNode resolve(JsonNode node) {
    JsonNode current = node;
    for (int i = 0; i < 20 && current.path("$ref").isString(); i++) {
      current = root.at(current.path("$ref").stringValue().substring(1));
    }
    return current;
  }

  JsonNode of(JsonNode schema) {
    return sample(schema, 0);
  }

  private JsonNode sample(JsonNode unresolved, int depth) {
    JsonNode schema = resolve(unresolved);
    for (String keyword : new String[] {"const", "default", "example"}) {
      if (schema.has(keyword)) {
        return schema.path(keyword);
      }
    }
    for (String keyword : new String[] {"examples", "enum"}) {
      if (!schema.path(keyword).isEmpty()) {
        return schema.path(keyword).path(0);
      }
    }
    if (depth > MAX_DEPTH) {
      return NODES.nullNode();
    }
    if (!schema.path("allOf").isEmpty()) {
      return all(schema, depth);
    }
    for (String keyword : new String[] {"oneOf", "anyOf"}) {
      if (!schema.path(keyword).isEmpty()) {
        return sample(schema.path(keyword).path(0), depth + 1);
      }
    }
    return byType(schema, depth);
  }

  private JsonNode all(JsonNode schema, int depth) {
    ObjectNode merged = NODES.objectNode();
    for (JsonNode part : schema.path("allOf")) {
      JsonNode sample = sample(part, depth + 1);
      if (!(sample instanceof ObjectNode object)) {
        return sample;
      }
      merged.setAll(object);
    }
    return merged;
  }

  private JsonNode byType(JsonNode schema, int depth) {
    JsonNode stated = schema.path("type");
    String type = stated.isArray() ? stated.path(0).asString("") : stated.asString("");
    if (type.isEmpty() && schema.has("properties")) {
      type = "object";
    }
    return switch (type) {
      case "string" -> text(schema);
      case "integer", "number" ->
          NODES.numberNode(
              Math.max(
                  schema.path("minimum").asInt(1), schema.path("exclusiveMinimum").asInt(0) + 1));
      case "boolean" -> NODES.booleanNode(true);
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        array.add(sample(schema.path("items"), depth + 1));
        yield array;
      }
      case "object" -> {
        ObjectNode object = NODES.objectNode();
        for (JsonNode name : schema.path("required")) {
          object.set(
              name.asString(), sample(schema.path("properties").path(name.asString()), depth + 1));
        }
        yield object;
      }
      case "null" -> NODES.nullNode();
      default -> NODES.stringNode("x");
    };
  }

  private static JsonNode text(JsonNode schema) {
    String text =
        Map.of(
                "date-time", "2026-01-02T03:04:05Z",
                "date", "2026-01-02",
                "uuid", "123e4567-e89b-42d3-a456-426614174000",
                "uri", "https://a.example/",
                "email", "a@a.example",
                "binary", "AAEC",
                "byte", "AAEC")
            .getOrDefault(schema.path("format").asString(""), "sample");
    int most = schema.path("maxLength").asInt(Integer.MAX_VALUE);
    int least = schema.path("minLength").asInt(0);
    String long1 = text.length() < least ? text + "x".repeat(least - text.length()) : text;
    return NODES.stringNode(long1.length() > most ? long1.substring(0, most) : long1);
  }
}
