package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The forms in which an Ed25519 key leaves the vault: DER for TLS (RFC 8410), text for people.
 *
 * <p>Thread-safe. Specification: {@code spec/vault.md §17}.
 */
public final class KeyEncodings {
  private static final byte[] PKCS8_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private KeyEncodings() {}

  /**
   * The private key as PKCS#8; the caller closes the result.
   *
   * @throws IllegalArgumentException if the key is not of type Ed25519
   * @throws IllegalStateException if the key was wiped
   */
  public static SecretBytes pkcs8(DerivedKey key) {
    requireEd25519(key);
    return SecretBytes.owning(key.usePrivateKey(secret -> concatenate(PKCS8_PREFIX, secret)));
  }

  /**
   * The public key as SubjectPublicKeyInfo, the raw public key of RFC 7250.
   *
   * @throws IllegalArgumentException if the key is not of type Ed25519
   */
  public static byte[] subjectPublicKeyInfo(DerivedKey key) {
    requireEd25519(key);
    return concatenate(SPKI_PREFIX, key.publicKey());
  }

  /**
   * {@code ed25519:} and 64 lower-case hexadecimal digits of the public key.
   *
   * @throws IllegalArgumentException if the key is not of type Ed25519
   */
  public static String fingerprint(DerivedKey key) {
    requireEd25519(key);
    return fingerprint(key.publicKey());
  }

  /**
   * {@code ed25519:} and 64 lower-case hexadecimal digits.
   *
   * @throws IllegalArgumentException if the public key has not 32 bytes
   */
  public static String fingerprint(byte[] publicKey) {
    if (publicKey.length != KeyType.ED25519.publicKeyBytes()) {
      throw new IllegalArgumentException("publicKey has 32 bytes, got " + publicKey.length);
    }
    return "ed25519:" + HexFormat.of().formatHex(publicKey);
  }

  private static void requireEd25519(DerivedKey key) {
    if (requireNonNull(key, "key").keyType() != KeyType.ED25519) {
      throw new IllegalArgumentException(
          "expected an Ed25519 key, got " + key.keyType().wireName());
    }
  }

  private static byte[] concatenate(byte[] prefix, byte[] bytes) {
    byte[] both = Arrays.copyOf(prefix, prefix.length + bytes.length);
    System.arraycopy(bytes, 0, both, prefix.length, bytes.length);
    return both;
  }
}
