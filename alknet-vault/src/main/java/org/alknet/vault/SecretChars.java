package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import javax.security.auth.Destroyable;
import org.alknet.vault.internal.Secrets;

/**
 * Secret text, such as a phrase, that its receiver closes.
 *
 * <p>Thread-safe. Prints as {@code [REDACTED]}; has no equality. Specification: {@code
 * spec/vault.md §11.2, §16}.
 */
public final class SecretChars implements AutoCloseable, Destroyable {
  private final char[] chars;
  private boolean destroyed;

  private SecretChars(char[] chars) {
    this.chars = chars;
  }

  static SecretChars owning(char[] chars) {
    return new SecretChars(chars);
  }

  /** The number of UTF-16 units, also after the text was wiped. */
  public int length() {
    return chars.length;
  }

  /**
   * A copy of the text, which the caller owns and wipes.
   *
   * @throws IllegalStateException if the text was wiped
   */
  public synchronized char[] copyChars() {
    if (destroyed) {
      throw new IllegalStateException("the secret was destroyed");
    }
    return chars.clone();
  }

  /**
   * Hands a copy of the text to the function on the calling thread and wipes the copy afterwards.
   *
   * @throws IllegalStateException if the text was wiped
   */
  public <T> T useChars(Function<char[], T> use) {
    requireNonNull(use, "use");
    char[] copy = copyChars();
    try {
      return use.apply(copy);
    } finally {
      Secrets.wipe(copy);
    }
  }

  /** Overwrites the text with zeros; later calls do nothing. */
  @Override
  public void close() {
    destroy();
  }

  /** Overwrites the text with zeros; later calls do nothing. */
  @Override
  public synchronized void destroy() {
    destroyed = true;
    Secrets.wipe(chars);
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public String toString() {
    return "SecretChars[REDACTED]";
  }

  /** The array behind this object, for tests that look for zeros. */
  char[] backingArray() {
    return chars;
  }
}
