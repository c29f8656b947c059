package org.alknet.vault;

import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Optional;
import org.alknet.vault.internal.AesGcm;
import org.alknet.vault.internal.HeapSecret;
import org.alknet.vault.internal.RandomSource;
import org.alknet.vault.internal.Secrets;
import org.alknet.vault.internal.StrictBase64;

/**
 * The AES key of one version, held for the length of one operation.
 *
 * <p>One key should not encrypt more than 2<sup>32</sup> texts (NIST SP 800-38D §8.3), which nobody
 * counts here. Thread-safe. Specification: {@code spec/vault.md §9}.
 */
final class EncryptionKey implements AutoCloseable {
  private static final int SALT_BYTES = 32;
  private static final byte[] NO_AAD = new byte[0];

  private final HeapSecret bytes;
  private final long version;

  private EncryptionKey(HeapSecret bytes, long version) {
    this.bytes = bytes;
    this.version = version;
  }

  /** The first 32 of the derived private bytes, which are copied. */
  static EncryptionKey of(byte[] derived, long version) {
    if (derived.length < AesGcm.KEY_BYTES) {
      throw VaultException.encrypt("a key has at least 32 bytes, got " + derived.length);
    }
    return new EncryptionKey(HeapSecret.owning(Arrays.copyOf(derived, AesGcm.KEY_BYTES)), version);
  }

  /** Encrypts UTF-8 text. Nonce first, then salt: scripted random sources rely on the order. */
  EncryptedData encrypt(byte[] utf8, RandomSource random) {
    byte[] iv = new byte[AesGcm.IV_BYTES];
    byte[] salt = new byte[SALT_BYTES];
    random.fill(iv);
    random.fill(salt);
    byte[] key = bytes.copy();
    try {
      return new EncryptedData(
          version,
          StrictBase64.encode(salt),
          StrictBase64.encode(iv),
          StrictBase64.encode(AesGcm.seal(key, iv, utf8, NO_AAD)));
    } finally {
      Secrets.wipe(key);
    }
  }

  /** Decrypts to UTF-8 text, which is checked to be such; the caller owns the bytes. */
  byte[] decryptToUtf8(EncryptedData blob) {
    byte[] plaintext = decrypt(blob);
    try {
      Secrets.requireUtf8(plaintext);
      return plaintext;
    } catch (CharacterCodingException e) {
      Secrets.wipe(plaintext);
      throw VaultException.decrypt();
    }
  }

  /** Decrypts to a string; the bytes in between are wiped. */
  String decryptToString(EncryptedData blob) {
    byte[] plaintext = decrypt(blob);
    try {
      return Secrets.decodeUtf8ToString(plaintext);
    } catch (CharacterCodingException e) {
      throw VaultException.decrypt();
    } finally {
      Secrets.wipe(plaintext);
    }
  }

  private byte[] decrypt(EncryptedData blob) {
    byte[] iv = decode(blob.iv(), "iv");
    byte[] data = decode(blob.data(), "data");
    if (iv.length != AesGcm.IV_BYTES) {
      throw VaultException.decode("iv has 12 bytes, got " + iv.length);
    }
    byte[] key = bytes.copy();
    try {
      Optional<byte[]> plaintext = AesGcm.open(key, iv, data, NO_AAD);
      return plaintext.orElseThrow(VaultException::decrypt);
    } finally {
      Secrets.wipe(key);
    }
  }

  private static byte[] decode(String text, String field) {
    return StrictBase64.decode(text)
        .orElseThrow(() -> VaultException.decode(field + " is not padded standard Base64"));
  }

  @Override
  public void close() {
    bytes.close();
  }

  @Override
  public String toString() {
    return "EncryptionKey[version=" + version + ", [REDACTED]]";
  }

  /** The array behind this key, for tests that look for zeros. */
  byte[] backingArray() {
    return bytes.backingArray();
  }
}
