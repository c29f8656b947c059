package org.alknet.vault;

import javax.security.auth.Destroyable;
import org.alknet.vault.internal.HeapSecret;

/**
 * A node of the BIP-32 tree: private key and chain code of 32 bytes, compressed public key of 33.
 *
 * <p>Thread-safe. The private key and the chain code are secret. Specification: {@code
 * spec/vault.md §7}.
 */
public final class Secp256k1ExtendedPrivateKey implements AutoCloseable, Destroyable {
  private final HeapSecret privateKey;
  private final HeapSecret chainCode;
  private final byte[] publicKey;
  private final DerivationPath path;

  Secp256k1ExtendedPrivateKey(
      HeapSecret privateKey, HeapSecret chainCode, byte[] publicKey, DerivationPath path) {
    this.privateKey = privateKey;
    this.chainCode = chainCode;
    this.publicKey = publicKey;
    this.path = path;
  }

  /**
   * A copy of the scalar, 32 bytes big-endian, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the key was wiped
   */
  public byte[] copyPrivateKey() {
    return privateKey.copy();
  }

  /**
   * A copy of the chain code, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the key was wiped
   */
  public byte[] copyChainCode() {
    return chainCode.copy();
  }

  /** A copy of the compressed public key; readable after the key was wiped. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  /** Where the key lives. */
  public DerivationPath path() {
    return path;
  }

  /** Overwrites the private key and the chain code with zeros; later calls do nothing. */
  @Override
  public void close() {
    privateKey.close();
    chainCode.close();
  }

  /** Overwrites the private key and the chain code with zeros; later calls do nothing. */
  @Override
  public void destroy() {
    close();
  }

  @Override
  public boolean isDestroyed() {
    return privateKey.isWiped();
  }

  @Override
  public String toString() {
    return "Secp256k1ExtendedPrivateKey[path=" + path + ", [REDACTED]]";
  }

  /** The array behind the private key, for tests that look for zeros. */
  byte[] backingPrivateKey() {
    return privateKey.backingArray();
  }

  /** The array behind the chain code, for tests that look for zeros. */
  byte[] backingChainCode() {
    return chainCode.backingArray();
  }
}
