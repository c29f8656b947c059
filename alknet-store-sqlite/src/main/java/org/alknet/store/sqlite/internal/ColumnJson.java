package org.alknet.store.sqlite.internal;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.alknet.core.credential.StoreException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON in columns, token by token: strict, compact, members of objects sorted. It does without
 * the tree model, because making that ready takes a command that lists peers longer than all the
 * rest it does.
 */
public final class ColumnJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private ColumnJson() {}

  /**
   * Reads an array of strings.
   *
   * @param field names the text in the message
   */
  static List<String> strings(String field, String text) throws StoreException {
    return whole(
        field,
        text,
        parser -> {
          parser.nextToken();
          return array(field, parser);
        });
  }

  /**
   * Reads an object of arrays of strings.
   *
   * @param field names the text in the message
   */
  static Map<String, List<String>> stringLists(String field, String text) throws StoreException {
    return whole(
        field,
        text,
        parser -> {
          if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new StoreException.Serialization(field + ": not an object", null);
          }
          Map<String, List<String>> lists = new TreeMap<>();
          for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            lists.put(name, array(field, parser));
          }
          return lists;
        });
  }

  /**
   * Says whether a text is one object and nothing else.
   *
   * @param field names the text in the message
   */
  public static boolean isObject(String field, String text) throws StoreException {
    return whole(
        field,
        text,
        parser -> {
          boolean object = parser.nextToken() == JsonToken.START_OBJECT;
          parser.skipChildren();
          return object;
        });
  }

  static String write(Collection<String> texts) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), json)) {
      write(generator, texts);
    }
    return json.toString();
  }

  static String write(Map<String, List<String>> lists) {
    StringWriter json = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), json)) {
      generator.writeStartObject();
      for (Map.Entry<String, List<String>> list : new TreeMap<>(lists).entrySet()) {
        generator.writeName(list.getKey());
        write(generator, list.getValue());
      }
      generator.writeEndObject();
    }
    return json.toString();
  }

  private static void write(JsonGenerator generator, Collection<String> texts) {
    generator.writeStartArray();
    texts.forEach(generator::writeString);
    generator.writeEndArray();
  }

  private static List<String> array(String field, JsonParser parser) throws StoreException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new StoreException.Serialization(field + ": not an array", null);
    }
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_STRING) {
        throw new StoreException.Serialization(field + ": not an array of strings", null);
      }
      texts.add(parser.getString());
    }
    return texts;
  }

  /** Reads one value and sees to it that nothing follows. */
  private static <T> T whole(String field, String text, Reading<T> reading) throws StoreException {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      T value = reading.of(parser);
      if (parser.nextToken() == null) {
        return value;
      }
    } catch (JacksonException broken) {
      // Told below: the original message may quote the text.
    }
    throw new StoreException.Serialization(field + ": not JSON", null);
  }

  @FunctionalInterface
  private interface Reading<T> {
    T of(JsonParser parser) throws StoreException;
  }
}
