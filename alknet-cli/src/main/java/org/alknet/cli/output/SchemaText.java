package org.alknet.cli.output;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A JSON Schema in a form people read: one line for each field. */
public final class SchemaText {
  private static final int MAX_DEPTH = 8;
  private static final List<String> LIMITS =
      List.of(
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "minLength",
          "maxLength",
          "minItems",
          "maxItems",
          "pattern",
          "format",
          "enum",
          "const",
          "default");

  private final List<String> lines = new ArrayList<>();

  private SchemaText() {}

  /** Returns the lines of a schema. */
  public static List<String> lines(JsonNode schema) {
    SchemaText text = new SchemaText();
    JsonNode properties = schema.path("properties");
    if (properties.isObject() && !properties.isEmpty()) {
      text.fields(schema, 0);
    } else {
      text.lines.add(summary(schema));
    }
    return text.lines;
  }

  private void fields(JsonNode schema, int depth) {
    Set<String> required = new LinkedHashSet<>();
    schema.path("required").values().forEach(name -> required.add(name.asString("")));
    schema
        .path("properties")
        .properties()
        .forEach(
            field -> {
              String mark = required.contains(field.getKey()) ? "  required" : "";
              lines.add(
                  "  ".repeat(depth)
                      + Escape.text(field.getKey())
                      + "  "
                      + summary(field.getValue())
                      + mark);
              nested(field.getValue(), depth + 1);
            });
  }

  private void nested(JsonNode schema, int depth) {
    JsonNode inner = schema.has("items") ? schema.path("items") : schema;
    if (depth < MAX_DEPTH && inner.path("properties").isObject()) {
      fields(inner, depth);
    }
  }

  private static String summary(JsonNode schema) {
    if ((schema.isObject() && schema.isEmpty()) || (schema.isBoolean() && schema.booleanValue())) {
      return "anything";
    }
    if (schema.isBoolean() || (schema.path("not").isObject() && schema.path("not").isEmpty())) {
      return "nothing";
    }
    StringBuilder text = new StringBuilder(type(schema));
    if (schema.path("type").asString("").equals("object")
        && schema.path("properties").isEmpty()
        && schema.path("additionalProperties").isBoolean()
        && !schema.path("additionalProperties").booleanValue()) {
      text.append(" without members");
    }
    for (String keyword : LIMITS) {
      JsonNode value = schema.path(keyword);
      if (!value.isMissingNode()) {
        text.append(", ").append(keyword).append(' ').append(JsonWriter.compact(value));
      }
    }
    JsonNode description = schema.path("description");
    if (description.isString()) {
      text.append("  ").append(Escape.text(description.stringValue()));
    }
    return text.toString();
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      List<String> names = new ArrayList<>();
      type.values().forEach(name -> names.add(Escape.text(name.asString("?"))));
      return String.join(" or ", names);
    }
    if (type.isString()) {
      String name = Escape.text(type.stringValue());
      return name.equals("array") && schema.has("items")
          ? "array of " + type(schema.path("items"))
          : name;
    }
    return schema.has("oneOf") || schema.has("anyOf") || schema.has("allOf")
        ? "a combination (see --json)"
        : "anything";
  }
}
