package org.alknet.http.client;

import java.time.Duration;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * How often and after what wait a request is made again: a random time up to a limit that doubles.
 *
 * <p>Immutable.
 *
 * @param retries most further attempts; 0 for none
 * @param base limit of the first wait
 * @param cap limit of every wait
 */
public record RetryPolicy(int retries, Duration base, Duration cap) {
  /** Checks the ranges. */
  public RetryPolicy {
    if (retries < 0 || retries > 20) {
      throw new IllegalArgumentException("retries is from 0 to 20, not " + retries);
    }
    if (Objects.requireNonNull(base, "base").isNegative()
        || Objects.requireNonNull(cap, "cap").compareTo(base) < 0) {
      throw new IllegalArgumentException("waits start at nothing or more and end at the cap");
    }
  }

  /** Returns the default: 3 retries, from 1 s up to 30 s. */
  public static RetryPolicy defaults() {
    return new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofSeconds(30));
  }

  /** Returns one attempt and no other. */
  public static RetryPolicy none() {
    return new RetryPolicy(0, Duration.ZERO, Duration.ZERO);
  }

  /** Returns how long to wait before a retry, counted from 0. */
  Duration wait(int retry, RandomGenerator random) {
    long doubled =
        base.toNanos() > Long.MAX_VALUE >> retry ? Long.MAX_VALUE : base.toNanos() << retry;
    long limit = Math.min(cap.toNanos(), doubled);
    return Duration.ofNanos(limit <= 0 ? 0 : random.nextLong(limit) + 1);
  }
}
