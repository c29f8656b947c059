package org.alknet.vault.internal;

import java.util.Arrays;

/**
 * PBKDF2 with HMAC-SHA512 (RFC 8018 §5.2) for results of exactly one block.
 *
 * <p>Written out because the library's generator keeps copies of the password and of the result
 * that nobody can wipe. Thread-safe.
 */
public final class Pbkdf2 {
  private Pbkdf2() {}

  /** The first 64 bytes of the derived key; the caller owns them. */
  public static byte[] hmacSha512(byte[] password, byte[] salt, int iterations) {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations must be at least 1, got " + iterations);
    }
    byte[] firstBlock = Arrays.copyOf(salt, salt.length + 4);
    firstBlock[firstBlock.length - 1] = 1;
    byte[] link = new byte[HmacSha512.LENGTH];
    byte[] result = new byte[HmacSha512.LENGTH];
    try (HmacSha512 hmac = new HmacSha512(password)) {
      hmac.compute(firstBlock, link);
      System.arraycopy(link, 0, result, 0, result.length);
      for (int i = 1; i < iterations; i++) {
        hmac.compute(link, link);
        for (int k = 0; k < result.length; k++) {
          result[k] ^= link[k];
        }
      }
      return result;
    } finally {
      Secrets.wipe(firstBlock, link);
    }
  }
}
