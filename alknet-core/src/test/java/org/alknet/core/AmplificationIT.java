package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.LimitsConfig.Retry;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.observe.CountingMetrics;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Senders of first packets that never answer, from other loopback addresses: what they get back is
 * never more than three times what they sent, their tokens buy nothing, and an honest client gets
 * through (RFC 9000 section 8.1, core.md 22).
 */
class AmplificationIT {
  private static final int PACKETS = 10_000;
  private static final int SOCKETS = 20;

  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final AlknetDialer dialer = AlknetDialer.create();
  private final CountingMetrics metrics = new CountingMetrics();
  private final Random random = new Random(3);
  private final AtomicLong now = new AtomicLong();
  private final ConfigSnapshot nobody;
  private final List<Silent> silent = new ArrayList<>();
  private volatile Admission admission;
  private AlknetEndpoint endpoint;

  AmplificationIT() throws Exception {
    nobody = Loopback.peers().snapshot();
    admission = Admission.create(nobody, LimitsConfig.defaults());
    endpoint = Loopback.start(org.alknet.core.config.StaticConfig.defaults(), nobody);
  }

  @AfterEach
  void stop() throws Exception {
    dialer.close();
    endpoint.close();
    for (Silent sender : silent) {
      sender.channel.close();
    }
  }

  @Test
  void silentSendersGetAtMostThreeTimesWhatTheySent() throws Exception {
    serve(LimitsConfig.builder().retry(Retry.NEVER));
    InitialPackets initials = InitialPackets.capture(ECHO);
    openSockets();

    for (int i = 0; i < PACKETS; i++) {
      silent.get(i % SOCKETS).send(initials.packet(id(8 + i % 13), token(i, new byte[0])));
    }
    Loopback.until(
        () -> metrics.total("limited_total", Map.of("kind", "per_address")) > 0 || drained());
    Loopback.until(this::drained);

    assertThat(silent).allSatisfy(Silent::assertNotAmplified);
    assertThat(silent.stream().mapToLong(sender -> sender.received).sum()).isPositive();
  }

  @Test
  void tokensBuyNothingUnlessWeGaveThemToThatAddressJustNow() throws Exception {
    serve(LimitsConfig.builder().retry(Retry.ALWAYS));
    InitialPackets initials = InitialPackets.capture(ECHO);
    openSockets();
    Silent honest = silent.get(0);
    honest.send(initials.packet(id(8), new byte[0]));
    byte[] retry = honest.receive();
    byte[] token = InitialPackets.retryToken(retry);
    byte[] retryId = InitialPackets.retrySourceId(retry);
    assertThat(token).isNotEmpty();
    assertThat(admission.connections()).isZero();

    // None; foreign: the same token from elsewhere; junk: anything else.
    for (int i = 0; i < PACKETS; i++) {
      Silent sender = silent.get(1 + i % (SOCKETS - 1));
      switch (i % 3) {
        case 0 -> sender.send(initials.packet(id(8), new byte[0]));
        case 1 -> sender.send(initials.packet(retryId, token));
        default -> sender.send(initials.packet(retryId, junk(token)));
      }
    }
    Loopback.until(this::drained);
    assertThat(silent).allSatisfy(Silent::assertNotAmplified);
    assertThat(handshakes()).isZero();

    // The one it was given to spends it, once.
    byte[] accepted = initials.packet(retryId, token);
    Loopback.until(
        () -> {
          honest.send(accepted); // until one is not lost behind the flood
          return admission.handshakesInProgress() == 1;
        });
    Loopback.until(() -> handshakes() == 1 && admission.connections() == 0);
    for (int i = 0; i < 10; i++) {
      honest.send(initials.packet(retryId, token));
      honest.send(initials.packet(id(20), token));
    }
    Loopback.until(this::drained);
    assertThat(handshakes()).isEqualTo(1);
    assertThat(silent).allSatisfy(Silent::assertNotAmplified);

    // Expired: a new one of its own, used too late; and one that is used just in time.
    byte[] late = retry(honest, initials);
    now.addAndGet(Duration.ofSeconds(15).toNanos() + 1);
    for (int i = 0; i < 10; i++) {
      honest.send(
          initials.packet(InitialPackets.retrySourceId(late), InitialPackets.retryToken(late)));
    }
    byte[] fresh = retry(honest, initials); // answered behind the ten
    assertThat(handshakes()).isEqualTo(1);
    assertThat(admission.connections()).isZero();
    honest.send(
        initials.packet(InitialPackets.retrySourceId(fresh), InitialPackets.retryToken(fresh)));
    Loopback.until(() -> handshakes() == 2 && drained());
    assertThat(silent).allSatisfy(Silent::assertNotAmplified);
    assertThat(Loopback.echoed(dial(), "honest")).isEqualTo("honest");
  }

  /** Asks for a token and returns the Retry packet that brings it. */
  private byte[] retry(Silent sender, InitialPackets initials) throws Exception {
    sender.drain();
    sender.send(initials.packet(id(8), new byte[0]));
    return sender.receive();
  }

  @Test
  void packetsOfOtherVersionsAndOtherKindsAreNotAmplifiedEither() throws Exception {
    serve(LimitsConfig.builder());
    byte[] initial = InitialPackets.capture(ECHO).packet(id(8), new byte[0]);
    openSockets();

    for (int i = 0; i < PACKETS; i++) {
      byte[] packet = Arrays.copyOf(initial, 7 + random.nextInt(initial.length - 7));
      packet[1 + random.nextInt(4)] = (byte) random.nextInt(); // the version
      silent.get(i % SOCKETS).send(packet);
    }
    Loopback.until(this::drained);

    assertThat(silent).allSatisfy(Silent::assertNotAmplified);
  }

  @Test
  void honestClientGetsThroughAFloodOfHandshakes() throws Exception {
    serve(LimitsConfig.builder().maxHandshakes(40).retry(Retry.ADAPTIVE));
    InitialPackets initials = InitialPackets.capture(ECHO);
    openSockets();
    Thread flood =
        new Thread(
            () -> {
              try {
                for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                  silent.get(i % SOCKETS).send(initials.packet(id(8), new byte[0]));
                  silent.get(i % SOCKETS).drain();
                }
              } catch (GeneralSecurityException broken) {
                throw new IllegalStateException(broken);
              }
            },
            "flood");
    flood.start();
    Loopback.until(() -> admission.handshakesInProgress() > 10);

    for (int i = 0; i < 5; i++) {
      Connection connection = dial();
      assertThat(Loopback.echoed(connection, "through")).isEqualTo("through");
      connection.close(CloseCode.NO_ERROR, "");
    }

    flood.interrupt();
    flood.join();
    // Above a quarter of the limit an address has to prove itself, which the flood never does.
    assertThat(admission.handshakesInProgress()).isLessThanOrEqualTo(11);
  }

  private void serve(LimitsConfig.Builder limits) throws Exception {
    LimitsConfig built = limits.build();
    admission = Admission.create(nobody, built);
    endpoint =
        await(
            AlknetEndpoint.builder()
                .admission(admission)
                .metrics(metrics)
                .nanoTime(now::get)
                .start(
                    Loopback.listening(serverKey)
                        .limits(built)
                        .transport(
                            TransportConfig.builder()
                                .handshakeTimeout(Duration.ofSeconds(1))
                                .build())
                        .drainTimeout(Duration.ofMillis(50))
                        .build(),
                    HandlerRegistry.builder().register(Loopback.echo()).build(),
                    nobody,
                    new ConfigIdentityProvider(nobody)));
  }

  private Connection dial() throws Exception {
    return await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
  }

  private long handshakes() {
    return metrics.total("handshake_failures_total", Map.of("reason", "timeout"))
        + metrics.total("handshake_failures_total", Map.of("reason", "refused"))
        + metrics.total("handshake_failures_total", Map.of("reason", "closed"));
  }

  private void openSockets() throws Exception {
    for (int i = 0; i < SOCKETS; i++) {
      silent.add(new Silent("127.0.1." + (i + 1)));
    }
  }

  /** Whether the server has nothing more to send to them, because it has forgotten them. */
  private boolean drained() {
    silent.forEach(Silent::drain);
    return admission.connections() == 0;
  }

  private byte[] id(int length) {
    byte[] id = new byte[length];
    random.nextBytes(id);
    return id;
  }

  private byte[] token(int i, byte[] none) {
    return i % 3 == 0 ? junk(new byte[i % 70]) : none;
  }

  private byte[] junk(byte[] like) {
    byte[] junk = like.clone();
    random.nextBytes(junk);
    if (junk.length > 0) {
      junk[0] = 1;
    }
    return junk;
  }

  /** A socket that counts and never answers. */
  private final class Silent {
    private final DatagramChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(2048);
    private long sent;
    private long received;

    Silent(String address) throws IOException {
      channel = DatagramChannel.open();
      channel.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      channel.configureBlocking(false);
    }

    /** At a pace at which the receiver's socket loses nothing. */
    synchronized void send(byte[] packet) {
      try {
        sent += channel.send(ByteBuffer.wrap(packet), endpoint.localAddress());
        LockSupport.parkNanos(100_000);
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    synchronized void drain() {
      try {
        while (channel.receive(buffer.clear()) != null) {
          received += buffer.position();
        }
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    byte[] receive() {
      Loopback.until(
          () -> {
            try {
              return channel.receive(buffer.clear()) != null;
            } catch (IOException broken) {
              throw new UncheckedIOException(broken);
            }
          });
      received += buffer.position();
      return Arrays.copyOf(buffer.array(), buffer.position());
    }

    synchronized void assertNotAmplified() {
      assertThat(received).as("from " + sent + " bytes").isLessThanOrEqualTo(3 * sent);
    }
  }
}
