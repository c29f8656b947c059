package org.alknet.call.wire;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads an envelope in the obvious way, by parsing all of it at once. What the two steps of the
 * real reader let through and what they refuse is compared with this.
 */
final class OneStepReader {
  private static final Set<String> OURS = Set.of("type", "id", "payload");

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(EnvelopeCodec.MAX_NESTING)
                          .maxNumberLength(EnvelopeCodec.MAX_NUMBER_LENGTH)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private OneStepReader() {}

  static Optional<EventEnvelope> read(byte[] body) {
    Utf8Check utf8 = new Utf8Check();
    boolean mark = body.length > 0 && body[0] == (byte) 0xef;
    if (!utf8.accept(body, 0, body.length) || !utf8.complete() || mark) {
      return Optional.empty();
    }
    try (JsonParser parser = MAPPER.createParser(body)) {
      return envelope(parser);
    } catch (JacksonException | NumberFormatException notJson) {
      return Optional.empty();
    }
  }

  private static Optional<EventEnvelope> envelope(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return Optional.empty();
    }
    Map<String, JsonNode> members = new HashMap<>();
    boolean repeated = false;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      JsonNode value = name.equals("payload") ? payload(parser) : tree(parser);
      repeated |= members.put(name, value) != null && OURS.contains(name);
    }
    if (parser.nextToken() != null || repeated || !members.keySet().containsAll(OURS)) {
      return Optional.empty();
    }
    JsonNode type = Objects.requireNonNull(members.get("type"));
    JsonNode id = Objects.requireNonNull(members.get("id"));
    JsonNode payload = Objects.requireNonNull(members.get("payload"));
    return type.isString() && id.isString()
        ? Optional.of(new EventEnvelope(type.stringValue(), id.stringValue(), payload))
        : Optional.empty();
  }

  private static JsonNode payload(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return tree(parser);
    }
    var object = JsonNodeFactory.instance.objectNode();
    boolean repeated = false;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      repeated |= object.has(name);
      object.set(name, tree(parser));
    }
    return repeated ? JsonNodeFactory.instance.nullNode() : object;
  }

  private static JsonNode tree(JsonParser parser) {
    return parser.currentToken() == JsonToken.VALUE_NULL
        ? JsonNodeFactory.instance.nullNode()
        : MAPPER.readTree(parser);
  }
}
