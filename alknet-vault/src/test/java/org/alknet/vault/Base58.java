package org.alknet.vault;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/** Reads the extended keys that BIP-32 publishes. */
final class Base58 {
  private static final String ALPHABET =
      "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

  private Base58() {}

  /** The payload, its four checksum bytes checked and removed. */
  static byte[] decodeChecked(String text) {
    BigInteger value = BigInteger.ZERO;
    for (int i = 0; i < text.length(); i++) {
      int digit = ALPHABET.indexOf(text.charAt(i));
      if (digit < 0) {
        throw new IllegalArgumentException("not Base58");
      }
      value = value.multiply(BigInteger.valueOf(58)).add(BigInteger.valueOf(digit));
    }
    byte[] bytes = value.toByteArray();
    byte[] payload = Arrays.copyOf(bytes, bytes.length - 4);
    byte[] digest = sha256(sha256(payload));
    if (!Arrays.equals(digest, 0, 4, bytes, bytes.length - 4, bytes.length)) {
      throw new IllegalArgumentException("wrong checksum");
    }
    return payload;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
