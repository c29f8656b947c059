package org.alknet.cli.output;

import java.util.Map;
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

  /**
   * Returns the text of a document whose data is one flat object.
   *
   * @param members texts and booleans, in the order in which they are to be written
   */
  public static String flat(String kind, Map<String, ?> members) {
    ObjectNode data = object();
    members.forEach(
        (name, value) -> {
          if (value instanceof Boolean flag) {
            data.put(name, flag);
          } else {
            data.put(name, value.toString());
          }
        });
    return compact(document(kind, data));
  }

  /** Returns a new object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
