package org.alknet.core.internal.der;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The two fixed encodings of Ed25519 keys (RFC 8410): a 44-byte SubjectPublicKeyInfo and a 48-byte
 * PKCS#8 private key. Both are a constant prefix and 32 bytes, so no DER parser is needed.
 */
public final class Ed25519Der {
  /** Bytes of a public key, and of the seed of a private one. */
  public static final int KEY_BYTES = 32;

  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");
  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private Ed25519Der() {}

  /** Wraps a public key. */
  public static byte[] spki(byte[] publicKey) {
    return join(SPKI_PREFIX, checked(publicKey));
  }

  /** Unwraps a public key from exactly the canonical encoding; anything else is not a raw key. */
  public static Optional<byte[]> publicKeyFromSpki(byte[] spki) {
    if (spki.length != SPKI_PREFIX.length + KEY_BYTES
        || !Arrays.equals(spki, 0, SPKI_PREFIX.length, SPKI_PREFIX, 0, SPKI_PREFIX.length)) {
      return Optional.empty();
    }
    return Optional.of(Arrays.copyOfRange(spki, SPKI_PREFIX.length, spki.length));
  }

  /** Wraps a seed; the caller wipes the result. */
  public static byte[] pkcs8(byte[] seed) {
    return join(PKCS8_PREFIX, checked(seed));
  }

  private static byte[] checked(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("an Ed25519 key has 32 bytes, this one has " + key.length);
    }
    return key;
  }

  private static byte[] join(byte[] prefix, byte[] key) {
    byte[] joined = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, joined, prefix.length, key.length);
    return joined;
  }
}
