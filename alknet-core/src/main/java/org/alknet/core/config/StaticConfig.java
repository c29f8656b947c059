package org.alknet.core.config;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.tls.TlsIdentity;

/**
 * The part of the configuration that stays for the life of the process (spec/core.md section 13.1).
 *
 * <p>Immutable.
 *
 * @param listenAddresses UDP addresses to listen on; none for a node that only dials
 * @param tlsIdentity how the node presents itself; needed as soon as it listens
 * @param eventLoops threads that move the packets of an endpoint, 1 to 64; more than one share each
 *     port with {@code SO_REUSEPORT}, which only Linux does as needed
 * @param drainTimeout how long handlers may finish their work at shutdown; zero to 10 min
 * @param transport parameters of the QUIC transport
 * @param limits caps of the whole process
 */
public record StaticConfig(
    List<InetSocketAddress> listenAddresses,
    Optional<TlsIdentity> tlsIdentity,
    int eventLoops,
    Duration drainTimeout,
    TransportConfig transport,
    LimitsConfig limits) {
  /**
   * Copies and checks.
   *
   * @throws IllegalArgumentException if a value is out of its range; names the setting
   */
  public StaticConfig {
    listenAddresses = List.copyOf(listenAddresses);
    Checks.that(
        listenAddresses.stream().distinct().count() == listenAddresses.size(),
        "listen_addr",
        "names every address once");
    Objects.requireNonNull(tlsIdentity, "tlsIdentity");
    Checks.within("event_loops", eventLoops, 1, 64);
    Checks.within("drain_timeout", drainTimeout, Duration.ZERO, Duration.ofMinutes(10));
    Objects.requireNonNull(transport, "transport");
    Objects.requireNonNull(limits, "limits");
  }

  /** Returns the defaults: no listener, no identity, one event loop, 2 s to drain. */
  public static StaticConfig defaults() {
    return builder().build();
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts a builder with everything this configuration has. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.listenAddresses = listenAddresses;
    builder.tlsIdentity = tlsIdentity;
    builder.eventLoops = eventLoops;
    builder.drainTimeout = drainTimeout;
    builder.transport = transport;
    builder.limits = limits;
    return builder;
  }

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private List<InetSocketAddress> listenAddresses = List.of();
    private Optional<TlsIdentity> tlsIdentity = Optional.empty();
    private int eventLoops = 1;
    private Duration drainTimeout = Duration.ofSeconds(2);
    private TransportConfig transport = TransportConfig.defaults();
    private LimitsConfig limits = LimitsConfig.defaults();

    private Builder() {}

    /** Replaces the addresses to listen on. */
    public Builder listenAddresses(InetSocketAddress... addresses) {
      return listenAddresses(List.of(addresses));
    }

    /** Replaces the addresses to listen on. */
    public Builder listenAddresses(List<InetSocketAddress> addresses) {
      this.listenAddresses = addresses;
      return this;
    }

    /** Sets how the node presents itself. */
    public Builder tlsIdentity(TlsIdentity identity) {
      this.tlsIdentity = Optional.of(identity);
      return this;
    }

    /** Sets how many threads move packets. */
    public Builder eventLoops(int count) {
      this.eventLoops = count;
      return this;
    }

    /** Sets how long handlers may finish their work at shutdown. */
    public Builder drainTimeout(Duration timeout) {
      this.drainTimeout = timeout;
      return this;
    }

    /** Replaces the transport parameters. */
    public Builder transport(TransportConfig config) {
      this.transport = config;
      return this;
    }

    /** Replaces the caps of the process. */
    public Builder limits(LimitsConfig config) {
      this.limits = config;
      return this;
    }

    /**
     * Returns the configuration.
     *
     * @throws IllegalArgumentException if a value is out of its range; names the setting
     */
    public StaticConfig build() {
      return new StaticConfig(
          listenAddresses, tlsIdentity, eventLoops, drainTimeout, transport, limits);
    }
  }
}
