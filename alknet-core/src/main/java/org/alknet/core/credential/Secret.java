package org.alknet.core.credential;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * One sensitive text, such as an API key. Prints as {@code [REDACTED]}, compares by identity only,
 * is not serialisable, and is wiped by {@link #close()}.
 *
 * <p>Thread-safe. Owns its own copy of the value.
 */
public final class Secret implements AutoCloseable {
  private final char[] value;
  private boolean closed;

  private Secret(char[] value) {
    this.value = value;
  }

  /** Returns a secret with a copy of the characters; the caller still wipes its own. */
  public static Secret of(char[] value) {
    return new Secret(value.clone());
  }

  /** Returns a secret with the text of the UTF-8 bytes; the caller still wipes its own. */
  public static Secret ofUtf8(byte[] value) {
    CharBuffer decoded = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(value));
    char[] chars = new char[decoded.remaining()];
    decoded.get(chars);
    Arrays.fill(decoded.array(), '\0');
    return new Secret(chars);
  }

  /** Returns an independent copy, or empty if this one was closed. */
  synchronized Optional<Secret> copy() {
    return closed ? Optional.empty() : Optional.of(new Secret(value.clone()));
  }

  /**
   * Reveals the value as a string, which cannot be wiped: use it for the one call that needs it.
   *
   * @throws IllegalStateException if the secret was closed
   */
  public synchronized String revealSecretText() {
    if (closed) {
      throw new IllegalStateException("this secret was closed");
    }
    return new String(Objects.requireNonNull(value));
  }

  /** Overwrites the value; best effort, the JVM may have copied it. */
  @Override
  public synchronized void close() {
    closed = true;
    Arrays.fill(value, '\0');
  }

  /** Whether the value was wiped. */
  public synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
