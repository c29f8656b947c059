package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.alknet.vault.internal.HeapSecret;
import org.alknet.vault.internal.HmacSha512;
import org.alknet.vault.internal.Secrets;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * SLIP-0010 key derivation for Ed25519: hardened indices only, every 32-byte value a valid secret.
 *
 * <p>A node is the 64-byte HMAC result: private key, then chain code. Thread-safe. Specification:
 * {@code spec/vault.md §6}.
 */
public final class Slip10Ed25519 {
  private static final byte[] MASTER_KEY = "ed25519 seed".getBytes(StandardCharsets.US_ASCII);
  private static final int KEY_BYTES = 32;

  private Slip10Ed25519() {}

  /**
   * The key at the path; the caller closes it.
   *
   * @throws VaultException of kind {@code DERIVATION} if an index is not hardened
   * @throws IllegalStateException if the seed was wiped
   */
  public static ExtendedPrivateKey derive(Seed seed, DerivationPath path) {
    byte[] bytes = requireNonNull(seed, "seed").copySeedBytes();
    try {
      return derive(bytes, path);
    } finally {
      Secrets.wipe(bytes);
    }
  }

  /**
   * The key at the path; the caller closes it.
   *
   * @param seed 16 to 64 bytes; stays the caller's
   * @throws VaultException of kind {@code DERIVATION} for another length or if an index is not
   *     hardened
   */
  public static ExtendedPrivateKey derive(byte[] seed, DerivationPath path) {
    byte[] node = node(seed, path);
    try {
      return fromNode(node, path);
    } finally {
      Secrets.wipe(node);
    }
  }

  /** The key at a path below the parent's own path, or the parent itself; the caller closes it. */
  static ExtendedPrivateKey descend(ExtendedPrivateKey parent, DerivationPath path) {
    requireHardened(path);
    byte[] privateKey = parent.copyPrivateKey();
    byte[] chainCode = parent.copyChainCode();
    byte[] node = Arrays.copyOf(privateKey, HmacSha512.LENGTH);
    try {
      System.arraycopy(chainCode, 0, node, KEY_BYTES, KEY_BYTES);
      descend(node, path, parent.path().depth());
      return fromNode(node, path);
    } finally {
      Secrets.wipe(privateKey, chainCode, node);
    }
  }

  /**
   * Private key and chain code at the path, 64 bytes the caller owns; no public key is computed.
   */
  static byte[] node(byte[] seed, DerivationPath path) {
    requireNonNull(seed, "seed");
    requireNonNull(path, "path");
    Seed.requireLength(seed);
    requireHardened(path);
    byte[] node = HmacSha512.of(MASTER_KEY, seed);
    descend(node, path, 0);
    return node;
  }

  static byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  private static void requireHardened(DerivationPath path) {
    if (!path.isFullyHardened()) {
      throw VaultException.derivation("Ed25519 requires hardened indices");
    }
  }

  private static void descend(byte[] node, DerivationPath path, int fromDepth) {
    byte[] data = new byte[1 + KEY_BYTES + 4];
    byte[] chainCode = new byte[KEY_BYTES];
    try {
      for (int depth = fromDepth; depth < path.depth(); depth++) {
        System.arraycopy(node, 0, data, 1, KEY_BYTES);
        System.arraycopy(node, KEY_BYTES, chainCode, 0, KEY_BYTES);
        BigEndian.put(path.rawIndex(depth), data, 1 + KEY_BYTES);
        try (HmacSha512 hmac = new HmacSha512(chainCode)) {
          hmac.compute(data, node);
        }
      }
    } finally {
      Secrets.wipe(data, chainCode);
    }
  }

  private static ExtendedPrivateKey fromNode(byte[] node, DerivationPath path) {
    byte[] privateKey = Arrays.copyOf(node, KEY_BYTES);
    byte[] chainCode = Arrays.copyOfRange(node, KEY_BYTES, node.length);
    return new ExtendedPrivateKey(
        HeapSecret.owning(privateKey), HeapSecret.owning(chainCode), publicKey(privateKey), path);
  }
}
