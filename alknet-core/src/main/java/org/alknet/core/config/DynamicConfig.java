package org.alknet.core.config;

import java.util.Objects;
import org.alknet.core.identity.AuthPolicy;

/**
 * The part of the configuration that a reload replaces.
 *
 * <p>Immutable.
 *
 * @param auth who is known
 * @param rateLimits limits per client
 */
public record DynamicConfig(AuthPolicy auth, RateLimitConfig rateLimits) {
  /** Refuses null components. */
  public DynamicConfig {
    Objects.requireNonNull(auth, "auth");
    Objects.requireNonNull(rateLimits, "rateLimits");
  }

  /** Knows nobody; default limits. */
  public static DynamicConfig defaults() {
    return new DynamicConfig(AuthPolicy.empty(), RateLimitConfig.defaults());
  }

  /** Returns this configuration with another policy. */
  public DynamicConfig withAuth(AuthPolicy policy) {
    return new DynamicConfig(policy, rateLimits);
  }

  /** Returns this configuration with other limits. */
  public DynamicConfig withRateLimits(RateLimitConfig limits) {
    return new DynamicConfig(auth, limits);
  }
}
