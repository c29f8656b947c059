package org.alknet.core.credential;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One sensitive text, such as an API key. Prints as {@code [REDACTED]}, compares by identity only,
 * is not serialisable, and is wiped by {@link #close()}.
 *
 * <p>Thread-safe. Owns its own copy of the value.
 */
public final class Secret implements AutoCloseable {
  @GuardedBy("this")
  private final char[] value;

  @GuardedBy("this")
  private boolean closed;

  private Secret(char[] value) {
    this.value = value;
  }

  /** Returns a secret with a copy of the characters; the caller still wipes its own. */
  public static Secret of(char[] value) {
    return new Secret(value.clone());
  }

  /**
   * Returns a secret with the text of the UTF-8 bytes; the caller still wipes its own.
   *
   * @throws IllegalArgumentException if they are not UTF-8
   */
  public static Secret ofUtf8(byte[] value) {
    CharBuffer decoded = CharBuffer.allocate(value.length);
    try {
      CoderResult result =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value), decoded, true);
      if (!result.isUnderflow()) {
        throw new IllegalArgumentException("a secret given as bytes is UTF-8 text");
      }
      return new Secret(Arrays.copyOf(decoded.array(), decoded.position()));
    } finally {
      Arrays.fill(decoded.array(), '\0');
    }
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
    return new String(value);
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
