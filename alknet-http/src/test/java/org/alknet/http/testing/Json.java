package org.alknet.http.testing;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON in tests, with apostrophes for quotes. */
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /** Parses, after replacing apostrophes. */
  public static JsonNode json(String text) {
    return MAPPER.readTree(text.replace('\'', '"'));
  }

  /** Parses as it is. */
  public static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }
}
