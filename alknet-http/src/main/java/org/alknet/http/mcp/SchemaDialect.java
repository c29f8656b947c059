package org.alknet.http.mcp;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings schemas of older drafts, which many servers still send, into the one that is checked here,
 * JSON Schema 2020-12. Schemas of that draft stay as they are.
 */
final class SchemaDialect {
  private static final Pattern CURRENT =
      Pattern.compile("https?://json-schema\\.org/draft/2020-12/schema#?");
  private static final Pattern OLDER =
      Pattern.compile("https?://json-schema\\.org/(draft-0[67]|draft/2019-09)/schema#?");

  private SchemaDialect() {}

  /**
   * Returns a schema of the current draft.
   *
   * @throws IllegalArgumentException if it is no object, or of a draft that nobody here knows
   */
  static JsonNode current(@Nullable JsonNode schema) {
    if (!(schema instanceof ObjectNode object)) {
      throw new IllegalArgumentException("a schema is an object");
    }
    JsonNode named = object.path("$schema");
    if (named.isMissingNode() || CURRENT.matcher(named.asString("")).matches()) {
      return object;
    }
    if (!OLDER.matcher(named.asString("")).matches()) {
      throw new IllegalArgumentException("the schema is of a draft that is not known here");
    }
    ObjectNode converted = object.deepCopy();
    converted.remove("$schema");
    convert(converted);
    return converted;
  }

  private static void convert(ObjectNode schema) {
    List<ObjectNode> below = new ArrayList<>();
    SubSchemas.<RuntimeException>forEach(
        schema,
        (keyword, name, child) -> {
          if (child instanceof ObjectNode object) {
            below.add(object);
          }
        });
    below.forEach(SchemaDialect::convert);
    if (schema.path("items").isArray()) {
      schema.set("prefixItems", schema.remove("items"));
      if (schema.has("additionalItems")) {
        schema.set("items", schema.remove("additionalItems"));
      }
    }
    if (schema.path("dependencies") instanceof ObjectNode dependencies) {
      schema.remove("dependencies");
      for (Map.Entry<String, JsonNode> entry : dependencies.properties()) {
        schema
            .withObjectProperty(
                entry.getValue().isArray() ? "dependentRequired" : "dependentSchemas")
            .set(entry.getKey(), entry.getValue());
      }
    }
  }
}
