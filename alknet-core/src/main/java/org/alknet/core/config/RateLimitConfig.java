package org.alknet.core.config;

/**
 * Limits per client, replaceable at run time.
 *
 * <p>Immutable.
 *
 * @param maxConnectionsPerIp connections at a time from one IPv4 address or one IPv6 /64,
 *     handshakes included; zero for no limit
 * @param maxAuthAttempts refused credentials after which a connection is closed; at least 1
 */
public record RateLimitConfig(int maxConnectionsPerIp, int maxAuthAttempts) {
  private static final RateLimitConfig DEFAULTS = new RateLimitConfig(100, 5);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; names the setting
   */
  public RateLimitConfig {
    Checks.within("max_connections_per_ip", maxConnectionsPerIp, 0, Integer.MAX_VALUE);
    Checks.within("max_auth_attempts", maxAuthAttempts, 1, Integer.MAX_VALUE / 10);
  }

  /** Returns the defaults: 100 connections, 5 attempts. */
  public static RateLimitConfig defaults() {
    return DEFAULTS;
  }
}
