package org.alknet.vault;

import java.nio.charset.CharacterCodingException;
import org.alknet.vault.internal.RandomSource;
import org.alknet.vault.internal.Secrets;

/**
 * Encrypts, decrypts and rotates with keys fetched from the vault.
 *
 * <p>Keys are fetched first, under one acquisition of the vault's lock, and used outside it.
 * Thread-safe. Specification: {@code spec/vault.md §9, §10}.
 */
final class BlobService {
  private final VaultState state;
  private final RandomSource random;
  private final VaultLog log;

  BlobService(VaultState state, RandomSource random, VaultLog log) {
    this.state = state;
    this.random = random;
    this.log = log;
  }

  /** Text on its way to the cipher. */
  @FunctionalInterface
  interface Plaintext {
    byte[] utf8() throws CharacterCodingException;
  }

  /** Asks for the text only once the key is in hand; wipes it if told to. */
  EncryptedData encrypt(long version, Plaintext text, boolean wipeText) {
    try (EncryptionKey key = keyOf(version)) {
      byte[] utf8 = text.utf8();
      try {
        return key.encrypt(utf8, random);
      } finally {
        if (wipeText) {
          Secrets.wipe(utf8);
        }
      }
    } catch (CharacterCodingException e) {
      // No cause: what is said about the text stays here.
      throw VaultException.encrypt("the plaintext is not well-formed Unicode");
    }
  }

  String decrypt(EncryptedData blob) {
    try (EncryptionKey key = keyOf(blob.keyVersion())) {
      return key.decryptToString(blob);
    }
  }

  SecretBytes decryptToBytes(EncryptedData blob) {
    try (EncryptionKey key = keyOf(blob.keyVersion())) {
      return SecretBytes.owning(key.decryptToUtf8(blob));
    }
  }

  EncryptedData rotate(EncryptedData blob, long toVersion) {
    EncryptedData rotated;
    try (RotationKeys keys = rotationKeys(blob.keyVersion(), toVersion)) {
      byte[] text = keys.from.decryptToUtf8(blob);
      try {
        rotated = keys.to.encrypt(text, random);
      } finally {
        Secrets.wipe(text);
      }
    }
    log.rotated(blob.keyVersion(), toVersion);
    return rotated;
  }

  /** Both keys of one seed: fetched one by one, a lock and unlock in between would mix seeds. */
  RotationKeys rotationKeys(long fromVersion, long toVersion) {
    return state.whileUnlocked(
        keys -> {
          DerivationPath from = KeyPaths.encryptionForVersion(fromVersion);
          DerivationPath to = KeyPaths.encryptionForVersion(toVersion);
          return new RotationKeys(fetch(keys, from, fromVersion), fetch(keys, to, toVersion));
        });
  }

  private EncryptionKey keyOf(long version) {
    return state.whileUnlocked(
        keys -> fetch(keys, KeyPaths.encryptionForVersion(version), version));
  }

  private static EncryptionKey fetch(VaultState.Keys keys, DerivationPath path, long version) {
    try (DerivedKey derived = keys.get(KeyType.AES_256_GCM, path)) {
      return derived.usePrivateKey(bytes -> EncryptionKey.of(bytes, version));
    }
  }

  /** Where to decrypt from and where to encrypt to. */
  static final class RotationKeys implements AutoCloseable {
    final EncryptionKey from;
    final EncryptionKey to;

    RotationKeys(EncryptionKey from, EncryptionKey to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void close() {
      from.close();
      to.close();
    }
  }
}
