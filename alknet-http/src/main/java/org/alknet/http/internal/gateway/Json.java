package org.alknet.http.internal.gateway;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON of requests and replies. What is accepted is a little less deep than what the call protocol
 * carries, so that every accepted input still fits an envelope when it is forwarded (spec/http.md
 * section 17).
 */
public final class Json {
  /** Deepest nesting of a request body. */
  public static final int MAX_NESTING = 120;

  private static final int MAX_NUMBER_LENGTH = 1000;
  private static final String PLAIN = "application/json";
  private static final char REPLACEMENT = '\uFFFD';

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxNumberLength(MAX_NUMBER_LENGTH)
                          .maxStringLength(64 << 20)
                          .maxNameLength(64 << 20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final Logger LOG = System.getLogger(Json.class.getName());

  private Json() {}

  /**
   * Whether a body is announced as JSON.
   *
   * @param contentTypes all values of its field
   */
  public static boolean isAnnounced(List<String> contentTypes) {
    if (contentTypes.size() != 1) {
      return false;
    }
    if (contentTypes.get(0).equals(PLAIN)) {
      return true;
    }
    String[] parts = contentTypes.get(0).toLowerCase(Locale.ROOT).split(";", -1);
    String type = parts[0].strip();
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      if (parameter.startsWith("charset=")
          && !parameter.substring(8).replace("\"", "").equals("utf-8")) {
        return false;
      }
    }
    return type.equals(PLAIN)
        || (type.matches("[a-z0-9.+-]+/[a-z0-9.+-]+") && type.endsWith("+json"));
  }

  /** Reads one value in UTF-8; empty if the bytes are anything else, or too deep. */
  public static Optional<JsonNode> read(byte[] bytes) {
    try {
      // As text, because the parser would otherwise guess at other encodings.
      String text = new String(bytes, StandardCharsets.UTF_8);
      if (text.indexOf(REPLACEMENT) >= 0) {
        // Either it was sent or it stands for what is no UTF-8.
        text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
      if (text.isBlank()) {
        return Optional.empty();
      }
      return Optional.of(MAPPER.readTree(text)).filter(tree -> !tree.isMissingNode());
    } catch (CharacterCodingException | JacksonException | NumberFormatException malformed) {
      // An exponent beyond what a BigDecimal holds fails with the exception of the JDK.
      return Optional.empty();
    }
  }

  /**
   * Writes a value on one line, if it can be written: what a handler answers may be too deep, or
   * hold a Java object.
   */
  public static Optional<byte[]> tryWrite(JsonNode value) {
    try {
      return Optional.of(MAPPER.writeValueAsBytes(value));
    } catch (JacksonException unwritable) {
      LOG.log(Level.WARNING, "event=http_output_unwritable", unwritable);
      return Optional.empty();
    }
  }

  /** Writes a value on one line. */
  public static byte[] write(JsonNode value) {
    return MAPPER.writeValueAsBytes(value);
  }
}
