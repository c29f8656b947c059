package org.alknet.call.wire;

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

/**
 * Envelopes as JSON, with the same limits in both directions: what we would refuse to read we never
 * write, because the peer would take it for an offence (spec/call.md sections 3.2 and G-19).
 *
 * <p>Reading has two steps: {@link #scan} is cheap enough for the transport's thread, and the
 * payload is parsed later, elsewhere, if anybody needs it. Numbers keep every digit. Duplicate keys
 * are refused in the envelope; in the payload they make it JSON null, which no event type accepts
 * where it matters.
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
   * Reads one envelope from the body of a frame, payload and all.
   *
   * @throws FrameException if it is none
   */
  public static EventEnvelope decode(byte[] body, int offset, int length) throws FrameException {
    return scan(body, offset, offset + length).parsed();
  }

  /**
   * Finds out what an envelope is about and leaves its payload unparsed; that is still to be
   * checked by whoever takes it.
   *
   * @param body nobody changes these bytes afterwards
   * @throws FrameException if it is none, as far as can be seen
   */
  static ReceivedEnvelope scan(byte[] body, int from, int to) throws FrameException {
    Utf8Check check = new Utf8Check();
    if (!check.accept(body, from, to) || !check.complete()) {
      throw FrameException.json("a frame is UTF-8");
    }
    ObjectScan scan = new ObjectScan(body, from, to);
    if (!scan.enter()) {
      throw FrameException.json("an envelope is a JSON object");
    }
    String type = null;
    String id = null;
    Payload payload = null;
    for (String name = scan.next(); name != null; name = scan.next()) {
      Payload value = scan.value();
      switch (name) {
        case "type" -> type = text(value, name, type);
        case "id" -> id = text(value, name, id);
        case "payload" -> {
          if (payload != null) {
            throw FrameException.json("an envelope has one payload");
          }
          payload = value;
        }
        default -> value.check();
      }
    }
    if (type == null || id == null || payload == null) {
      throw FrameException.json("an envelope has type, id and payload");
    }
    return new ReceivedEnvelope(type, id, payload);
  }

  private static String text(Payload value, String name, @Nullable String before)
      throws FrameException {
    JsonNode text = value.tree();
    if (before != null || !text.isString()) {
      throw FrameException.json("an envelope has one string " + name);
    }
    return text.stringValue();
  }

  /** Parses one value, the whole of these bytes. */
  static JsonNode tree(byte[] json, int from, int to) throws FrameException {
    String plain = ObjectScan.plainText(json, from, to);
    if (plain != null) {
      return JsonNodeFactory.instance.stringNode(plain);
    }
    try (JsonParser parser = MAPPER.createParser(json, from, to - from)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        throw FrameException.json("a value is missing");
      }
      JsonNode tree =
          first == JsonToken.VALUE_NULL
              ? JsonNodeFactory.instance.nullNode()
              : MAPPER.readTree(parser);
      if (parser.nextToken() != null) {
        throw FrameException.json("a frame is one JSON value");
      }
      return tree;
    } catch (JacksonException | NumberFormatException failure) {
      // An exponent beyond what a BigDecimal holds fails with the exception of the JDK.
      throw FrameException.json("a frame is JSON: " + failure.getClass().getSimpleName());
    }
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
