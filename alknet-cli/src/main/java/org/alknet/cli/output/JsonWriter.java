package org.alknet.cli.output;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
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
   * Returns the text of a document without its maker having to know a JSON library.
   *
   * @param members texts, flags, numbers, lists and maps of them; an empty optional is left out,
   *     and whatever else there is becomes its text
   */
  public static String text(String kind, Map<String, ?> members) {
    return compact(document(kind, node(members)));
  }

  /** Returns members as {@link #text} takes them as the text of an object. */
  public static String members(Map<String, ?> members) {
    return compact(node(members));
  }

  private static JsonNode node(Object value) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = json.objectNode();
      map.forEach(
          (name, member) -> {
            if (!(member instanceof Optional<?> optional)) {
              object.set(name.toString(), node(member));
            } else if (optional.isPresent()) {
              object.set(name.toString(), node(optional.get()));
            }
          });
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = json.arrayNode();
      list.forEach(item -> array.add(node(item)));
      return array;
    }
    if (value instanceof Boolean flag) {
      return json.booleanNode(flag);
    }
    if (value instanceof Double number) {
      return json.numberNode(number);
    }
    return value instanceof Number number
        ? json.numberNode(number.longValue())
        : json.stringNode(value.toString());
  }

  /** Returns a new object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
