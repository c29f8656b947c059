package org.alknet.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes made by hand: length-prefixed frames, honest and lying, and hexadecimal. Knows no codec, so
 * that a codec is never tested against itself.
 *
 * <p>Immutable.
 */
public final class Frames {
  /** Length of the prefix: a big-endian unsigned 32-bit number. */
  public static final int PREFIX_BYTES = 4;

  private Frames() {}

  /** Returns the payload behind its length. */
  public static byte[] frame(byte[] payload) {
    return lyingFrame(payload.length, payload);
  }

  /** Returns the UTF-8 bytes of the text behind their length. */
  public static byte[] frame(String payload) {
    return frame(payload.getBytes(UTF_8));
  }

  /**
   * Returns the payload behind a length that need not be its own.
   *
   * @param claimed 0 to 2^32 - 1
   */
  public static byte[] lyingFrame(long claimed, byte[] payload) {
    return concat(prefix(claimed), payload);
  }

  /**
   * Returns a length prefix alone.
   *
   * @param length 0 to 2^32 - 1
   */
  public static byte[] prefix(long length) {
    if (length < 0 || length > 0xffff_ffffL) {
      throw new IllegalArgumentException("four bytes hold no " + length);
    }
    return ByteBuffer.allocate(PREFIX_BYTES).putInt((int) length).array();
  }

  /** Returns the parts one after another. */
  public static byte[] concat(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(Arrays.stream(parts).mapToInt(p -> p.length).sum());
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  /**
   * Returns the bytes a hexadecimal text stands for; white space between them is ignored.
   *
   * @throws IllegalArgumentException if there is anything else in it, or half a byte
   */
  public static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }

  /** Returns the bytes as lowercase hexadecimal digits. */
  public static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
