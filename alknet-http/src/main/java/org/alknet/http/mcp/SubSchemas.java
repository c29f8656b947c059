package org.alknet.http.mcp;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Where schemas stand in a schema, as opposed to data that only looks like one. */
final class SubSchemas {
  private static final Set<String> ONE =
      Set.of(
          "additionalItems",
          "additionalProperties",
          "contains",
          "contentSchema",
          "else",
          "if",
          "items",
          "not",
          "propertyNames",
          "then",
          "unevaluatedItems",
          "unevaluatedProperties");
  private static final Set<String> LIST = Set.of("allOf", "anyOf", "oneOf", "prefixItems", "items");
  private static final Set<String> NAMED =
      Set.of(
          "$defs",
          "definitions",
          "dependencies",
          "dependentSchemas",
          "patternProperties",
          "properties");

  private SubSchemas() {}

  /** Takes a schema that stands directly in another. */
  @FunctionalInterface
  interface Visitor<E extends Exception> {
    /**
     * Takes it.
     *
     * @param keyword under which it stands
     * @param name of the property, or an empty text
     */
    void accept(String keyword, String name, JsonNode schema) throws E;
  }

  /** Hands over every schema that stands directly in this one. */
  static <E extends Exception> void forEach(JsonNode schema, Visitor<E> visitor) throws E {
    for (Map.Entry<String, JsonNode> member : schema.properties()) {
      String keyword = member.getKey();
      JsonNode value = member.getValue();
      if (value.isObject() && NAMED.contains(keyword)) {
        for (Map.Entry<String, JsonNode> named : List.copyOf(value.properties())) {
          if (named.getValue().isObject()) {
            visitor.accept(keyword, named.getKey(), named.getValue());
          }
        }
      } else if (value.isObject() && ONE.contains(keyword)) {
        visitor.accept(keyword, "", value);
      } else if (value.isArray() && LIST.contains(keyword)) {
        for (JsonNode one : value) {
          if (one.isObject()) {
            visitor.accept(keyword, "", one);
          }
        }
      }
    }
  }
}
