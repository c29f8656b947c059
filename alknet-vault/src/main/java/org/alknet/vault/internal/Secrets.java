package org.alknet.vault.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * Wiping and text conversion of secrets: the only place that overwrites arrays.
 *
 * <p>Thread-safe. Specification: {@code spec/vault.md §16}.
 */
public final class Secrets {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final int MAX_UTF8_BYTES_PER_CHAR = 3;

  private Secrets() {}

  /** Overwrites every array with zeros. */
  public static void wipe(byte[]... arrays) {
    for (byte[] array : arrays) {
      Arrays.fill(array, (byte) 0);
    }
  }

  /** Overwrites every array with zeros. */
  public static void wipe(char[]... arrays) {
    for (char[] array : arrays) {
      Arrays.fill(array, '\0');
    }
  }

  /**
   * Encodes text as UTF-8; the caller owns the result.
   *
   * @throws CharacterCodingException if the text holds an unpaired surrogate
   */
  public static byte[] utf8(char[] text) throws CharacterCodingException {
    CharsetEncoder encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    // Room for the worst case: a buffer that grows would leave copies behind.
    ByteBuffer out = ByteBuffer.allocate(text.length * MAX_UTF8_BYTES_PER_CHAR);
    try {
      requireSuccess(encoder.encode(CharBuffer.wrap(text), out, true));
      return Arrays.copyOf(out.array(), out.position());
    } finally {
      wipe(out.array());
    }
  }

  /**
   * Encodes text as UTF-8; the caller owns the result.
   *
   * @throws CharacterCodingException if the text holds an unpaired surrogate
   */
  public static byte[] utf8(String text) throws CharacterCodingException {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    // The fast path of the JDK replaces an unpaired surrogate by '?'. Without one in the result
    // nothing was replaced; with one the strict encoder decides.
    if (!contains(encoded, (byte) '?')) {
      return encoded;
    }
    wipe(encoded);
    char[] characters = text.toCharArray();
    try {
      return utf8(characters);
    } finally {
      wipe(characters);
    }
  }

  /**
   * Decodes UTF-8 to a string, for text whose owner wants a string.
   *
   * @throws CharacterCodingException if the bytes are not UTF-8
   */
  public static String decodeUtf8ToString(byte[] bytes) throws CharacterCodingException {
    if (isAscii(bytes)) {
      return new String(bytes, StandardCharsets.US_ASCII);
    }
    CharBuffer decoded = strictDecode(bytes);
    try {
      return new String(decoded.array(), 0, decoded.position());
    } finally {
      wipe(decoded.array());
    }
  }

  /**
   * Checks that the bytes are UTF-8 and leaves no trace of them.
   *
   * @throws CharacterCodingException if they are not
   */
  public static void requireUtf8(byte[] bytes) throws CharacterCodingException {
    if (!isAscii(bytes)) {
      wipe(strictDecode(bytes).array());
    }
  }

  /** Unicode normalisation form KD of the text; the caller owns the result. */
  public static char[] nfkd(char[] text) {
    if (isAscii(text)) {
      // Already normal, and no temporary string is left behind.
      return text.clone();
    }
    return Normalizer.normalize(CharBuffer.wrap(text), Normalizer.Form.NFKD).toCharArray();
  }

  private static CharBuffer strictDecode(byte[] bytes) throws CharacterCodingException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    // UTF-8 never decodes to more characters than it has bytes.
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), out, true);
    if (result.isError()) {
      wipe(out.array());
    }
    requireSuccess(result);
    return out;
  }

  private static void requireSuccess(CoderResult result) throws CharacterCodingException {
    if (result.isError()) {
      result.throwException();
    }
  }

  // Eight bytes at a time: a loop over bytes costs as much as a quarter of the encryption.
  private static boolean isAscii(byte[] bytes) {
    long union = 0;
    int i = 0;
    for (; i <= bytes.length - Long.BYTES; i += Long.BYTES) {
      union |= (long) LONGS.get(bytes, i);
    }
    for (; i < bytes.length; i++) {
      union |= bytes[i] & 0x80;
    }
    return (union & HIGH_BITS) == 0;
  }

  private static boolean isAscii(char[] text) {
    int union = 0;
    for (char each : text) {
      union |= each;
    }
    return union < 0x80;
  }

  private static boolean contains(byte[] bytes, byte wanted) {
    for (byte each : bytes) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }
}
