package org.alknet.vault;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How many derived keys a vault keeps and for how long.
 *
 * <p>Immutable. Specification: {@code spec/vault.md §12}.
 *
 * @param timeToLive age after which a key is derived again, counted from its derivation; zero or
 *     more
 * @param capacity most keys kept, zero or more; 0 keeps none
 */
public record CacheConfig(Duration timeToLive, int capacity) {
  /** Checks both ranges. */
  public CacheConfig {
    requireNonNull(timeToLive, "timeToLive");
    if (timeToLive.isNegative()) {
      throw new IllegalArgumentException("timeToLive is zero or more, got " + timeToLive);
    }
    if (capacity < 0) {
      throw new IllegalArgumentException("capacity is zero or more, got " + capacity);
    }
  }

  /** One hour and 64 keys. */
  public static CacheConfig defaults() {
    return new CacheConfig(Duration.ofHours(1), 64);
  }
}
