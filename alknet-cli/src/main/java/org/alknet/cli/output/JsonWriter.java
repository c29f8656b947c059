package org.alknet.cli.output;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as text, with nothing in it that a terminal would obey. */
public final class JsonWriter {
  private static final JsonMapper COMPACT = JsonMapper.shared();
  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private JsonWriter() {}

  /** Returns the value on one line. */
  public static String compact(JsonNode value) {
    return Escape.json(COMPACT.writeValueAsString(value));
  }

  /** Returns the value indented, for people. */
  public static String pretty(JsonNode value) {
    return Escape.json(PRETTY.writeValueAsString(value).replace("\r\n", "\n"));
  }

  /**
   * Returns the document scripts read (spec/cli.md section 11).
   *
   * @param kind what it is, such as {@code operation.list}
   */
  public static ObjectNode document(String kind, JsonNode data) {
    ObjectNode document = object().put("kind", kind).put("version", 1);
    document.set("data", data);
    return document;
  }

  /** Returns a new object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
