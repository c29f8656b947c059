package org.alknet.core.identity;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the refused credentials of one connection (spec/core.md section 22).
 *
 * <p>Thread-safe.
 */
public final class AuthAttempts {
  private final AtomicLong rejected = new AtomicLong();

  /** Starts at none. */
  public AuthAttempts() {}

  /**
   * Counts one refused credential.
   *
   * @param maxAttempts the limit in force now; at least 1
   * @return whether the limit is reached, so that the connection has to end
   */
  public boolean recordRejected(int maxAttempts) {
    if (maxAttempts < 1) {
      throw new IllegalArgumentException("the limit of attempts is at least 1");
    }
    return rejected.incrementAndGet() >= maxAttempts;
  }

  /** Returns how many were refused so far. */
  public long rejected() {
    return rejected.get();
  }
}
