package org.alknet.http.internal.channel;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of request bodies and messages that are held at the same time.
 *
 * <p>Thread-safe.
 */
public final class ByteBudget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /** Creates a budget of so many bytes. */
  public ByteBudget(long limit) {
    this.limit = limit;
  }

  /** Takes bytes, or none if they are not there. */
  public boolean take(long bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives bytes back. */
  public void release(long bytes) {
    used.addAndGet(-bytes);
  }

  /** Returns the bytes held. */
  public long used() {
    return used.get();
  }
}
