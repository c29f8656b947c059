package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.RemoteAddress;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A connection goes on when its client comes from another address (core.md 22, Migration). */
class MigrationIT {
  private static final Alpn ALPN = Alpn.of("test/moving");

  private final AlknetDialer dialer = AlknetDialer.create();
  private final List<Map<String, String>> moves = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Connection> served = new CompletableFuture<>();
  private final CompletableFuture<AuthContext> context = new CompletableFuture<>();
  private final ConfigSnapshot dynamic =
      ConfigSnapshot.of(
          new DynamicConfig(AuthPolicy.of(List.of(), List.of()), new RateLimitConfig(1, 5)));
  private final Admission admission = Admission.create(dynamic, LimitsConfig.defaults());

  @AfterEach
  void stop() {
    dialer.close();
  }

  @Test
  void aMoveIsAuditedAndTheConnectionKeepsItsAddressAndItsPlace() throws Exception {
    try (AlknetEndpoint endpoint = serve(1);
        UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 31)) {
      Connection connection = dial(endpoint, relay);
      echoes(connection, 1);
      InetSocketAddress first = Await.result(served).remoteAddress().orElseThrow();

      relay.rebind(InetAddress.getByName("127.0.0.77"));
      echoes(connection, 2);

      Await.until("the move is audited", () -> !moves.isEmpty());
      assertThat(moves.get(0))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "conn_id",
                  Await.result(served).id().text(),
                  "remote_addr",
                  "127.0.0.1:" + first.getPort(),
                  "to",
                  "127.0.0.77"));
      assertThat(Await.result(served).remoteAddress()).contains(first);
      assertThat(Await.result(context).remoteAddress()).contains(first);
      // The place stays booked where the handshake came from, and nowhere else.
      assertThat(admission.refusal(first.getAddress())).contains(Admission.Refusal.PER_ADDRESS);
      assertThat(admission.refusal(InetAddress.getByName("127.0.0.77"))).isEmpty();
      connection.close(CloseCode.NO_ERROR, "");
      Await.until("the place is free", () -> admission.connections() == 0);
    }
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "SO_REUSEPORT spreads datagrams on Linux only")
  void aConnectionStaysWithItsLoopHoweverOftenItsPortChanges() throws Exception {
    try (AlknetEndpoint endpoint = serve(4);
        UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 32)) {
      Connection connection = dial(endpoint, relay);
      for (int move = 0; move < 12; move++) {
        relay.rebind(InetAddress.getLoopbackAddress());
        echoes(connection, move);
      }
      assertThat(endpoint.activeConnections()).isEqualTo(1);
      assertThat(admission.connections()).isEqualTo(1);
    }
  }

  @Test
  void aPeerThatMovesAllTheTimeDoesNotFillTheAuditLog() throws Exception {
    try (AlknetEndpoint endpoint = serve(1);
        UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 33)) {
      Connection connection = dial(endpoint, relay);
      for (int move = 0; move < 14; move++) {
        relay.rebind(InetAddress.getByName("127.0.0." + (10 + move)));
        echoes(connection, move);
      }
      assertThat(moves).hasSizeBetween(1, 10);
    }
  }

  private Connection dial(AlknetEndpoint endpoint, UdpRelay relay) {
    return Await.result(
        dialer.dial(
            RemoteAddress.of("127.0.0.1", relay.address().getPort()),
            ALPN,
            ConnectionCredentials.none()
                .withRemoteIdentity(RemoteIdentity.of(endpoint.fingerprint().orElseThrow()))));
  }

  private static void echoes(Connection connection, int value) {
    BiStream stream = Await.result(connection.openBi());
    Await.result(stream.send().finish(ByteBuffer.wrap(new byte[] {(byte) value})));
    ByteBuffer received = ByteBuffer.allocate(1);
    assertThat(Await.result(stream.recv().read(received))).isEqualTo(1);
    assertThat(received.get(0)).isEqualTo((byte) value);
    stream.close();
  }

  private AlknetEndpoint serve(int loops) {
    return Await.result(
        AlknetEndpoint.builder()
            .admission(admission)
            .auditLog(
                (event, fields) -> {
                  if (event.equals("path_change")) {
                    moves.add(fields);
                  }
                })
            .start(
                StaticConfig.builder()
                    .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .tlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
                    .eventLoops(loops)
                    .drainTimeout(Duration.ofMillis(50))
                    .build(),
                HandlerRegistry.builder().register(new OneByteEcho()).build(),
                dynamic,
                new ConfigIdentityProvider(dynamic)));
  }

  /** Sends back the one byte that each stream carries. */
  private final class OneByteEcho implements ProtocolHandler {
    @Override
    public Alpn alpn() {
      return ALPN;
    }

    @Override
    public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
      served.complete(connection);
      context.complete(auth);
      return next(connection).exceptionally(ended -> null);
    }

    private CompletionStage<Void> next(Connection connection) {
      ByteBuffer buffer = ByteBuffer.allocate(1);
      return connection
          .acceptBi()
          .thenCompose(
              stream ->
                  stream
                      .recv()
                      .read(buffer)
                      .thenCompose(count -> stream.send().finish(buffer.flip()))
                      .thenCompose(
                          sent -> {
                            stream.close();
                            return next(connection);
                          }));
    }
  }
}
