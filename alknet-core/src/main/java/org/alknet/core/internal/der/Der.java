package org.alknet.core.internal.der;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;

/** The little DER (ITU-T X.690) that certificates and key wrappers of our own need. */
public final class Der {
  /** AlgorithmIdentifier of RSA keys. */
  public static final byte[] RSA_ALGORITHM =
      HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");

  private Der() {}

  /** Encodes one element: tag, length, the given contents one after another. */
  public static byte[] element(int tag, byte[]... contents) {
    int length = Arrays.stream(contents).mapToInt(content -> content.length).sum();
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      byte[] big = minimal(length);
      out.write(0x80 | big.length);
      out.writeBytes(big);
    }
    for (byte[] content : contents) {
      out.writeBytes(content);
    }
    return out.toByteArray();
  }

  /** Encodes a SEQUENCE. */
  public static byte[] sequence(byte[]... contents) {
    return element(0x30, contents);
  }

  /** Wraps a key of an older format as PKCS#8 (RFC 5208); the caller wipes the result. */
  public static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return sequence(VERSION_0, algorithm, element(0x04, key));
  }

  /**
   * Cuts the AlgorithmIdentifier out of a SubjectPublicKeyInfo the JDK encoded.
   *
   * @throws IllegalArgumentException if the bytes are not one
   */
  public static byte[] algorithmOfSpki(byte[] spki) {
    int at = headerLength(spki, 0);
    int length = headerLength(spki, at) + contentLength(spki, at);
    return Arrays.copyOfRange(spki, at, at + length);
  }

  private static int headerLength(byte[] der, int at) {
    check(der, at + 1);
    int first = der[at + 1] & 0xff;
    return first < 0x80 ? 2 : 2 + (first & 0x7f);
  }

  private static int contentLength(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7f); i++) {
      check(der, at + 2 + i);
      length = (length << 8) | (der[at + 2 + i] & 0xff);
    }
    return length;
  }

  private static void check(byte[] der, int index) {
    if (index >= der.length) {
      throw new IllegalArgumentException("not DER: cut off");
    }
  }

  private static byte[] minimal(int value) {
    int bytes = value > 0xffff ? (value > 0xffffff ? 4 : 3) : (value > 0xff ? 2 : 1);
    byte[] encoded = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      encoded[i] = (byte) (value >>> (8 * (bytes - 1 - i)));
    }
    return encoded;
  }
}
