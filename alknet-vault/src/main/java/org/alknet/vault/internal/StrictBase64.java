package org.alknet.vault.internal;

import java.util.Base64;
import java.util.Optional;

/**
 * Base64 with the standard alphabet and mandatory padding (RFC 4648 §4), read strictly.
 *
 * <p>Thread-safe.
 */
public final class StrictBase64 {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private StrictBase64() {}

  /** The text of the bytes, padded, without line breaks. */
  public static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * The bytes of the text, or empty unless encoding them again gives exactly this text: foreign
   * characters, white space, missing padding and non-zero trailing bits are all refused.
   */
  public static Optional<byte[]> decode(String text) {
    if (text.length() % 4 != 0 || hasTrailingBits(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      // The JDK's way to report a character outside the alphabet.
      return Optional.empty();
    }
  }

  // The JDK's decoder forgives missing padding, which the length rules out, and set bits below the
  // last byte, which only the last character before the padding can hold.
  private static boolean hasTrailingBits(String text) {
    if (text.endsWith("==")) {
      return (ALPHABET.indexOf(text.charAt(text.length() - 3)) & 0x0f) != 0;
    }
    if (text.endsWith("=")) {
      return (ALPHABET.indexOf(text.charAt(text.length() - 2)) & 0x03) != 0;
    }
    return false;
  }
}
