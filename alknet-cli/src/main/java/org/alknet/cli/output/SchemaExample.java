package org.alknet.cli.output;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The smallest input a schema accepts, as far as its plain keywords tell: types, required members,
 * bounds, defaults, enumerations. Combinations and patterns are beyond it.
 */
public final class SchemaExample {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> BOUNDS =
      List.of("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum");
  private static final BigDecimal TWO = BigDecimal.valueOf(2);
  private static final int MAX_DEPTH = 16;
  private static final int MAX_LENGTH = 1000;

  private SchemaExample() {}

  /** Returns an example. */
  public static JsonNode of(JsonNode schema) {
    return of(schema, 0);
  }

  private static JsonNode of(JsonNode schema, int depth) {
    for (String fixed : new String[] {"default", "const"}) {
      if (schema.has(fixed)) {
        return schema.path(fixed);
      }
    }
    if (!schema.path("enum").isEmpty()) {
      return schema.path("enum").get(0);
    }
    if (!schema.path("examples").isEmpty()) {
      return schema.path("examples").get(0);
    }
    JsonNode type = schema.path("type");
    String name = type.isArray() ? type.path(0).asString("") : type.asString("");
    return switch (name) {
      case "string" -> text(schema);
      case "integer" -> number(schema, true);
      case "number" -> number(schema, false);
      case "boolean" -> JSON.booleanNode(true);
      case "null" -> JSON.nullNode();
      case "array" -> array(schema, depth);
      default -> object(schema, depth);
    };
  }

  private static JsonNode text(JsonNode schema) {
    String sample =
        switch (schema.path("format").asString("")) {
          case "date-time" -> "2026-01-01T00:00:00Z";
          case "date" -> "2026-01-01";
          case "uuid" -> "00000000-0000-0000-0000-000000000000";
          case "uri" -> "https://example.org/";
          case "email" -> "someone@example.org";
          default -> "text";
        };
    int min = Math.min(schema.path("minLength").asInt(0), MAX_LENGTH);
    int max = Math.max(schema.path("maxLength").asInt(MAX_LENGTH), 0);
    String longEnough = sample + "x".repeat(Math.max(0, min - sample.length()));
    return JSON.stringNode(longEnough.substring(0, Math.min(longEnough.length(), max)));
  }

  /** One, if it is within the bounds; else a number at, beside or between them. */
  private static JsonNode number(JsonNode schema, boolean whole) {
    Set<BigDecimal> candidates = new LinkedHashSet<>(Set.of(BigDecimal.ONE));
    List<BigDecimal> bounds = new ArrayList<>();
    for (String name : BOUNDS) {
      if (schema.path(name).isNumber()) {
        BigDecimal bound = schema.path(name).decimalValue();
        bounds.add(bound);
        candidates.add(bound);
        candidates.add(bound.add(BigDecimal.ONE));
        candidates.add(bound.subtract(BigDecimal.ONE));
      }
    }
    if (bounds.size() == 2) {
      candidates.add(bounds.get(0).add(bounds.get(1)).divide(TWO, MathContext.DECIMAL64));
    }
    for (BigDecimal candidate : candidates) {
      BigDecimal value = whole ? candidate.setScale(0, RoundingMode.CEILING) : candidate;
      if (fits(schema, value)) {
        return JSON.numberNode(value);
      }
    }
    return JSON.numberNode(BigDecimal.ONE);
  }

  private static boolean fits(JsonNode schema, BigDecimal value) {
    return compared(schema, "minimum", value) >= 0
        && compared(schema, "exclusiveMinimum", value) > 0
        && compared(schema, "maximum", value.negate()) >= 0
        && compared(schema, "exclusiveMaximum", value.negate()) > 0;
  }

  /** Compares a value with a bound; of an upper one both are negated. More than any if absent. */
  private static int compared(JsonNode schema, String name, BigDecimal value) {
    if (!schema.path(name).isNumber()) {
      return 1;
    }
    BigDecimal bound = schema.path(name).decimalValue();
    return value.compareTo(name.endsWith("aximum") ? bound.negate() : bound);
  }

  private static JsonNode array(JsonNode schema, int depth) {
    ArrayNode array = JSON.arrayNode();
    int length = Math.min(schema.path("minItems").asInt(0), MAX_LENGTH);
    for (int i = 0; i < length && depth < MAX_DEPTH; i++) {
      array.add(of(schema.path("items"), depth + 1));
    }
    return array;
  }

  private static JsonNode object(JsonNode schema, int depth) {
    ObjectNode object = JSON.objectNode();
    Set<String> required = new LinkedHashSet<>();
    schema.path("required").values().forEach(name -> required.add(name.asString("")));
    for (String name : required) {
      if (depth < MAX_DEPTH) {
        object.set(name, of(schema.path("properties").path(name), depth + 1));
      }
    }
    return object;
  }
}
