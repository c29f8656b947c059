package org.alknet.vault;

import javax.security.auth.Destroyable;
import org.alknet.vault.internal.DirectSecret;
import org.alknet.vault.internal.SecretStore;

/**
 * The seed all keys descend from: 64 bytes from BIP-39, 16 to 64 bytes for the derivation
 * functions.
 *
 * <p>Kept outside the heap. Thread-safe. Prints as {@code [REDACTED]}; has no equality.
 * Specification: {@code spec/vault.md §4.4}.
 */
public final class Seed implements AutoCloseable, Destroyable {
  /** Bytes of the shortest seed the derivation functions take. */
  public static final int MIN_BYTES = 16;

  /** Bytes of the longest seed the derivation functions take, and of every BIP-39 seed. */
  public static final int MAX_BYTES = 64;

  private final SecretStore store;

  private Seed(SecretStore store) {
    this.store = store;
  }

  /**
   * A seed of these bytes, which are copied and stay the caller's.
   *
   * @throws VaultException of kind {@code DERIVATION} for a length outside 16 … 64
   */
  public static Seed of(byte[] bytes) {
    requireLength(bytes);
    return new Seed(DirectSecret.copyOf(bytes));
  }

  static void requireLength(byte[] bytes) {
    if (bytes.length < MIN_BYTES || bytes.length > MAX_BYTES) {
      throw VaultException.derivation("a seed has 16 to 64 bytes, got " + bytes.length);
    }
  }

  /** The number of bytes, also after they were wiped. */
  public int length() {
    return store.length();
  }

  /**
   * A copy of the seed, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the seed was wiped
   */
  public byte[] copySeedBytes() {
    return store.copy();
  }

  /** Overwrites the seed with zeros; later calls do nothing. */
  @Override
  public void close() {
    store.close();
  }

  /** Overwrites the seed with zeros; later calls do nothing. */
  @Override
  public void destroy() {
    store.close();
  }

  @Override
  public boolean isDestroyed() {
    return store.isWiped();
  }

  @Override
  public String toString() {
    return "Seed[REDACTED]";
  }

  /** The memory behind this object, for tests that look for zeros. */
  SecretStore store() {
    return store;
  }
}
