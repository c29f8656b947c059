package org.alknet.vault.internal;

/**
 * Where secret bytes are kept: the seam for memory that is locked or lives outside the heap.
 *
 * <p>Implementations are thread-safe, own their memory, and overwrite it with zeros on close.
 * Specification: {@code spec/vault.md §16, §23 G13}.
 */
public interface SecretStore extends AutoCloseable {
  /** The number of bytes held, also after they were wiped. */
  int length();

  /**
   * A copy of the bytes, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the bytes were wiped
   */
  byte[] copy();

  /** Whether the bytes were wiped. */
  boolean isWiped();

  /** Overwrites the bytes with zeros; later calls do nothing. */
  @Override
  void close();
}
