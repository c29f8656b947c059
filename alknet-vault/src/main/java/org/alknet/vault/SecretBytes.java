package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import javax.security.auth.Destroyable;
import org.alknet.vault.internal.HeapSecret;
import org.alknet.vault.internal.Secrets;

/**
 * Secret bytes, such as a decrypted credential, that their receiver closes.
 *
 * <p>Thread-safe. Prints as {@code [REDACTED]}; has no equality. Specification: {@code
 * spec/vault.md §16, §23 G14}.
 */
public final class SecretBytes implements AutoCloseable, Destroyable {
  private final HeapSecret secret;

  private SecretBytes(HeapSecret secret) {
    this.secret = secret;
  }

  static SecretBytes owning(byte[] bytes) {
    return new SecretBytes(HeapSecret.owning(bytes));
  }

  /** The number of bytes, also after they were wiped. */
  public int length() {
    return secret.length();
  }

  /**
   * A copy of the bytes, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the bytes were wiped
   */
  public byte[] copyBytes() {
    return secret.copy();
  }

  /**
   * Hands a copy of the bytes to the function on the calling thread and wipes the copy afterwards.
   *
   * @throws IllegalStateException if the bytes were wiped
   */
  public <T> T useBytes(Function<byte[], T> use) {
    requireNonNull(use, "use");
    byte[] copy = secret.copy();
    try {
      return use.apply(copy);
    } finally {
      Secrets.wipe(copy);
    }
  }

  /** Overwrites the bytes with zeros; later calls do nothing. */
  @Override
  public void close() {
    secret.close();
  }

  /** Overwrites the bytes with zeros; later calls do nothing. */
  @Override
  public void destroy() {
    secret.close();
  }

  @Override
  public boolean isDestroyed() {
    return secret.isWiped();
  }

  @Override
  public String toString() {
    return "SecretBytes[REDACTED]";
  }

  /** The array behind this object, for tests that look for zeros. */
  byte[] backingArray() {
    return secret.backingArray();
  }
}
