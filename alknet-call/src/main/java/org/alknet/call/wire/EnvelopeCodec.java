package org.alknet.call.wire;

import java.io.InputStream;
import java.nio.ByteBuffer;
import org.alknet.call.connection.CallLimits;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Envelopes as JSON, with the same limits in both directions: what we would refuse to read we never
 * write, because the peer would take it for an offence (spec/call.md sections 3.2 and G-19).
 *
 * <p>Numbers keep every digit. Duplicate keys are refused in the envelope; in the payload they make
 * it JSON null, which no event type accepts where it matters.
 *
 * <p>Thread-safe.
 */
public final class EnvelopeCodec {
  /** Deepest nesting of objects and arrays, the envelope included. */
  public static final int MAX_NESTING = 128;

  /** Most characters of one number. */
  public static final int MAX_NUMBER_LENGTH = 1000;

  private static final int PREFIX = 4;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxStringLength(CallLimits.MAX_FRAME_BYTES)
                          .maxNameLength(CallLimits.MAX_FRAME_BYTES)
                          .build())
                  .streamWriteConstraints(
                      StreamWriteConstraints.builder().maxNestingDepth(MAX_NESTING).build())
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private EnvelopeCodec() {}

  /**
   * Returns one envelope as a complete frame.
   *
   * @throws FrameException if it would break a limit
   */
  public static ByteBuffer encode(EventEnvelope envelope) throws FrameException {
    checkNumbers(envelope.payload());
    FrameBuffer out = new FrameBuffer(PREFIX);
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringProperty("type", envelope.type());
      json.writeStringProperty("id", envelope.id());
      json.writeName("payload");
      MAPPER.writeTree(json, envelope.payload());
      json.writeEndObject();
    } catch (FrameBuffer.TooLarge tooLarge) {
      throw FrameException.length(CallLimits.MAX_FRAME_BYTES + 1L, CallLimits.MAX_FRAME_BYTES);
    } catch (JacksonException failure) {
      throw FrameException.json(
          "the value cannot be written: " + failure.getClass().getSimpleName());
    }
    return out.frame();
  }

  /**
   * Reads one envelope from the body of a frame.
   *
   * @throws FrameException if it is none
   */
  public static EventEnvelope decode(byte[] body, int offset, int length) throws FrameException {
    Utf8Check check = new Utf8Check();
    if (!check.accept(body, offset, offset + length) || !check.complete()) {
      throw FrameException.json("a frame is UTF-8");
    }
    try (JsonParser parser = MAPPER.createParser(body, offset, length)) {
      return read(parser);
    } catch (JacksonException | NumberFormatException failure) {
      throw notJson(failure);
    }
  }

  static EventEnvelope decode(ChunkedBody body) throws FrameException {
    if (!body.isUtf8()) {
      throw FrameException.json("a frame is UTF-8");
    }
    InputStream stream = body.stream();
    try (JsonParser parser = MAPPER.createParser(stream)) {
      return read(parser);
    } catch (JacksonException | NumberFormatException failure) {
      throw notJson(failure);
    }
  }

  /** An exponent beyond what a BigDecimal holds fails with the exception of the JDK. */
  private static FrameException notJson(RuntimeException failure) {
    return FrameException.json("a frame is JSON: " + failure.getClass().getSimpleName());
  }

  private static EventEnvelope read(JsonParser parser) throws FrameException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw FrameException.json("an envelope is a JSON object");
    }
    String type = null;
    String id = null;
    JsonNode payload = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "type" -> type = text(parser, name, type);
        case "id" -> id = text(parser, name, id);
        case "payload" -> {
          if (payload != null) {
            throw FrameException.json("an envelope has one payload");
          }
          payload = payload(parser);
        }
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw FrameException.json("a frame is one JSON value");
    }
    if (type == null || id == null || payload == null) {
      throw FrameException.json("an envelope has type, id and payload");
    }
    return new EventEnvelope(type, id, payload);
  }

  private static String text(JsonParser parser, String name, @Nullable String before)
      throws FrameException {
    if (before != null || parser.currentToken() != JsonToken.VALUE_STRING) {
      throw FrameException.json("an envelope has one string " + name);
    }
    return parser.getString();
  }

  /** Reads a payload; one whose own keys repeat becomes null. */
  private static JsonNode payload(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      return tree(parser);
    }
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    boolean repeated = false;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      repeated |= payload.has(name);
      payload.set(name, tree(parser));
    }
    return repeated ? JsonNodeFactory.instance.nullNode() : payload;
  }

  private static JsonNode tree(JsonParser parser) {
    return parser.currentToken() == JsonToken.VALUE_NULL
        ? JsonNodeFactory.instance.nullNode()
        : MAPPER.readTree(parser);
  }

  private static void checkNumbers(JsonNode node) throws FrameException {
    if (node.isContainer()) {
      for (JsonNode child : node) {
        if (child.isContainer() || child.isBigInteger() || child.isBigDecimal()) {
          checkNumbers(child);
        }
      }
    } else if ((node.isBigInteger() || node.isBigDecimal())
        && node.asString().length() > MAX_NUMBER_LENGTH) {
      throw FrameException.json("a number has at most " + MAX_NUMBER_LENGTH + " characters");
    }
  }
}
