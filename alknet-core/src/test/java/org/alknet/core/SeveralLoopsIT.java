package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Several event loops that share a port are one endpoint to everybody outside. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "SO_REUSEPORT spreads datagrams on Linux only")
class SeveralLoopsIT {
  private static final int LOOPS = 3;

  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final AlknetDialer dialer = AlknetDialer.create();
  private final Set<String> threads = ConcurrentHashMap.newKeySet();
  private final List<AlknetEndpoint> endpoints = new ArrayList<>();

  @AfterEach
  void stop() {
    dialer.close();
    endpoints.forEach(AlknetEndpoint::close);
  }

  @Test
  void connectionsSpreadOverTheLoopsAndAllWork() throws Exception {
    AlknetEndpoint endpoint = start(config().build(), new DynamicConfig(nobody(), rates(0)));
    List<Connection> connections = dialMany(endpoint, 30);

    for (Connection connection : connections) {
      assertThat(Loopback.echoed(connection, "hello")).isEqualTo("hello");
    }

    assertThat(threads).hasSizeBetween(2, LOOPS);
    assertThat(endpoint.activeConnections()).isEqualTo(30);
  }

  @Test
  void retryAndFullHandshakesWorkOnEveryLoop() throws Exception {
    AlknetEndpoint endpoint =
        start(
            config()
                .limits(LimitsConfig.builder().retry(LimitsConfig.Retry.ALWAYS).build())
                .build(),
            new DynamicConfig(nobody(), rates(0)));

    for (Connection connection : dialMany(endpoint, 20)) {
      assertThat(Loopback.echoed(connection, "proven")).isEqualTo("proven");
    }
    assertThat(threads).hasSizeGreaterThan(1);
  }

  @Test
  void theLimitOfAnAddressHoldsOverAllLoops() throws Exception {
    AlknetEndpoint endpoint = start(config().build(), new DynamicConfig(nobody(), rates(5)));
    List<Connection> admitted = dialMany(endpoint, 5);

    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> dial(endpoint)).cause().isInstanceOf(DialException.Refused.class);
    }

    assertThat(Loopback.echoed(admitted.get(0), "in")).isEqualTo("in");
  }

  @Test
  void aRevokedPeerLosesItsConnectionsOnAllLoops() throws Exception {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    PeerEntry peer = PeerEntry.builder("worker").fingerprints(key.fingerprint()).build();
    ConfigReloadHandle handle = Loopback.peers(peer);
    AlknetEndpoint endpoint = start(config().build(), handle);
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      Connection connection =
          await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(key, endpoint)));
      assertThat(Loopback.echoed(connection, "known")).isEqualTo("known");
      connections.add(connection);
    }
    assertThat(threads).hasSizeGreaterThan(1);

    handle.reload(Loopback.dynamic());

    for (Connection connection : connections) {
      assertThat(await(connection.closed()).reason()).isEqualTo("revoked");
    }
  }

  @Test
  void shutdownSaysGoodbyeOnEveryLoopAndFreesThePort() throws Exception {
    AlknetEndpoint endpoint = start(config().build(), new DynamicConfig(nobody(), rates(0)));
    InetSocketAddress address = endpoint.localAddress();
    List<Connection> connections = dialMany(endpoint, 12);

    await(endpoint.shutdown());

    for (Connection connection : connections) {
      CloseInfo end = await(connection.closed());
      assertThat(end.by()).isEqualTo(CloseInfo.By.REMOTE);
      assertThat(end.reason()).isEqualTo("shutdown");
    }
    start(config().eventLoops(1).listenAddresses(address).build(), DynamicConfig.defaults());
  }

  @Test
  void aPortInUseIsABindFailureEvenForAnotherNodeThatShares() throws Exception {
    AlknetEndpoint first = start(config().build(), DynamicConfig.defaults());
    StaticConfig.Builder same = config().listenAddresses(first.localAddress());

    for (int loops : new int[] {1, LOOPS}) {
      assertThatThrownBy(() -> start(same.eventLoops(loops).build(), DynamicConfig.defaults()))
          .cause()
          .isInstanceOf(EndpointException.BindFailed.class);
    }

    assertThat(Loopback.echoed(dial(first), "alone")).isEqualTo("alone");
  }

  private AlknetEndpoint start(StaticConfig config, DynamicConfig dynamic) throws Exception {
    ConfigReloadHandle handle = Loopback.peers();
    handle.reload(dynamic);
    return start(config, handle);
  }

  private AlknetEndpoint start(StaticConfig config, ConfigReloadHandle handle) throws Exception {
    AlknetEndpoint endpoint =
        await(
            AlknetEndpoint.builder()
                .metrics(new Threads())
                .start(
                    config,
                    HandlerRegistry.builder().register(Loopback.echo()).build(),
                    handle.snapshot(),
                    new ConfigIdentityProvider(handle.snapshot())));
    endpoints.add(endpoint);
    return endpoint;
  }

  private StaticConfig.Builder config() {
    return Loopback.listening(serverKey)
        .eventLoops(LOOPS)
        .transport(TransportConfig.defaults())
        .drainTimeout(Duration.ofMillis(50));
  }

  private List<Connection> dialMany(AlknetEndpoint endpoint, int count) throws Exception {
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      connections.add(dial(endpoint));
    }
    return connections;
  }

  private Connection dial(AlknetEndpoint endpoint) throws Exception {
    return await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
  }

  private static AuthPolicy nobody() {
    return AuthPolicy.of(List.of(), List.of());
  }

  private static RateLimitConfig rates(int connectionsPerIp) {
    return new RateLimitConfig(connectionsPerIp, 5);
  }

  /** Notes on which loops handshakes complete. */
  private final class Threads implements CoreMetrics {
    @Override
    public void count(String name, Map<String, String> labels, long delta) {}

    @Override
    public void gauge(String name, Map<String, String> labels, long value) {}

    @Override
    public void time(String name, Map<String, String> labels, long nanos) {
      if (name.equals("handshake_seconds")) {
        threads.add(Thread.currentThread().getName());
      }
    }
  }
}
