package org.alknet.core.identity;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import javax.security.auth.Destroyable;

/**
 * A bearer token as somebody presented it: opaque bytes whose encoding only the presenter's
 * protocol knows. Prints as {@code [REDACTED]} and compares in constant time.
 *
 * <p>Thread-safe. Owns a copy of the bytes until {@link #destroy()}.
 */
public final class AuthToken implements Destroyable {
  private final byte[] raw;

  @GuardedBy("this")
  private boolean destroyed;

  private AuthToken(byte[] raw) {
    this.raw = raw;
  }

  /** Returns a token with a copy of the bytes. */
  public static AuthToken of(byte[] raw) {
    return new AuthToken(raw.clone());
  }

  /** Returns a token with the UTF-8 bytes of the text. */
  public static AuthToken ofUtf8(String text) {
    return new AuthToken(Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8));
  }

  /** Reveals a copy of the bytes, which the caller wipes; empty after {@link #destroy()}. */
  public byte[] revealTokenBytes() {
    return revealHead(raw.length);
  }

  /** Reveals a copy of at most this many leading bytes; as {@link #revealTokenBytes()}. */
  synchronized byte[] revealHead(int maxBytes) {
    return destroyed ? new byte[0] : Arrays.copyOf(raw, Math.min(raw.length, maxBytes));
  }

  int lengthInBytes() {
    return raw.length;
  }

  /** Overwrites the bytes with zeros; best effort, the JVM may have copied them. */
  @Override
  public synchronized void destroy() {
    destroyed = true;
    Arrays.fill(raw, (byte) 0);
  }

  @Override
  public synchronized boolean isDestroyed() {
    return destroyed;
  }

  /** Compares the bytes; a destroyed token equals only itself. */
  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof AuthToken token)) {
      return false;
    }
    byte[] mine = revealTokenBytes();
    byte[] theirs = token.revealTokenBytes();
    try {
      return MessageDigest.isEqual(mine, theirs) && !isDestroyed() && !token.isDestroyed();
    } finally {
      Arrays.fill(mine, (byte) 0);
      Arrays.fill(theirs, (byte) 0);
    }
  }

  /** The same for every token, so that no hash of a secret leaves this class. */
  @Override
  public int hashCode() {
    return AuthToken.class.hashCode();
  }

  @Override
  public String toString() {
    return "[REDACTED]";
  }
}
