package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.LogRecord;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerException;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.observe.CountingMetrics;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an endpoint tells about itself: log lines, audit events, metrics (core.md 17). */
class EndpointReportsIT {
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
  private final AlknetDialer dialer = AlknetDialer.create();
  private final CountingMetrics metrics = new CountingMetrics();
  private final List<String> audit = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> release = new CompletableFuture<>();
  private final LogCapture log = new LogCapture();
  private ConfigReloadHandle dynamic;
  private AlknetEndpoint endpoint;

  @BeforeEach
  void configure() throws Exception {
    dynamic = ConfigReloadHandle.create(peers(100), AuditLog.NONE, CoreMetrics.NONE);
    endpoint = Loopback.start(StaticConfig.defaults(), dynamic.snapshot());
  }

  @AfterEach
  void stop() {
    release.complete(null);
    dialer.close();
    endpoint.close();
    log.close();
  }

  @Test
  void everyEventIsALineABlockingToolCanParse() throws Exception {
    start(
        AlknetEndpoint.builder(),
        Loopback.echo(),
        failing("test/auth", new HandlerException.AuthRequired()),
        failing("test/bug", new IllegalStateException("two words \"quoted\"")),
        failing("test/error", new HandlerException.Internal(new IOException("x y"))));
    Connection known =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));
    Loopback.echoed(known, "x");
    Connection stranger =
        await(
            dialer.dial(
                Loopback.address(endpoint),
                ECHO,
                Loopback.as(Ed25519SecretKey.generate(), endpoint)));
    Loopback.echoed(stranger, "x");
    for (String alpn : List.of("test/auth", "test/bug", "test/error")) {
      await(dial(Alpn.of(alpn)).closed());
    }
    failing(Alpn.of("test/unknown"));
    dynamic.reload(peers(1));
    failing(ECHO);
    known.close(CloseCode.NO_ERROR, "");
    Loopback.until(() -> log.lines("conn_close").size() == 4);
    endpoint.close();

    List<String> opened = List.of("event", "conn_id", "remote_addr", "alpn");
    assertFields("endpoint_started", List.of("event", "addresses", "alpns", "fingerprint"));
    assertFields("endpoint_stopped", List.of("event", "duration_ms", "forced_closes"));
    assertFields(
        "conn_open", opened, with(opened, "fingerprint"), with(opened, "fingerprint", "peer_id"));
    assertFields("conn_close", with(opened, "duration_ms", "code", "by"));
    assertFields("handshake_fail", List.of("event", "remote_addr", "reason"));
    assertFields(
        "auth",
        List.of("event", "result", "method", "remote_addr", "id"),
        List.of("event", "result", "method", "remote_addr", "fingerprint"));
    assertFields("auth_required", List.of("event", "remote_addr"));
    assertFields("limited", List.of("event", "kind", "remote_addr"));
    assertFields("handler_failed", List.of("event", "conn_id", "alpn", "error"));
    for (LogRecord line : log.all()) {
      assertThat(LogCapture.fieldsOf(line.getMessage())).as(line.getMessage()).startsWith("event");
    }
    assertThat(log.lines("conn_open").get(0))
        .contains(" alpn=test/echo fingerprint=" + clientKey.fingerprint() + " peer_id=laptop");
    assertThat(log.lines("conn_close")).anyMatch(line -> line.endsWith(" code=0 by=remote"));
  }

  @Test
  void metricsAndAuditSeeWhatHappens() throws Exception {
    start(
        AlknetEndpoint.builder(),
        Loopback.echo(),
        failing("test/auth", new HandlerException.AuthRequired()));
    Connection known =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));
    var stream = await(known.openBi());
    await(stream.send().write(Loopback.bytes("x")));
    await(stream.recv().read(java.nio.ByteBuffer.allocate(1)));

    assertThat(metrics.gauge("connections_active", Map.of("alpn", "test/echo"))).isEqualTo(1);
    assertThat(metrics.gauge("streams_active", Map.of())).isEqualTo(1);
    assertThat(metrics.gauge("handshakes_in_progress", Map.of())).isZero();
    assertThat(metrics.recordings("handshake_seconds", Map.of())).isEqualTo(1);
    await(dial(Alpn.of("test/auth")).closed());
    failing(Alpn.of("test/unknown"));
    dynamic.reload(peers(1));
    failing(ECHO);
    dynamic.reload(
        new DynamicConfig(AuthPolicy.of(List.of(), List.of()), RateLimitConfig.defaults()));
    await(known.closed());
    Loopback.until(() -> metrics.gauge("connections_active", Map.of("alpn", "test/echo")) == 0);

    // The other side learns of an end before this side has counted it.
    Loopback.until(() -> metrics.gauge("streams_active", Map.of()) == 0);
    Loopback.until(() -> total("auth_total", "method", "fingerprint", "result", "accept") == 1);
    Loopback.until(() -> total("limited_total", "kind", "per_address") == 1);
    Loopback.until(() -> total("handshake_failures_total", "reason", "refused") == 1);
    Loopback.until(() -> total("connections_total", "alpn", "test/echo", "outcome", "done") == 1);
    Loopback.until(
        () -> total("connections_total", "alpn", "test/auth", "outcome", "auth_required") == 1);
    Loopback.until(
        () -> total("handler_failures_total", "alpn", "test/auth", "kind", "auth_required") == 1);
    assertThat(metrics.recordings("connection_seconds", Map.of("alpn", "test/echo"))).isEqualTo(1);
    endpoint.close();
    assertThat(metrics.recordings("drain_seconds", Map.of())).isEqualTo(1);
    assertThat(audit)
        .contains("auth result=accept", "auth_required", "limited kind=per_address", "revoked");
  }

  @Test
  void handlerThatGoesOnWithoutItsConnectionIsNamed() throws Exception {
    start(
        AlknetEndpoint.builder().stuckAfter(Duration.ofMillis(100)),
        Loopback.handler(ECHO, (connection, auth) -> release));
    dial(ECHO).close(CloseCode.NO_ERROR, "");

    Loopback.until(() -> log.lines("handler_stuck").size() == 1);

    assertThat(LogCapture.fieldsOf(log.lines("handler_stuck").get(0)))
        .containsExactly("event", "conn_id", "remote_addr", "alpn", "handler");
    assertThat(endpoint.activeConnections()).isEqualTo(1);
    release.complete(null);
    Loopback.until(() -> endpoint.activeConnections() == 0);
  }

  @Test
  void identityProviderThatThrowsGrantsNothing() throws Exception {
    CompletableFuture<Boolean> identified = new CompletableFuture<>();
    IdentityProvider broken =
        new IdentityProvider() {
          @Override
          public java.util.Optional<org.alknet.core.identity.Identity> resolveFromFingerprint(
              String fingerprint) {
            throw new IllegalStateException("broken");
          }

          @Override
          public java.util.Optional<org.alknet.core.identity.Identity> resolveFromToken(
              org.alknet.core.identity.AuthToken token) {
            throw new IllegalStateException("broken");
          }
        };
    endpoint =
        await(
            AlknetEndpoint.start(
                Loopback.listening(serverKey).build(),
                HandlerRegistry.builder()
                    .register(
                        Loopback.handler(
                            ECHO,
                            (connection, auth) -> {
                              identified.complete(auth.identity().isPresent());
                              return Loopback.echo().handle(connection, auth);
                            }))
                    .build(),
                dynamic.snapshot(),
                broken));

    Connection connection =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));

    assertThat(await(identified)).isFalse();
    assertThat(Loopback.echoed(connection, "served")).isEqualTo("served");
    assertThat(log.lines("identity_provider_failed")).hasSize(1);
  }

  @Test
  void oneEndpointListensOnSeveralAddresses() throws Exception {
    InetAddress six =
        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    Assumptions.assumeTrue(canBind(six), "this machine has no ::1");
    endpoint =
        Loopback.start(
            Loopback.listening(serverKey)
                .listenAddresses(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0),
                    new InetSocketAddress(six, 0))
                .drainTimeout(Duration.ofMillis(50))
                .build(),
            dynamic.snapshot(),
            Loopback.echo());

    for (InetSocketAddress bound : endpoint.localAddresses()) {
      Connection connection =
          await(
              dialer.dial(
                  RemoteAddress.of(bound.getAddress().getHostAddress(), bound.getPort()),
                  ECHO,
                  Loopback.pinned(endpoint)));
      assertThat(Loopback.echoed(connection, "hello")).isEqualTo("hello");
    }
    assertThat(endpoint.localAddresses()).hasSize(2);
    assertThat(log.lines("conn_open"))
        .anyMatch(line -> line.contains(" remote_addr=[0:0:0:0:0:0:0:1]:"));
  }

  private static boolean canBind(InetAddress address) {
    try (DatagramSocket probe = new DatagramSocket(0, address)) {
      return probe.isBound();
    } catch (IOException unavailable) {
      return false;
    }
  }

  private void assertFields(String event, List<String> allowed, List<?>... orElse) {
    List<Object> choices = new ArrayList<>(List.of((Object[]) orElse));
    choices.add(allowed);
    List<String> lines = log.lines(event);
    assertThat(lines).as(event).isNotEmpty();
    for (String line : lines) {
      assertThat(LogCapture.fieldsOf(line)).as(line).isIn(choices);
    }
  }

  private static List<String> with(List<String> first, String... more) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(more));
    return all;
  }

  private long total(String name, String... labels) {
    return metrics.total(
        name,
        labels.length == 2
            ? Map.of(labels[0], labels[1])
            : Map.of(labels[0], labels[1], labels[2], labels[3]));
  }

  private void start(AlknetEndpoint.Builder parts, ProtocolHandler... handlers) throws Exception {
    HandlerRegistry.Builder registry = HandlerRegistry.builder();
    for (ProtocolHandler handler : handlers) {
      registry.register(handler);
    }
    endpoint =
        await(
            parts
                .metrics(metrics)
                .auditLog(
                    (event, fields) ->
                        audit.add(
                            event
                                + fields.entrySet().stream()
                                    .filter(
                                        f ->
                                            f.getKey().equals("kind")
                                                || f.getKey().equals("result"))
                                    .map(f -> " " + f)
                                    .findFirst()
                                    .orElse("")))
                .start(
                    Loopback.listening(serverKey).drainTimeout(Duration.ofMillis(50)).build(),
                    registry.build(),
                    dynamic.snapshot(),
                    new ConfigIdentityProvider(dynamic.snapshot())));
  }

  private static ProtocolHandler failing(String alpn, Exception failure) {
    return Loopback.handler(
        Alpn.of(alpn), (connection, auth) -> CompletableFuture.failedFuture(failure));
  }

  private Connection dial(Alpn alpn) throws Exception {
    return await(dialer.dial(Loopback.address(endpoint), alpn, Loopback.pinned(endpoint)));
  }

  private void failing(Alpn alpn) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> dial(alpn))
        .hasCauseInstanceOf(DialException.class);
  }

  private DynamicConfig peers(int connectionsPerIp) {
    return new DynamicConfig(
        AuthPolicy.of(
            List.of(PeerEntry.builder("laptop").fingerprints(clientKey.fingerprint()).build()),
            List.of()),
        new RateLimitConfig(connectionsPerIp, 5));
  }
}
