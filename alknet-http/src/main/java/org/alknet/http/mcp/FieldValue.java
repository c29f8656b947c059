package org.alknet.http.mcp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Text in a header field: as it is if it is plain, otherwise in Base64 between two marks (revision
 * 2026-07-28, "Value Encoding").
 */
final class FieldValue {
  private static final String START = "=?base64?";
  private static final String END = "?=";

  private FieldValue() {}

  /** Returns the value of a field that says this. */
  static String encode(String text) {
    boolean plain = text.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c < 0x7f));
    return plain && text.equals(text.strip()) && !isMarked(text)
        ? text
        : START + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + END;
  }

  /** Returns what the value of a field says; empty if it is marked as Base64 and is none. */
  static Optional<String> decode(String value) {
    if (!isMarked(value)) {
      return Optional.of(value);
    }
    try {
      byte[] bytes =
          Base64.getDecoder()
              .decode(value.substring(START.length(), value.length() - END.length()));
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IllegalArgumentException | CharacterCodingException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isMarked(String text) {
    return text.length() >= START.length() + END.length()
        && text.startsWith(START)
        && text.endsWith(END);
  }
}
