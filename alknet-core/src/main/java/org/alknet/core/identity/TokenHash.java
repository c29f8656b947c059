package org.alknet.core.identity;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The form in which bearer tokens are kept: {@code sha256:} and 64 lowercase hex digits of the
 * SHA-256 over the UTF-8 bytes of the whole token (spec/core.md section 8.5). Not to be confused
 * with the {@code SHA256:} form of certificate fingerprints; the two are never compared.
 */
public final class TokenHash {
  /** Prefix of every token hash; the lower case is part of it. */
  public static final String PREFIX = "sha256:";

  /** Longer tokens are refused before they are hashed. */
  public static final int MAX_TOKEN_BYTES = 4096;

  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  private TokenHash() {}

  /**
   * Hashes a token.
   *
   * @return empty if the token is empty, destroyed, longer than {@link #MAX_TOKEN_BYTES} or not
   *     strictly UTF-8; such a token is nobody's
   */
  public static Optional<String> of(AuthToken token) {
    if (token.lengthInBytes() > MAX_TOKEN_BYTES) {
      return Optional.empty();
    }
    byte[] bytes = token.revealTokenBytes();
    try {
      return ofBytes(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Whether the text has the form of a token hash. */
  public static boolean isWellFormed(String text) {
    return FORM.matcher(text).matches();
  }

  static Optional<String> ofBytes(byte[] token) {
    if (token.length == 0 || token.length > MAX_TOKEN_BYTES || !isStrictUtf8(token)) {
      return Optional.empty();
    }
    return Optional.of(PREFIX + HexFormat.of().formatHex(sha256(token)));
  }

  /** Compares two hashes in a time that depends on their lengths only. */
  static boolean sameHash(String stored, String computed) {
    return MessageDigest.isEqual(
        stored.getBytes(StandardCharsets.UTF_8), computed.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A lenient decoder would map different byte strings to the same text and hence to the same hash.
   */
  private static boolean isStrictUtf8(byte[] bytes) {
    CharBuffer decoded = CharBuffer.allocate(bytes.length);
    try {
      CoderResult result =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), decoded, true);
      return result.isUnderflow();
    } finally {
      Arrays.fill(decoded.array(), '\0');
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}
