package org.alknet.http.openapi;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON of documents and services: within bounds, numbers as exact as they were written. */
final class Json {
  /** Deepest nesting of a document; schemas are walked by recursion. */
  static final int MAX_DOCUMENT_NESTING = 200;

  /** Deepest nesting of what a service sends: less than what the call protocol carries. */
  static final int MAX_VALUE_NESTING = 120;

  /** Most values in a document. */
  static final int MAX_DOCUMENT_NODES = 4_000_000;

  private static final int MAX_NUMBER_LENGTH = 1000;
  private static final JsonMapper DOCUMENTS = mapper(MAX_DOCUMENT_NESTING);
  private static final JsonMapper VALUES = mapper(MAX_VALUE_NESTING);

  private Json() {}

  private static JsonMapper mapper(int nesting) {
    return JsonMapper.builder(
            JsonFactory.builder()
                .streamReadConstraints(
                    StreamReadConstraints.builder()
                        .maxNestingDepth(nesting)
                        .maxNumberLength(MAX_NUMBER_LENGTH)
                        .maxStringLength(64 << 20)
                        .build())
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .build())
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
  }

  /** Reads a document; throws what the parser throws. */
  static JsonNode document(String text) {
    return DOCUMENTS.readTree(text);
  }

  /** Reads what a service sent; empty if it is no JSON, or too deep. */
  static Optional<JsonNode> value(String text) {
    try {
      return text.isBlank()
          ? Optional.empty()
          : Optional.of(VALUES.readTree(text)).filter(tree -> !tree.isMissingNode());
    } catch (JacksonException | NumberFormatException malformed) {
      return Optional.empty();
    }
  }

  /** Reads a constant of this module, with apostrophes for quotes. */
  static JsonNode quoted(String text) {
    return DOCUMENTS.readTree(text.replace('\'', '"'));
  }

  static byte[] write(JsonNode value) {
    return VALUES.writeValueAsBytes(value);
  }

  static String pretty(JsonNode value) {
    return VALUES.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  static String text(JsonNode value) {
    return VALUES.writeValueAsString(value);
  }

  /** Whether a tree that somebody else built is within the bounds of a document. */
  static boolean isWithinBounds(JsonNode tree) {
    Deque<Iterator<JsonNode>> open = new ArrayDeque<>();
    open.push(List.of(tree).iterator());
    long nodes = 0;
    while (!open.isEmpty()) {
      Iterator<JsonNode> siblings = open.peek();
      if (!siblings.hasNext()) {
        open.pop();
        continue;
      }
      JsonNode node = siblings.next();
      if (++nodes > MAX_DOCUMENT_NODES) {
        return false;
      }
      if (node.isContainer()) {
        if (open.size() > MAX_DOCUMENT_NESTING) {
          return false;
        }
        open.push(node.iterator());
      }
    }
    return true;
  }
}
