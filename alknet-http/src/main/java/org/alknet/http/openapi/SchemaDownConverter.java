package org.alknet.http.openapi;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schema of JSON Schema 2020-12 in the dialect of OpenAPI 3.0, which says less: what it cannot
 * say is dropped, so the result accepts at least what the schema does. Definitions are written out,
 * as far as that ends.
 *
 * <p>Not thread-safe.
 */
final class SchemaDownConverter {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String DEFINITIONS = "#/$defs/";

  /** How deep and how far definitions are written out. */
  private static final int MAX_DEPTH = 12;

  private static final int MAX_NODES = 2000;

  private static final Set<String> SAME =
      Set.of(
          "title",
          "description",
          "default",
          "format",
          "pattern",
          "multipleOf",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "minProperties",
          "maxProperties",
          "uniqueItems",
          "readOnly",
          "writeOnly",
          "deprecated",
          "enum",
          "required");
  private static final Set<String> LISTS = Set.of("allOf", "anyOf", "oneOf");

  private final JsonNode definitions;
  private int nodes;

  private SchemaDownConverter(JsonNode definitions) {
    this.definitions = definitions;
  }

  /** Converts a schema with its own definitions; references to components stay. */
  static ObjectNode convert(JsonNode schema) {
    return new SchemaDownConverter(schema.path("$defs")).schema(schema, 0);
  }

  private ObjectNode schema(JsonNode schema, int depth) {
    ObjectNode to = NODES.objectNode();
    if (schema.isBoolean() && !schema.booleanValue()) {
      to.putObject("not");
    }
    if (!schema.isObject() || depth > MAX_DEPTH || ++nodes > MAX_NODES) {
      return to;
    }
    JsonNode ref = schema.path("$ref");
    if (ref.isString()) {
      return referred(ref.stringValue(), depth);
    }
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      keyword(to, keyword.getKey(), keyword.getValue(), depth);
    }
    limits(to, schema);
    type(to, schema.path("type"));
    if (to.path("type").asString("").equals("array") && !to.has("items")) {
      to.putObject("items");
    }
    if (to.has("readOnly")) {
      to.remove("writeOnly");
    }
    return to;
  }

  private ObjectNode referred(String ref, int depth) {
    if (ref.startsWith(DEFINITIONS)) {
      String name = ref.substring(DEFINITIONS.length()).replace("~1", "/").replace("~0", "~");
      return schema(definitions.path(name), depth + 1);
    }
    return ref.startsWith("#/components/")
        ? NODES.objectNode().put("$ref", ref)
        : NODES.objectNode();
  }

  private void keyword(ObjectNode to, String name, JsonNode value, int depth) {
    if (SAME.contains(name)) {
      boolean empty = value.isArray() && value.isEmpty() && !name.equals("default");
      if (!empty) {
        to.set(name, value);
      }
    } else if (LISTS.contains(name) && value.isArray() && !value.isEmpty()) {
      ArrayNode list = NODES.arrayNode();
      value.forEach(element -> list.add(schema(element, depth + 1)));
      to.set(name, list);
    } else if (name.equals("properties") && value.isObject()) {
      ObjectNode map = NODES.objectNode();
      value
          .properties()
          .forEach(entry -> map.set(entry.getKey(), schema(entry.getValue(), depth + 1)));
      to.set(name, map);
    } else if (name.equals("items") || name.equals("not")) {
      to.set(name, schema(value, depth + 1));
    } else if (name.equals("additionalProperties")) {
      to.set(name, value.isBoolean() ? value : schema(value, depth + 1));
    } else if (name.equals("const")) {
      to.set("enum", NODES.arrayNode().add(value));
    } else if (name.equals("examples") && value.isArray() && !value.isEmpty()) {
      to.set("example", value.get(0));
    } else if (name.equals("contentEncoding") && value.asString("").equals("base64")) {
      to.put("format", "byte");
    }
  }

  private static void limits(ObjectNode to, JsonNode schema) {
    for (String limit : new String[] {"minimum", "maximum"}) {
      String exclusive = limit.equals("minimum") ? "exclusiveMinimum" : "exclusiveMaximum";
      JsonNode plain = schema.path(limit);
      JsonNode strict = schema.path(exclusive);
      boolean both = plain.isNumber() && strict.isNumber();
      int order = both ? plain.decimalValue().compareTo(strict.decimalValue()) : 0;
      boolean plainIsNarrower = both && (limit.equals("minimum") ? order > 0 : order < 0);
      if (strict.isNumber() && !plainIsNarrower) {
        to.set(limit, strict);
        to.put(exclusive, true);
      } else if (plain.isNumber()) {
        to.set(limit, plain);
      }
    }
  }

  private static void type(ObjectNode to, JsonNode type) {
    Set<String> types = new LinkedHashSet<>();
    if (type.isString()) {
      types.add(type.stringValue());
    }
    type.forEach(one -> types.add(one.asString("")));
    boolean nullable = types.remove("null");
    if (types.size() == 1) {
      to.put("type", types.iterator().next());
    } else if (types.size() > 1 && !to.has("anyOf")) {
      ArrayNode choices = to.putArray("anyOf");
      for (String one : types) {
        ObjectNode choice = choices.addObject().put("type", one);
        if (one.equals("array")) {
          choice.set("items", to.has("items") ? to.path("items") : NODES.objectNode());
        }
      }
      to.remove("items");
    }
    if (nullable) {
      to.put("nullable", true);
      if (types.isEmpty()) {
        to.set("enum", NODES.arrayNode().addNull());
      }
    }
  }
}
