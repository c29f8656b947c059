package org.alknet.core.config;

import java.util.Objects;

/**
 * Caps of the whole process, fixed at the start (spec/core.md section 22).
 *
 * <p>Immutable.
 *
 * @param maxConnections established inbound connections at a time; 1 to 1,000,000
 * @param maxHandshakes inbound handshakes in progress at a time; 1 to 1,000,000
 * @param retry when a client has to prove its address before anything is spent on it
 * @param closeOnRevoke whether withdrawing a key closes the live connections it opened
 */
public record LimitsConfig(
    int maxConnections, int maxHandshakes, Retry retry, boolean closeOnRevoke) {
  /** When an address is validated with a Retry packet (RFC 9000 section 8.1.2). */
  public enum Retry {
    /** When more than a quarter of the handshakes allowed are in progress. */
    ADAPTIVE,
    /** For every connection. */
    ALWAYS,
    /** For none. */
    NEVER
  }

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range; names the setting
   */
  public LimitsConfig {
    Checks.within("max_connections", maxConnections, 1, 1_000_000);
    Checks.within("max_handshakes", maxHandshakes, 1, 1_000_000);
    Objects.requireNonNull(retry, "retry");
  }

  /** Returns the defaults: 10,000 connections, 1,000 handshakes, adaptive Retry, revocation. */
  public static LimitsConfig defaults() {
    return builder().build();
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a builder with everything this configuration has. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxConnections = maxConnections;
    builder.maxHandshakes = maxHandshakes;
    builder.retry = retry;
    builder.closeOnRevoke = closeOnRevoke;
    return builder;
  }

  /** Collects the limits. Not thread-safe. */
  public static final class Builder {
    private int maxConnections = 10_000;
    private int maxHandshakes = 1_000;
    private Retry retry = Retry.ADAPTIVE;
    private boolean closeOnRevoke = true;

    private Builder() {}

    /** Sets the number of connections at a time. */
    public Builder maxConnections(int value) {
      this.maxConnections = value;
      return this;
    }

    /** Sets the number of handshakes at a time. */
    public Builder maxHandshakes(int value) {
      this.maxHandshakes = value;
      return this;
    }

    /** Sets when addresses are validated. */
    public Builder retry(Retry value) {
      this.retry = value;
      return this;
    }

    /** Sets whether a withdrawn key ends live connections. */
    public Builder closeOnRevoke(boolean value) {
      this.closeOnRevoke = value;
      return this;
    }

    /**
     * Returns the limits.
     *
     * @throws IllegalArgumentException if a value is out of its range; names the setting
     */
    public LimitsConfig build() {
      return new LimitsConfig(maxConnections, maxHandshakes, retry, closeOnRevoke);
    }
  }
}
