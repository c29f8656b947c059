package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Connection;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a name to a connection (core.md 12). */
class DialIT {
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final ConnectionCredentials pinned =
      ConnectionCredentials.none().withRemoteIdentity(RemoteIdentity.of(serverKey.fingerprint()));
  private AlknetEndpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    StaticConfig config =
        Loopback.listening(serverKey)
            .listenAddresses(new InetSocketAddress("127.0.0.2", 0))
            .drainTimeout(Duration.ofMillis(50))
            .build();
    endpoint = Loopback.start(config, Loopback.peers().snapshot(), Loopback.echo());
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  @Test
  void addressThatDoesNotAnswerLeadsToTheNext() throws Exception {
    try (AlknetDialer dialer = resolving("127.0.0.3", "127.0.0.2")) {
      Connection connection = await(dialer.dial(named(), ECHO, pinned));

      assertThat(Loopback.echoed(connection, "second")).isEqualTo("second");
    }
  }

  @Test
  void serverThatIsRefusedLeadsToNoOther() {
    ConnectionCredentials another =
        ConnectionCredentials.none()
            .withRemoteIdentity(RemoteIdentity.of(Ed25519SecretKey.generate().fingerprint()));
    try (AlknetDialer dialer = resolving("127.0.0.2", "127.0.0.3")) {
      assertThatThrownBy(() -> await(dialer.dial(named(), ECHO, another)))
          .cause()
          .isInstanceOf(DialException.PeerVerification.class);
    }
  }

  @Test
  void nobodyAnywhereIsRefused() {
    try (AlknetDialer dialer = resolving("127.0.0.3", "127.0.0.4")) {
      assertThatThrownBy(() -> await(dialer.dial(named(), ECHO, pinned)))
          .cause()
          .isInstanceOf(DialException.Refused.class)
          .hasMessageContaining("nothing listens");
    }
  }

  @Test
  void unknownNameIsToldAsSuch() {
    try (AlknetDialer dialer =
        AlknetDialer.builder()
            .lookup(
                host -> {
                  throw new UnknownHostException(host);
                })
            .build()) {
      assertThatThrownBy(() -> await(dialer.dial(named(), ECHO, pinned)))
          .cause()
          .isInstanceOf(DialException.UnknownHost.class)
          .hasMessageContaining("node.alknet.test");
    }
  }

  @Test
  void lookupThatHangsEndsWithTheTimeLimit() {
    CountDownLatch hanging = new CountDownLatch(1);
    try (AlknetDialer dialer =
        AlknetDialer.builder()
            .lookup(
                host -> {
                  try {
                    hanging.await();
                  } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                  }
                  throw new UnknownHostException(host);
                })
            .build()) {
      assertThatThrownBy(() -> await(dialer.dial(named(), ECHO, pinned, Duration.ofMillis(200))))
          .cause()
          .isInstanceOf(DialException.Timeout.class);
    }
  }

  @Test
  void closedDiallerRefusesAtOnceAndCancelledDialLeavesNothing() throws Exception {
    AlknetDialer dialer = resolving("127.0.0.2");
    CompletableFuture<Connection> given = dialer.dial(named(), ECHO, pinned).toCompletableFuture();
    given.cancel(false);
    dialer.close();
    CompletionStage<Connection> late = dialer.dial(named(), ECHO, pinned);

    assertThatThrownBy(() -> await(late)).cause().isInstanceOf(DialException.LocalSetup.class);
    Loopback.until(() -> endpoint.activeConnections() == 0);
  }

  private RemoteAddress named() {
    return RemoteAddress.of("node.alknet.test", endpoint.localAddress().getPort());
  }

  private static AlknetDialer resolving(String... addresses) {
    return AlknetDialer.builder()
        .lookup(
            host -> {
              InetAddress[] found = new InetAddress[addresses.length];
              for (int i = 0; i < addresses.length; i++) {
                found[i] = InetAddress.getByName(addresses[i]);
              }
              return found;
            })
        .build();
  }
}
