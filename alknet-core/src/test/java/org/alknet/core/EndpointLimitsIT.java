package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.StreamException;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.observe.CountingMetrics;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything a remote can use up has a limit, and gives back what it took (core.md 16, 22). */
class EndpointLimitsIT {
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final AlknetDialer dialer = AlknetDialer.create();
  private final CountingMetrics metrics = new CountingMetrics();
  private final AtomicLong now = new AtomicLong();
  private final CompletableFuture<Void> release = new CompletableFuture<>();
  private StaticConfig.Builder config;
  private ConfigReloadHandle dynamic;
  private Admission admission;
  private AlknetEndpoint endpoint;

  @BeforeEach
  void configure() throws Exception {
    config = Loopback.listening(serverKey).drainTimeout(Duration.ofMillis(50));
    dynamic = ConfigReloadHandle.create(rates(100), AuditLog.NONE, CoreMetrics.NONE);
    admission = Admission.create(dynamic.snapshot(), LimitsConfig.defaults());
    endpoint = Loopback.start(StaticConfig.defaults(), dynamic.snapshot());
  }

  @AfterEach
  void stop() {
    release.complete(null);
    dialer.close();
    endpoint.close();
  }

  @Test
  void oneConnectionMoreThanAnAddressMayHaveIsRefusedUntilOneEnds() throws Exception {
    dynamic.reload(rates(2));
    serve(LimitsConfig.builder());
    Connection first = dial();
    Connection second = dial();

    refused();

    assertThat(limited("per_address")).isPositive();
    first.close(CloseCode.NO_ERROR, "");
    until(() -> admission.connections() == 1);
    assertThat(Loopback.echoed(dial(), "again")).isEqualTo("again");
    assertThat(Loopback.echoed(second, "still")).isEqualTo("still");
  }

  @Test
  void handshakesThatFailGiveTheirPlaceBack() throws Exception {
    dynamic.reload(rates(3));
    serve(LimitsConfig.builder());
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  await(
                      dialer.dial(
                          Loopback.address(endpoint),
                          Alpn.of("test/unknown"),
                          Loopback.pinned(endpoint))))
          .cause()
          .isInstanceOf(DialException.NoCommonAlpn.class);
    }

    until(() -> admission.connections() == 0);
    assertThat(failures("refused")).isEqualTo(3);
    assertThat(admission.handshakesInProgress()).isZero();
    assertThat(Loopback.echoed(dial(), "in")).isEqualTo("in");
  }

  /**
   * Neither the time a dead handshake may take nor the time a closed connection stays to drain
   * holds the only place there is.
   */
  @ParameterizedTest
  @EnumSource(Failing.class)
  @Timeout(60)
  void theOnlyPlaceIsFreeAsSoonAsAHandshakeHasFailed(Failing how) throws Exception {
    dynamic.reload(rates(1));
    config.transport(TransportConfig.builder().handshakeTimeout(Duration.ofMinutes(10)).build());
    serve(LimitsConfig.builder().maxHandshakes(1).retry(LimitsConfig.Retry.NEVER));

    for (int i = 0; i < 20; i++) {
      fail(how);
      until(() -> admission.connections() == 0);
    }

    assertThat(Loopback.echoed(dial(), "in")).isEqualTo("in");
  }

  /** Why a handshake fails. */
  enum Failing {
    SERVER_REFUSES,
    CLIENT_REFUSES
  }

  private void fail(Failing how) throws Exception {
    RemoteAddress to = Loopback.address(endpoint);
    switch (how) {
      case SERVER_REFUSES ->
          assertThatThrownBy(
                  () -> await(dialer.dial(to, Alpn.of("test/unknown"), Loopback.pinned(endpoint))))
              .cause()
              .isInstanceOf(DialException.NoCommonAlpn.class);
      case CLIENT_REFUSES ->
          assertThatThrownBy(() -> await(dialer.dial(to, ECHO, ConnectionCredentials.none())))
              .cause()
              .isInstanceOf(DialException.PeerVerification.class);
    }
  }

  @Test
  void handshakesThatAreAbandonedGiveTheirPlaceBack() throws Exception {
    dynamic.reload(rates(1));
    config.transport(TransportConfig.builder().handshakeTimeout(Duration.ofMillis(300)).build());
    serve(LimitsConfig.builder());

    try (DatagramSocket vanishing = firstPacketFrom("127.0.0.1", 1)) {
      until(() -> failures("timeout") == 1);
      assertThat(vanishing.isClosed()).isFalse();
    }

    until(() -> admission.connections() == 0);
    assertThat(Loopback.echoed(dial(), "in")).isEqualTo("in");
  }

  @Test
  void dialsThatAreGivenUpGiveTheirPlaceBack() throws Exception {
    config.transport(TransportConfig.builder().handshakeTimeout(Duration.ofSeconds(1)).build());
    serve(LimitsConfig.builder());
    List<CompletableFuture<Connection>> dials = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      dials.add(
          dialer
              .dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint))
              .toCompletableFuture());
    }
    dials.forEach(dial -> dial.cancel(false));
    for (CompletableFuture<Connection> dial : dials) {
      if (!dial.isCancelled()) {
        dial.join().close(CloseCode.NO_ERROR, "");
      }
    }

    assertThat(Loopback.echoed(dial(), "in")).isEqualTo("in");
    until(() -> admission.connections() == 1 && admission.handshakesInProgress() == 0);
  }

  @Test
  void reloadedLimitHoldsForTheNextConnection() throws Exception {
    dynamic.reload(rates(1));
    serve(LimitsConfig.builder());
    Connection first = dial();
    refused();

    dynamic.reload(rates(2));
    dial();
    dynamic.reload(rates(1));

    refused();
    assertThat(Loopback.echoed(first, "unharmed")).isEqualTo("unharmed");
    dynamic.reload(rates(0));
    dial();
  }

  @Test
  void theProcessServesNoMoreConnectionsThanItMay() throws Exception {
    serve(LimitsConfig.builder().maxConnections(2));
    dial();
    Connection second = dial();

    refused();

    assertThat(limited("connections")).isPositive();
    second.close(CloseCode.NO_ERROR, "");
    until(() -> admission.connections() == 1);
    dial();
  }

  @Test
  void theProcessShakesNoMoreHandsThanItMay() throws Exception {
    config.transport(TransportConfig.builder().handshakeTimeout(Duration.ofMillis(700)).build());
    serve(LimitsConfig.builder().maxHandshakes(2).retry(LimitsConfig.Retry.NEVER));

    try (DatagramSocket one = firstPacketFrom("127.0.0.2", 1);
        DatagramSocket two = firstPacketFrom("127.0.0.3", 2)) {
      until(() -> admission.handshakesInProgress() == 2);
      refused();
      assertThat(one.isClosed() || two.isClosed()).isFalse();
    }

    assertThat(limited("handshakes")).isPositive();
    until(() -> admission.handshakesInProgress() == 0);
    dial();
  }

  @Test
  void shutdownAbortsHandshakesBeforeItWaitsForHandlers() throws Exception {
    config
        .drainTimeout(Duration.ofMinutes(10))
        .transport(TransportConfig.builder().handshakeTimeout(Duration.ofMinutes(10)).build());
    start(AlknetEndpoint.builder(), Loopback.handler(ECHO, (connection, auth) -> release));
    dial();
    try (DatagramSocket silent = firstPacketFrom("127.0.0.2", 1)) {
      until(() -> admission.handshakesInProgress() == 1);

      CompletableFuture<Void> stopped = endpoint.shutdown().toCompletableFuture();

      until(() -> admission.handshakesInProgress() == 0);
      assertThat(stopped).isNotDone();
      assertThat(admission.connections()).isEqualTo(1);
      release.complete(null);
      await(stopped);
      assertThat(silent.isClosed()).isFalse();
    }
  }

  @Test
  void ipv6ClientsHaveTheirLimitToo() throws Exception {
    InetAddress six =
        InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
    Assumptions.assumeTrue(canBind(six), "this machine has no ::1");
    dynamic.reload(rates(1));
    config.listenAddresses(
        new InetSocketAddress(six, 0), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    serve(LimitsConfig.builder());
    dial();

    refused();

    assertThat(admission.refusal(InetAddress.getByName("::2")))
        .contains(Admission.Refusal.PER_ADDRESS);
    assertThat(admission.refusal(InetAddress.getLoopbackAddress())).isEmpty();
  }

  private static boolean canBind(InetAddress address) {
    try (DatagramSocket probe = new DatagramSocket(0, address)) {
      return probe.isBound();
    } catch (IOException unavailable) {
      return false;
    }
  }

  @Test
  void tooManyWrongCredentialsEndTheConnectionAndPauseTheAddress() throws Exception {
    admission = Admission.create(dynamic.snapshot(), LimitsConfig.defaults(), now::get);
    start(
        AlknetEndpoint.builder(),
        Loopback.handler(
            ECHO,
            (connection, auth) -> {
              for (int i = 0; i < 5; i++) {
                connection.credentialRejected();
              }
              return release;
            }));

    for (int i = 0; i < 10; i++) {
      assertThat(await(dial().closed()))
          .isEqualTo(
              new CloseInfo(
                  CloseCode.RATE_LIMITED, "too many failed credentials", CloseInfo.By.REMOTE));
    }
    refused();

    assertThat(limited("auth_attempts")).isEqualTo(10);
    assertThat(limited("paused")).isPositive();
    now.addAndGet(Duration.ofMinutes(10).toNanos() + 1);
    dial();
  }

  @Test
  void fullHandlerExecutorRefusesTheConnectionOnly() throws Exception {
    start(
        AlknetEndpoint.builder()
            .executor(
                task -> {
                  throw new RejectedExecutionException("full");
                }),
        Loopback.echo());

    assertThat(await(dial().closed()).code()).isEqualTo(CloseCode.RATE_LIMITED);
    assertThat(limited("handler_executor")).isEqualTo(1);
    until(() -> endpoint.activeConnections() == 0);
  }

  @Test
  void silentConnectionTimesOutAndKeepAliveHoldsAnother() throws Exception {
    TransportConfig.Builder brief = TransportConfig.builder().maxIdleTimeout(Duration.ofSeconds(1));
    config.transport(brief.keepAlive(Duration.ZERO).build());
    serve(LimitsConfig.builder());
    try (AlknetDialer silent = AlknetDialer.builder().transport(brief.build()).build();
        AlknetDialer alive =
            AlknetDialer.builder()
                .transport(brief.keepAlive(Duration.ofMillis(300)).build())
                .build()) {
      Connection kept =
          await(alive.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
      for (int period = 0; period < 3; period++) {
        Connection idle =
            await(silent.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
        var stream = await(idle.openBi());
        var read = stream.recv().read(java.nio.ByteBuffer.allocate(1));

        assertThat(await(idle.closed()).by()).isEqualTo(CloseInfo.By.TIMEOUT);
        assertThatThrownBy(() -> await(read)).hasCauseInstanceOf(StreamException.Timeout.class);
        assertThatThrownBy(() -> await(idle.openBi()))
            .hasCauseInstanceOf(StreamException.Timeout.class);
      }
      assertThat(Loopback.echoed(kept, "alive")).isEqualTo("alive");
    }
  }

  @Test
  void sharedAdmissionCountsTheOtherPortToo() throws Exception {
    dynamic.reload(rates(1));
    serve(LimitsConfig.builder());
    Admission.Place elsewhere = admission.admit(InetAddress.getLoopbackAddress()).orElseThrow();

    refused();

    elsewhere.release();
    dial();
  }

  private DatagramSocket firstPacketFrom(String address, int id) throws Exception {
    byte[] packet =
        InitialPackets.capture(ECHO)
            .packet(new byte[] {8, 7, 6, 5, 4, 3, 2, (byte) id}, new byte[0]);
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0));
    socket.send(new DatagramPacket(packet, packet.length, endpoint.localAddress()));
    return socket;
  }

  private void serve(LimitsConfig.Builder limits) throws Exception {
    LimitsConfig built = limits.build();
    config.limits(built);
    admission = Admission.create(dynamic.snapshot(), built);
    start(AlknetEndpoint.builder(), Loopback.echo());
  }

  private void start(AlknetEndpoint.Builder parts, ProtocolHandler handler) throws Exception {
    endpoint =
        await(
            parts
                .admission(admission)
                .metrics(metrics)
                .start(
                    config.build(),
                    HandlerRegistry.builder().register(handler).build(),
                    dynamic.snapshot(),
                    new ConfigIdentityProvider(dynamic.snapshot())));
  }

  private Connection dial() throws Exception {
    return await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
  }

  private void refused() {
    assertThatThrownBy(this::dial).cause().isInstanceOf(DialException.Refused.class);
  }

  private long limited(String kind) {
    return metrics.total("limited_total", Map.of("kind", kind));
  }

  private long failures(String reason) {
    return metrics.total("handshake_failures_total", Map.of("reason", reason));
  }

  private static DynamicConfig rates(int connectionsPerIp) {
    return new DynamicConfig(
        AuthPolicy.of(List.of(), List.of()), new RateLimitConfig(connectionsPerIp, 5));
  }

  private static void until(BooleanSupplier condition) {
    Loopback.until(condition);
  }
}
