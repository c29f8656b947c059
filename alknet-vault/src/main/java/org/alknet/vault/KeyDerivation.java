package org.alknet.vault;

import java.util.Arrays;
import org.alknet.vault.internal.Secrets;

/** From a seed, a type and a path to a key. Thread-safe. */
final class KeyDerivation {
  private static final byte[] NO_PUBLIC_KEY = new byte[0];

  private KeyDerivation() {}

  /** The key; the caller closes it. */
  static DerivedKey derive(Seed seed, KeyType type, DerivationPath path) {
    return switch (type) {
      case ED25519 -> {
        try (ExtendedPrivateKey key = Slip10Ed25519.derive(seed, path)) {
          yield DerivedKey.owning(type, key.copyPrivateKey(), key.publicKey());
        }
      }
      // The same tree, but a symmetric key has no public half: nothing is computed for it.
      case AES_256_GCM -> DerivedKey.owning(type, slip10PrivateKey(seed, path), NO_PUBLIC_KEY);
      case SECP256K1 -> {
        try (Secp256k1ExtendedPrivateKey key = Bip32Secp256k1.derive(seed, path)) {
          yield DerivedKey.owning(type, key.copyPrivateKey(), key.publicKey());
        }
      }
    };
  }

  /** The private key of the Ed25519 tree at the path; the caller wipes it. */
  static byte[] slip10PrivateKey(Seed seed, DerivationPath path) {
    byte[] seedBytes = seed.copySeedBytes();
    byte[] node = new byte[0];
    try {
      node = Slip10Ed25519.node(seedBytes, path);
      return Arrays.copyOf(node, DerivedKey.PRIVATE_KEY_BYTES);
    } finally {
      Secrets.wipe(seedBytes, node);
    }
  }
}
