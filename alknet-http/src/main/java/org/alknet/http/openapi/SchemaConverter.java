package org.alknet.http.openapi;

import java.math.BigDecimal;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.alknet.http.openapi.ImportReport.Reason;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Schemas of a document as JSON Schema 2020-12, with their references rewritten. Keywords that
 * cannot mean anything, such as a {@code required: true} or a pattern that is none, are dropped:
 * real documents have them, and one of them would otherwise keep a whole operation out.
 *
 * <p>Not thread-safe.
 */
final class SchemaConverter {
  /** Which way the values of a schema travel; decides what read-only and write-only mean. */
  enum Direction {
    REQUEST,
    RESPONSE
  }

  /** Rewrites references. */
  interface Rewriter {
    /**
     * Returns what a reference is called in the converted schema.
     *
     * @param inPlace whether it applies to the very value the schema applies to
     */
    String rewrite(String ref, boolean inPlace) throws Unusable;
  }

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final long MAX_CONVERTED = 8_000_000;
  private static final int MAX_PATTERN = 10_000;

  private static final Set<String> TYPES =
      Set.of("null", "boolean", "object", "array", "number", "string", "integer");
  private static final Set<String> IN_PLACE_SCHEMAS = Set.of("not", "if", "then", "else");
  private static final Set<String> CHILD_SCHEMAS =
      Set.of(
          "additionalProperties",
          "contains",
          "propertyNames",
          "unevaluatedItems",
          "unevaluatedProperties");
  private static final Set<String> IN_PLACE_LISTS = Set.of("allOf", "anyOf", "oneOf");
  private static final Set<String> CHILD_MAPS = Set.of("properties", "patternProperties");
  private static final Set<String> COUNTS =
      Set.of(
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "minContains",
          "maxContains");
  private static final Set<String> TEXTS =
      Set.of("title", "description", "format", "contentEncoding", "contentMediaType", "$comment");
  private static final Set<String> FLAGS =
      Set.of("uniqueItems", "readOnly", "writeOnly", "deprecated");
  private static final Set<String> NUMBERS = Set.of("minimum", "maximum");

  /** Besides a type these may refuse null. */
  private static final Set<String> MORE_THAN_A_TYPE =
      Set.of("$ref", "const", "allOf", "anyOf", "oneOf", "not", "if");

  /** What means something elsewhere, or would change what references are relative to. */
  private static final Set<String> DROPPED =
      Set.of(
          "$ref",
          "$id",
          "$schema",
          "$anchor",
          "$dynamicAnchor",
          "$dynamicRef",
          "$recursiveRef",
          "$recursiveAnchor",
          "$vocabulary",
          "$defs",
          "definitions",
          "nullable",
          "example",
          "discriminator",
          "xml",
          "externalDocs");

  private final References references;
  private final OpenApiVersion version;
  private long converted;

  SchemaConverter(References references, OpenApiVersion version) {
    this.references = references;
    this.version = version;
  }

  JsonNode convert(JsonNode schema, Direction direction, Rewriter rewriter) throws Unusable {
    return new Walk(direction, rewriter).schema(schema, true);
  }

  private final class Walk {
    private final Direction direction;
    private final Rewriter rewriter;

    Walk(Direction direction, Rewriter rewriter) {
      this.direction = direction;
      this.rewriter = rewriter;
    }

    JsonNode schema(JsonNode schema, boolean inPlace) throws Unusable {
      if (++converted > MAX_CONVERTED) {
        throw new Unusable(Reason.TOO_LARGE, "the schemas of the document are too many");
      }
      if (schema.isBoolean()) {
        return schema;
      }
      if (schema.isNull()) {
        return NODES.objectNode();
      }
      if (!schema.isObject()) {
        throw new Unusable(Reason.SCHEMA, "a schema is an object, not " + schema.getNodeType());
      }
      ObjectNode result = NODES.objectNode();
      JsonNode ref = schema.path("$ref");
      if (ref.isString()) {
        result.put("$ref", rewriter.rewrite(ref.stringValue(), inPlace));
      }
      // What stands beside a reference has no meaning in 3.0.
      if (!ref.isString() || version != OpenApiVersion.V3_0) {
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
          keyword(result, schema, keyword.getKey(), keyword.getValue(), inPlace);
        }
      }
      return schema.path("nullable").asBoolean(false) ? orNull(result) : result;
    }

    private void keyword(
        ObjectNode to, JsonNode schema, String name, JsonNode value, boolean inPlace)
        throws Unusable {
      if (IN_PLACE_SCHEMAS.contains(name)) {
        to.set(name, schema(value, inPlace));
      } else if (CHILD_SCHEMAS.contains(name)) {
        if (value.isObject() || value.isBoolean()) {
          to.set(name, schema(value, false));
        }
      } else if (IN_PLACE_LISTS.contains(name)) {
        list(to, name, value, inPlace);
      } else if (CHILD_MAPS.contains(name)) {
        map(to, name, value, false);
      } else if (name.equals("dependentSchemas")) {
        map(to, name, value, inPlace);
      } else if (name.equals("items")) {
        if (value.isArray()) {
          list(to, "prefixItems", value, false);
        } else if (value.isObject() || value.isBoolean()) {
          to.set(name, schema(value, false));
        }
      } else if (name.equals("prefixItems")) {
        list(to, name, value, false);
      } else {
        assertion(to, schema, name, value);
      }
    }

    private void list(ObjectNode to, String name, JsonNode value, boolean inPlace) throws Unusable {
      if (!value.isArray() || value.isEmpty()) {
        return;
      }
      ArrayNode list = NODES.arrayNode();
      for (JsonNode schema : value) {
        list.add(schema(schema, inPlace));
      }
      to.set(name, list);
    }

    private void map(ObjectNode to, String name, JsonNode value, boolean inPlace) throws Unusable {
      if (!value.isObject()) {
        return;
      }
      ObjectNode map = NODES.objectNode();
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        if (name.equals("patternProperties") && !isPattern(entry.getKey())) {
          continue;
        }
        if (entry.getValue().isObject()
            || entry.getValue().isBoolean()
            || entry.getValue().isNull()) {
          map.set(entry.getKey(), schema(entry.getValue(), inPlace));
        }
      }
      to.set(name, map);
    }

    private void assertion(ObjectNode to, JsonNode schema, String name, JsonNode value)
        throws Unusable {
      if (COUNTS.contains(name)) {
        if (isCount(value)) {
          to.set(name, value);
        }
      } else if (TEXTS.contains(name)) {
        setIf(to, name, value, value.isString());
      } else if (FLAGS.contains(name)) {
        setIf(to, name, value, value.isBoolean());
      } else if (NUMBERS.contains(name)) {
        setIf(to, name, value, value.isNumber() && !to.has(exclusive(name)));
      } else if (name.equals("exclusiveMinimum") || name.equals("exclusiveMaximum")) {
        exclusive(to, schema, name, value);
      } else {
        special(to, schema, name, value);
      }
      if (name.equals("example") && !schema.has("examples")) {
        to.set("examples", NODES.arrayNode().add(value));
      }
    }

    private void special(ObjectNode to, JsonNode schema, String name, JsonNode value)
        throws Unusable {
      switch (name) {
        case "type" -> type(to, value);
        case "required" -> required(to, schema, value);
        case "enum" -> {
          if (value.isArray() && !value.isEmpty()) {
            to.set(name, value);
          }
        }
        case "pattern" -> setIf(to, name, value, value.isString() && isPattern(value.asString()));
        case "multipleOf" ->
            setIf(to, name, value, value.isNumber() && value.decimalValue().signum() > 0);
        case "default", "const" -> to.set(name, value);
        case "examples" -> setIf(to, name, value, value.isArray());
        default -> {
          if (version != OpenApiVersion.V3_0 && !DROPPED.contains(name) && !name.startsWith("x-")) {
            to.set(name, value);
          }
        }
      }
    }

    private void type(ObjectNode to, JsonNode value) {
      if (value.isString() && TYPES.contains(value.stringValue())) {
        to.set("type", value);
      } else if (value.isArray()) {
        Set<String> types = new LinkedHashSet<>();
        value.forEach(type -> types.add(type.asString("")));
        if (!types.isEmpty() && TYPES.containsAll(types)) {
          ArrayNode list = NODES.arrayNode();
          types.forEach(list::add);
          to.set("type", list);
        }
      }
    }

    /** What only the other side sends is not required of this one. */
    private void required(ObjectNode to, JsonNode schema, JsonNode value) throws Unusable {
      if (!value.isArray()) {
        return;
      }
      Set<String> names = new LinkedHashSet<>();
      for (JsonNode name : value) {
        if (name.isString() && !isOneSided(schema, name.stringValue())) {
          names.add(name.stringValue());
        }
      }
      if (!names.isEmpty()) {
        ArrayNode list = NODES.arrayNode();
        names.forEach(list::add);
        to.set("required", list);
      }
    }

    private boolean isOneSided(JsonNode schema, String name) throws Unusable {
      JsonNode property = references.resolve(schema.path("properties").path(name));
      String mark = direction == Direction.REQUEST ? "readOnly" : "writeOnly";
      return property.path(mark).asBoolean(false);
    }
  }

  private static void setIf(ObjectNode to, String name, JsonNode value, boolean fits) {
    if (fits) {
      to.set(name, value);
    }
  }

  /** In 3.0 it is a flag beside the limit, afterwards the limit itself. */
  private static void exclusive(ObjectNode to, JsonNode schema, String name, JsonNode value) {
    String limit = name.equals("exclusiveMinimum") ? "minimum" : "maximum";
    if (value.isNumber()) {
      to.set(name, value);
    } else if (value.asBoolean(false) && schema.path(limit).isNumber()) {
      to.set(name, schema.path(limit));
      to.remove(limit);
    }
  }

  private static String exclusive(String limit) {
    return limit.equals("minimum") ? "exclusiveMinimum" : "exclusiveMaximum";
  }

  private static boolean isCount(JsonNode value) {
    if (!value.isNumber()) {
      return false;
    }
    BigDecimal number = value.decimalValue();
    return number.signum() >= 0 && number.scale() <= 0 && number.precision() - number.scale() < 10;
  }

  private static boolean isPattern(String pattern) {
    try {
      return pattern.length() <= MAX_PATTERN && !Pattern.compile(pattern).pattern().isEmpty();
    } catch (PatternSyntaxException none) {
      return false;
    }
  }

  private static JsonNode orNull(ObjectNode schema) {
    JsonNode type = schema.path("type");
    boolean plain = MORE_THAN_A_TYPE.stream().noneMatch(schema::has);
    if (plain && type.isString() && !type.stringValue().equals("null")) {
      schema.set("type", NODES.arrayNode().add(type).add("null"));
      if (schema.path("enum") instanceof ArrayNode values) {
        ArrayNode more = NODES.arrayNode().addAll(values);
        boolean present = values.valueStream().anyMatch(JsonNode::isNull);
        schema.set("enum", present ? more : more.addNull());
      }
      return schema;
    }
    if (schema.isEmpty()) {
      return schema;
    }
    ObjectNode result = NODES.objectNode();
    result.set("anyOf", NODES.arrayNode().add(schema).add(NODES.objectNode().put("type", "null")));
    return result;
  }
}
