package org.alknet.store.sqlite.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.alknet.core.credential.StoreException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JSON in transfer files: strict, compact, as trees. */
public final class Json {
  /** Rejects repeated members and anything after the value. */
  public static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Parses a text.
   *
   * @param field names the text in the message
   */
  public static JsonNode parse(String field, String text) throws StoreException {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException broken) {
      // The original message may quote the text.
      throw new StoreException.Serialization(field + ": not JSON", null);
    }
  }

  /** Reads an array of strings. */
  public static List<String> strings(String field, JsonNode node) throws StoreException {
    if (!node.isArray()) {
      throw new StoreException.Serialization(field + ": not an array", null);
    }
    List<String> texts = new ArrayList<>(node.size());
    for (JsonNode element : node) {
      if (!element.isString()) {
        throw new StoreException.Serialization(field + ": not an array of strings", null);
      }
      texts.add(element.stringValue());
    }
    return texts;
  }

  /** Reads an object of arrays of strings. */
  public static Map<String, List<String>> stringLists(String field, JsonNode node)
      throws StoreException {
    if (!node.isObject()) {
      throw new StoreException.Serialization(field + ": not an object", null);
    }
    Map<String, List<String>> lists = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      lists.put(member.getKey(), strings(field, member.getValue()));
    }
    return lists;
  }
}
