package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.DialException;
import org.alknet.core.RemoteAddress;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.StreamException;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Handshakes and streams over a network that loses, repeats, reorders and corrupts: they work, or
 * fail with a typed error before their deadline. Chance is seeded.
 */
class BadNetworkIT {
  private static final Alpn ECHO = Alpn.of("test/echo");
  private static final Duration DIAL_LIMIT = Duration.ofSeconds(10);
  private static final int BYTES = 100_000;

  private final AlknetDialer dialer = AlknetDialer.create();
  private AlknetEndpoint endpoint;

  @BeforeEach
  void start() {
    endpoint = serve(TransportConfig.defaults(), LimitsConfig.defaults());
  }

  @AfterEach
  void stop() {
    dialer.close();
    endpoint.close();
  }

  /** What the network does, and what that is called. */
  static Stream<Arguments> networks() {
    Impairment none = Impairment.NONE;
    return Stream.of(
        Arguments.of("no fault", none, 11),
        Arguments.of("1 % loss", none.dropping(0.01), 12),
        Arguments.of("5 % loss", none.dropping(0.05), 13),
        Arguments.of("20 % loss", none.dropping(0.2), 14),
        Arguments.of("20 % duplicates", none.duplicating(0.2), 15),
        Arguments.of("20 % reordered", none.reordering(0.2), 16),
        Arguments.of("5 % corrupted", none.corrupting(0.05), 17),
        Arguments.of(
            "a bit of everything",
            none.dropping(0.03)
                .duplicating(0.05)
                .reordering(0.05)
                .corrupting(0.02)
                .delaying(Duration.ofMillis(1), Duration.ofMillis(10)),
            18));
  }

  @ParameterizedTest(name = "{0}, seed {2}")
  @MethodSource("networks")
  void bytesArriveWholeOrTheDialFailsInTime(String name, Impairment network, int seed) {
    try (UdpRelay relay = UdpRelay.start(endpoint.localAddress(), seed)) {
      relay.toServer(network).toClients(network);
      int connected = 0;
      for (int i = 0; i < 3; i++) {
        Optional<Connection> connection = dial(relay.address());
        if (connection.isPresent()) {
          connected++;
          echoes(connection.get(), new Random(seed + i));
        }
      }
      assertThat(connected).as(name + ": " + relay.countsToServer()).isPositive();
    }
  }

  @Test
  void connectionSurvivesABlackHoleOfThreeSeconds() {
    try (UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 21)) {
      Connection connection = dial(relay.address()).orElseThrow();
      BiStream stream = Await.result(connection.openBi());

      relay.blackHole(true);
      CompletionStage<Void> written = stream.send().finish(ByteBuffer.wrap(new byte[5_000]));
      Await.result(
          CompletableFuture.runAsync(
              () -> {},
              CompletableFuture.delayedExecutor(3, java.util.concurrent.TimeUnit.SECONDS)));
      relay.blackHole(false);

      Await.result(written);
      assertThat(readAll(stream)).isEqualTo(5_000);
    }
  }

  @Test
  void blackHoleLongerThanTheIdleTimeoutEndsEverythingWithATimeout() {
    TransportConfig brief = TransportConfig.builder().maxIdleTimeout(Duration.ofSeconds(1)).build();
    try (UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 22);
        AlknetDialer impatient = AlknetDialer.builder().transport(brief).build()) {
      Connection connection =
          Await.result(impatient.dial(remote(relay.address()), ECHO, credentials(), DIAL_LIMIT));
      BiStream stream = Await.result(connection.openBi());

      relay.blackHole(true);
      CompletionStage<Integer> read = stream.recv().read(ByteBuffer.allocate(1));

      assertThat(Await.failureOf(read)).get().isInstanceOf(StreamException.Timeout.class);
      assertThat(Await.result(connection.closed()).by()).isEqualTo(CloseInfo.By.TIMEOUT);
    }
  }

  @Test
  void dialIntoABlackHoleFailsAtItsDeadline() {
    try (UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 23)) {
      relay.blackHole(true);

      Await.failure(
          dialer.dial(remote(relay.address()), ECHO, credentials(), Duration.ofMillis(500)),
          DialException.Timeout.class);
    }
  }

  @Test
  void retryWorksOverALossyNetwork() {
    endpoint.close();
    endpoint =
        serve(
            TransportConfig.defaults(),
            LimitsConfig.builder().retry(LimitsConfig.Retry.ALWAYS).build());
    try (UdpRelay relay = UdpRelay.start(endpoint.localAddress(), 24)) {
      relay.toServer(Impairment.NONE.dropping(0.05)).toClients(Impairment.NONE.dropping(0.05));

      echoes(dial(relay.address()).orElseThrow(), new Random(24));
    }
  }

  @Test
  void randomAndBitFlippedDatagramsDoNotDisturbTheNode() throws IOException {
    Random random = new Random(25);
    ConcurrentLinkedQueue<byte[]> real = new ConcurrentLinkedQueue<>();
    try (DatagramSocket listening = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      dialer.dial(
          remote((InetSocketAddress) listening.getLocalSocketAddress()),
          ECHO,
          credentials(),
          Duration.ofMillis(200));
      DatagramPacket initial = new DatagramPacket(new byte[2048], 2048);
      listening.receive(initial);
      real.add(Arrays.copyOf(initial.getData(), initial.getLength()));
    }
    Connection before =
        Await.result(dialer.dial(remote(endpoint.localAddress()), ECHO, credentials()));
    try (DatagramSocket attacker = new DatagramSocket(0, InetAddress.getByName("127.0.0.9"))) {
      for (int i = 0; i < 3_000; i++) {
        byte[] packet = mangled(real.peek(), random, i % 4);
        attacker.send(new DatagramPacket(packet, packet.length, endpoint.localAddress()));
      }
    }

    echoes(before, random);
    echoes(Await.result(dialer.dial(remote(endpoint.localAddress()), ECHO, credentials())), random);
  }

  private static byte[] mangled(byte[] real, Random random, int kind) {
    byte[] packet = real.clone();
    switch (kind) {
      case 0 -> {
        packet = new byte[random.nextInt(1_500)];
        random.nextBytes(packet);
      }
      case 1 -> packet = Arrays.copyOf(packet, random.nextInt(packet.length));
      case 2 -> packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
      default -> packet[random.nextInt(60)] ^= (byte) (1 << random.nextInt(8)); // the header
    }
    return packet;
  }

  /** Dials in time, or fails with a typed error in time. */
  private Optional<Connection> dial(InetSocketAddress to) {
    CompletionStage<Connection> dial = dialer.dial(remote(to), ECHO, credentials(), DIAL_LIMIT);
    Optional<Throwable> failure = Await.failureOf(dial);
    failure.ifPresent(cause -> assertThat(cause).isInstanceOf(DialException.class));
    return failure.isPresent() ? Optional.empty() : Optional.of(Await.result(dial));
  }

  private static void echoes(Connection connection, Random random) {
    byte[] sent = new byte[BYTES];
    random.nextBytes(sent);
    BiStream stream = Await.result(connection.openBi());
    CompletionStage<Void> written = stream.send().finish(ByteBuffer.wrap(sent));
    ByteBuffer received = ByteBuffer.allocate(BYTES + 1);
    while (received.position() < BYTES) {
      assertThat(Await.result(stream.recv().read(received))).isPositive();
    }
    Await.result(written);
    assertThat(Arrays.copyOf(received.array(), BYTES)).isEqualTo(sent);
  }

  private static int readAll(BiStream stream) {
    ByteBuffer received = ByteBuffer.allocate(10_000);
    while (received.position() < 5_000) {
      assertThat(Await.result(stream.recv().read(received))).isPositive();
    }
    return received.position();
  }

  private ConnectionCredentials credentials() {
    return ConnectionCredentials.none()
        .withRemoteIdentity(RemoteIdentity.of(endpoint.fingerprint().orElseThrow()));
  }

  private static RemoteAddress remote(InetSocketAddress address) {
    return RemoteAddress.of(address.getAddress().getHostAddress(), address.getPort());
  }

  private static AlknetEndpoint serve(TransportConfig transport, LimitsConfig limits) {
    ConfigSnapshot nobody = ConfigSnapshot.of(DynamicConfig.defaults());
    StaticConfig config =
        StaticConfig.builder()
            .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .tlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
            .transport(transport)
            .limits(limits)
            .drainTimeout(Duration.ofMillis(50))
            .build();
    return Await.result(
        AlknetEndpoint.start(
            config,
            HandlerRegistry.builder().register(new Echo()).build(),
            nobody,
            new ConfigIdentityProvider(nobody)));
  }

  /** Sends back what each stream carries. */
  private static final class Echo implements ProtocolHandler {
    @Override
    public Alpn alpn() {
      return ECHO;
    }

    @Override
    public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
      return next(connection).exceptionally(ended -> null);
    }

    private static CompletionStage<Void> next(Connection connection) {
      return connection
          .acceptBi()
          .thenCompose(
              stream -> {
                CompletionStage<Void> echoed = echo(stream, ByteBuffer.allocate(8_192));
                echoed.exceptionally(failure -> null);
                return next(connection);
              });
    }

    private static CompletionStage<Void> echo(BiStream stream, ByteBuffer buffer) {
      return stream
          .recv()
          .read(buffer.clear())
          .thenCompose(
              count ->
                  count < 0
                      ? stream.send().finish()
                      : stream
                          .send()
                          .write(buffer.flip())
                          .thenCompose(written -> echo(stream, buffer)));
    }
  }
}
