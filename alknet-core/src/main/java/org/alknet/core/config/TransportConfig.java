package org.alknet.core.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of the QUIC transport (spec/core.md section 16), every one of them explicit because
 * the library's own defaults would allow no stream at all. Fixed when an endpoint or a dialer is
 * built.
 *
 * <p>Immutable.
 *
 * @param maxIdleTimeout after which a silent connection is gone; 1 s to 10 min
 * @param keepAlive silence after which a dialled connection probes its peer; less than half of the
 *     idle timeout, zero for never
 * @param handshakeTimeout within which a handshake or a dial has to finish; 100 ms to 10 min
 * @param maxBidiStreams streams the peer may have open at a time; 1 to 65535
 * @param streamWindowBytes unread bytes the peer may send on one stream; 1 byte to 1 GiB
 * @param connectionWindowBytes the same over all streams of a connection; not below the stream
 *     window, at most 1 GiB
 * @param maxUdpPayloadBytes largest datagram sent; 1200 to 1452
 * @param activeMigration whether a peer may continue from another address
 * @param caBundle PEM file with the authorities to trust instead of the JDK's
 */
public record TransportConfig(
    Duration maxIdleTimeout,
    Duration keepAlive,
    Duration handshakeTimeout,
    int maxBidiStreams,
    long streamWindowBytes,
    long connectionWindowBytes,
    int maxUdpPayloadBytes,
    boolean activeMigration,
    Optional<Path> caBundle) {
  private static final long MAX_WINDOW_BYTES = 1L << 30;
  private static final long CONNECTION_WINDOW_BYTES = 12_500_000;
  private static final Duration LONGEST = Duration.ofMinutes(10);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException if a value is out of its range; names the setting
   */
  public TransportConfig {
    Checks.within("max_idle_timeout", maxIdleTimeout, Duration.ofSeconds(1), LONGEST);
    Objects.requireNonNull(keepAlive, "keepAlive");
    Checks.that(
        !keepAlive.isNegative() && keepAlive.multipliedBy(2).compareTo(maxIdleTimeout) < 0,
        "keep_alive",
        "is less than half of max_idle_timeout, or zero for never");
    Checks.within("handshake_timeout", handshakeTimeout, Duration.ofMillis(100), LONGEST);
    Checks.within("max_bidi_streams", maxBidiStreams, 1, 65_535);
    Checks.within("stream_window", streamWindowBytes, 1, MAX_WINDOW_BYTES);
    Checks.within("connection_window", connectionWindowBytes, streamWindowBytes, MAX_WINDOW_BYTES);
    Checks.within("max_udp_payload", maxUdpPayloadBytes, 1200, 1452);
    Objects.requireNonNull(caBundle, "caBundle");
  }

  /** Returns the defaults. */
  public static TransportConfig defaults() {
    return builder().build();
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a builder with everything this configuration has. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxIdleTimeout = maxIdleTimeout;
    builder.keepAlive = keepAlive.equals(keepAliveFor(maxIdleTimeout)) ? null : keepAlive;
    builder.handshakeTimeout = handshakeTimeout;
    builder.maxBidiStreams = maxBidiStreams;
    builder.streamWindowBytes = streamWindowBytes;
    builder.connectionWindowBytes =
        connectionWindowBytes == connectionWindowFor(streamWindowBytes)
            ? null
            : connectionWindowBytes;
    builder.maxUdpPayloadBytes = maxUdpPayloadBytes;
    builder.activeMigration = activeMigration;
    builder.caBundle = caBundle;
    return builder;
  }

  private static Duration keepAliveFor(Duration idleTimeout) {
    Duration third = idleTimeout.dividedBy(3);
    return third.compareTo(KEEP_ALIVE) < 0 ? third : KEEP_ALIVE;
  }

  private static long connectionWindowFor(long streamWindow) {
    return Math.max(CONNECTION_WINDOW_BYTES, streamWindow);
  }

  /**
   * Collects the parameters. The keep-alive interval and the connection window follow the idle
   * timeout and the stream window until they are set. Not thread-safe.
   */
  public static final class Builder {
    private Duration maxIdleTimeout = Duration.ofSeconds(30);
    private @Nullable Duration keepAlive;
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private int maxBidiStreams = 320;
    private long streamWindowBytes = 1_250_000;
    private @Nullable Long connectionWindowBytes;
    private int maxUdpPayloadBytes = 1200;
    private boolean activeMigration = true;
    private Optional<Path> caBundle = Optional.empty();

    private Builder() {}

    /** Sets the idle timeout. */
    public Builder maxIdleTimeout(Duration value) {
      this.maxIdleTimeout = value;
      return this;
    }

    /**
     * Sets the keep-alive interval of dialled connections; zero turns it off. By default 10 s, or a
     * third of a shorter idle timeout.
     */
    public Builder keepAlive(Duration value) {
      this.keepAlive = value;
      return this;
    }

    /** Sets the time a handshake or a dial may take. */
    public Builder handshakeTimeout(Duration value) {
      this.handshakeTimeout = value;
      return this;
    }

    /** Sets how many streams the peer may have open. */
    public Builder maxBidiStreams(int value) {
      this.maxBidiStreams = value;
      return this;
    }

    /** Sets the receive window of a stream. */
    public Builder streamWindowBytes(long value) {
      this.streamWindowBytes = value;
      return this;
    }

    /** Sets the receive window of a connection. By default 12.5 MB, or a larger stream window. */
    public Builder connectionWindowBytes(long value) {
      this.connectionWindowBytes = value;
      return this;
    }

    /** Sets the largest datagram sent. */
    public Builder maxUdpPayloadBytes(int value) {
      this.maxUdpPayloadBytes = value;
      return this;
    }

    /** Allows or forbids the peer to move to another address. */
    public Builder activeMigration(boolean value) {
      this.activeMigration = value;
      return this;
    }

    /** Trusts the authorities in this PEM file instead of the JDK's. */
    public Builder caBundle(Path value) {
      this.caBundle = Optional.of(value);
      return this;
    }

    /**
     * Returns the configuration.
     *
     * @throws IllegalArgumentException if a value is out of its range; names the setting
     */
    public TransportConfig build() {
      return new TransportConfig(
          maxIdleTimeout,
          keepAlive == null ? keepAliveFor(maxIdleTimeout) : keepAlive,
          handshakeTimeout,
          maxBidiStreams,
          streamWindowBytes,
          connectionWindowBytes == null
              ? connectionWindowFor(streamWindowBytes)
              : connectionWindowBytes,
          maxUdpPayloadBytes,
          activeMigration,
          caBundle);
    }
  }
}
