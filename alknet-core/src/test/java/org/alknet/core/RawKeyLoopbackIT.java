package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.Ed25519Signer;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes on loopback that know each other by key (spec/core.md section 20). */
class RawKeyLoopbackIT {
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
  private final CompletableFuture<AuthContext> seen = new CompletableFuture<>();
  private AlknetDialer dialer;
  private AlknetEndpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    dialer = AlknetDialer.create();
    ConfigReloadHandle peers =
        Loopback.peers(
            PeerEntry.builder("laptop")
                .fingerprints(clientKey.fingerprint())
                .scopes("operator")
                .build());
    endpoint =
        Loopback.start(
            Loopback.listening(serverKey).build(),
            peers.snapshot(),
            Loopback.handler(
                ECHO,
                (connection, auth) -> {
                  seen.complete(auth);
                  return Loopback.echo().handle(connection, auth);
                }));
  }

  @AfterEach
  void stop() {
    dialer.close();
    endpoint.close();
  }

  @Test
  void bothSidesKnowEachOtherByKeyAndEcho() throws Exception {
    Connection connection =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));
    BiStream stream = await(connection.openBi());
    await(stream.send().finish(Loopback.bytes("hello")));

    assertThat(Loopback.readAll(stream.recv())).isEqualTo("hello");
    assertThat(connection.alpn()).isEqualTo(ECHO);
    assertThat(connection.remoteFingerprint()).contains(serverKey.fingerprint());
    AuthContext auth = await(seen);
    assertThat(auth.tlsClientFingerprint()).contains(clientKey.fingerprint());
    assertThat(auth.identity().orElseThrow().id()).isEqualTo("laptop");
    assertThat(auth.identity().orElseThrow().scopes()).containsExactly("operator");
  }

  @Test
  void keysThatStayElsewhereServeBothSides() throws Exception {
    endpoint.close();
    Held server = new Held(serverKey, serverKey);
    Held client = new Held(clientKey, clientKey);
    endpoint =
        Loopback.start(
            StaticConfig.builder()
                .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .tlsIdentity(new TlsIdentity.HeldKey(server))
                .build(),
            Loopback.peers().snapshot(),
            Loopback.handler(
                ECHO,
                (connection, auth) -> {
                  seen.complete(auth);
                  return Loopback.echo().handle(connection, auth);
                }));

    for (int i = 0; i < 2; i++) {
      Connection connection =
          await(
              dialer.dial(
                  Loopback.address(endpoint),
                  ECHO,
                  Loopback.pinned(endpoint).withLocalIdentity(new TlsIdentity.HeldKey(client))));
      assertThat(Loopback.echoed(connection, "held")).isEqualTo("held");
    }

    assertThat(endpoint.fingerprint()).contains(serverKey.fingerprint());
    assertThat(await(seen).tlsClientFingerprint()).contains(clientKey.fingerprint());
    assertThat(server.signatures).hasValueGreaterThanOrEqualTo(3); // its carrier and two handshakes
  }

  @Test
  void aSignerThatCannotSignWithItsKeyIsToldAtTheStart() {
    Ed25519Signer locked =
        new Ed25519Signer() {
          @Override
          public byte[] publicKey() {
            return serverKey.publicKey();
          }

          @Override
          public byte[] sign(byte[] message) throws GeneralSecurityException {
            throw new GeneralSecurityException("the vault is locked");
          }
        };

    for (Ed25519Signer signer : List.of(locked, new Held(serverKey, clientKey))) {
      assertThatThrownBy(
              () ->
                  Loopback.start(
                      StaticConfig.builder()
                          .listenAddresses(
                              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                          .tlsIdentity(new TlsIdentity.HeldKey(signer))
                          .build(),
                      Loopback.peers().snapshot(),
                      Loopback.echo()))
          .cause()
          .isInstanceOf(EndpointException.TlsConfig.class)
          .hasMessageContaining("the signer of the node key cannot be used");
    }
  }

  /** A key in the hands of somebody else. */
  private static final class Held implements Ed25519Signer {
    private final Ed25519SecretKey shown;
    private final Ed25519SecretKey used;
    private final AtomicInteger signatures = new AtomicInteger();

    Held(Ed25519SecretKey shown, Ed25519SecretKey used) {
      this.shown = shown;
      this.used = used;
    }

    @Override
    public byte[] publicKey() {
      return shown.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
      signatures.incrementAndGet();
      return used.sign(message);
    }
  }

  @Test
  void clientWithoutKeyIsAnonymous() throws Exception {
    await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));

    AuthContext auth = await(seen);
    assertThat(auth.tlsClientFingerprint()).isEmpty();
    assertThat(auth.identity()).isEmpty();
  }

  @Test
  void clientWithUnknownKeyHasFingerprintAndNoIdentity() throws Exception {
    Ed25519SecretKey stranger = Ed25519SecretKey.generate();
    await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(stranger, endpoint)));

    AuthContext auth = await(seen);
    assertThat(auth.tlsClientFingerprint()).contains(stranger.fingerprint());
    assertThat(auth.identity()).isEmpty();
  }

  @Test
  void wrongPinIsRefused() {
    ConnectionCredentials wrong =
        ConnectionCredentials.none().withRemoteIdentity(RemoteIdentity.of(clientKey.fingerprint()));

    assertThatThrownBy(() -> await(dialer.dial(Loopback.address(endpoint), ECHO, wrong)))
        .cause()
        .isInstanceOfSatisfying(
            DialException.PeerVerification.class,
            refused -> {
              assertThat(refused.reason())
                  .isEqualTo(DialException.PeerVerification.Reason.PIN_MISMATCH);
              assertThat(refused.presentedFingerprint()).contains(serverKey.fingerprint());
              assertThat(refused).hasMessageContaining(clientKey.fingerprint());
            });
    assertThat(seen).isNotDone();
  }

  @Test
  void rawKeyWithoutPinIsRefused() {
    assertThatThrownBy(
            () ->
                await(
                    dialer.dial(
                        Loopback.address(endpoint),
                        ECHO,
                        ConnectionCredentials.none()
                            .withLocalIdentity(new TlsIdentity.RawKey(clientKey)))))
        .cause()
        .isInstanceOfSatisfying(
            DialException.PeerVerification.class,
            refused ->
                assertThat(refused.reason())
                    .isEqualTo(DialException.PeerVerification.Reason.RAW_KEY_WITHOUT_PIN));
    assertThat(seen).isNotDone();
  }

  @Test
  void deadPortIsToldAtOnce() throws Exception {
    RemoteAddress dead = Loopback.address(endpoint);
    await(endpoint.shutdown());

    assertThatThrownBy(() -> await(dialer.dial(dead, ECHO, Loopback.pinned(endpoint))))
        .cause()
        .isInstanceOf(DialException.Refused.class)
        .hasMessageContaining("nothing listens");
  }

  @Test
  void protocolNobodyServesIsRefused() {
    assertThatThrownBy(
            () ->
                await(
                    dialer.dial(
                        Loopback.address(endpoint),
                        org.alknet.core.connection.Alpn.of("test/other"),
                        Loopback.pinned(endpoint))))
        .cause()
        .isInstanceOf(DialException.NoCommonAlpn.class);
  }

  @Test
  void closeReachesThePeerWithCodeAndReason() throws Exception {
    Connection connection =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
    await(seen);
    await(endpoint.shutdown());

    CloseInfo info = await(connection.closed());
    assertThat(info.code()).isEqualTo(CloseCode.NO_ERROR);
    assertThat(info.reason()).isEqualTo("shutdown");
    assertThat(info.by()).isEqualTo(CloseInfo.By.REMOTE);
  }

  @Test
  void megabytesGoThereAndBack() throws Exception {
    Connection connection =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
    BiStream stream = await(connection.openBi());
    byte[] sent = new byte[3_000_000];
    new java.util.Random(7).nextBytes(sent);
    CompletableFuture<Void> writing =
        stream.send().finish(ByteBuffer.wrap(sent)).toCompletableFuture();

    ByteBuffer received = ByteBuffer.allocate(sent.length + 1);
    while (await(stream.recv().read(received)) >= 0) {}

    assertThat(writing).isCompleted();
    assertThat(received.position()).isEqualTo(sent.length);
    assertThat(java.util.Arrays.copyOf(received.array(), sent.length)).isEqualTo(sent);
  }
}
