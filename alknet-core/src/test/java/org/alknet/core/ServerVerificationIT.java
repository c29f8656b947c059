package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.alknet.core.DialException.PeerVerification.Reason;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.internal.der.CarrierCertificate;
import org.alknet.core.tls.AcmeDirectory;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client's verifier table, each cell with a real handshake (core.md 10.3): what decides is
 * whether there are pins, and there is no way from one row to another.
 */
class ServerVerificationIT {
  private static final String NAME = "node.alknet.test";

  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private TestPki.Certified authority;
  private TestPki.Certified leaf;
  private AlknetDialer dialer;
  private AlknetEndpoint endpoint;

  @TempDir private Path directory;

  @BeforeEach
  void makeAuthority() throws Exception {
    authority = TestPki.authority("alknet test authority");
    leaf = TestPki.leaf(authority, TestPki.ec("secp256r1"), NAME, "127.0.0.1");
    dialer = trusting(authority.der());
    endpoint = Loopback.start(StaticConfig.defaults(), Loopback.peers().snapshot());
  }

  @AfterEach
  void stop() {
    dialer.close();
    endpoint.close();
  }

  @Test
  void certificateOfATrustedAuthorityForTheNameIsAccepted() throws Exception {
    serve(TestPki.identity(directory, leaf));

    Connection byName = dial(NAME, ConnectionCredentials.none());
    Connection byAddress = dial(null, ConnectionCredentials.none());

    assertThat(Loopback.echoed(byName, "by name")).isEqualTo("by name");
    assertThat(byName.remoteFingerprint()).contains(leaf.fingerprint());
    assertThat(Loopback.echoed(byAddress, "by address")).isEqualTo("by address");
  }

  @Test
  void everyKindOfLeafPassesTheAuthorityPath() throws Exception {
    for (var keys : List.of(TestPki.rsa(), TestPki.ec("secp384r1"), TestPki.ed25519())) {
      serve(TestPki.identity(directory, TestPki.leaf(authority, keys, NAME)));
      assertThat(Loopback.echoed(dial(NAME, ConnectionCredentials.none()), "x")).isEqualTo("x");
      endpoint.close();
    }
  }

  @Test
  void certificateForOtherNamesIsRefused() throws Exception {
    serve(TestPki.identity(directory, TestPki.leaf(authority, TestPki.rsa(), "other.alknet.test")));

    refused(NAME, ConnectionCredentials.none(), Reason.HOST_NAME_MISMATCH);
    refused(null, ConnectionCredentials.none(), Reason.HOST_NAME_MISMATCH);
  }

  @Test
  void certificateOfAnUnknownAuthorityIsRefused() throws Exception {
    TestPki.Certified stranger = TestPki.authority("alknet test authority");
    TestPki.Certified theirs = TestPki.leaf(stranger, TestPki.ec("secp256r1"), NAME);
    serve(TestPki.identity(directory, theirs, stranger));

    refused(NAME, ConnectionCredentials.none(), Reason.UNTRUSTED_CERTIFICATE);
  }

  @Test
  void expiredAndSelfSignedCertificatesAreRefusedWithoutAPin() throws Exception {
    serve(
        TestPki.identity(
            directory,
            TestPki.leaf(authority, TestPki.ec("secp256r1"), Duration.ofDays(-1), NAME)));
    refused(NAME, ConnectionCredentials.none(), Reason.UNTRUSTED_CERTIFICATE);
    // The pin row looks at nothing but the digest.
    assertThat(dial(NAME, Loopback.pinned(endpoint)).remoteFingerprint()).isPresent();
    endpoint.close();

    serve(new TlsIdentity.SelfSigned());
    refused("localhost", ConnectionCredentials.none(), Reason.UNTRUSTED_CERTIFICATE);
  }

  @Test
  void pinnedCertificateIsAcceptedAndAnotherIsRefused() throws Exception {
    serve(TestPki.identity(directory, TestPki.selfSigned(TestPki.ec("secp256r1"))));

    assertThat(dial(null, Loopback.pinned(endpoint)).remoteFingerprint())
        .isEqualTo(endpoint.fingerprint());
    refused(null, pin(leaf.fingerprint()), Reason.PIN_MISMATCH);
    refused(null, pin(serverKey.fingerprint()), Reason.PIN_MISMATCH);
  }

  @Test
  void anyPinOfAHubMayMatch() throws Exception {
    PeerEntry hub =
        PeerEntry.builder("hub").fingerprints(serverKey.fingerprint(), leaf.fingerprint()).build();
    ConnectionCredentials pinned =
        ConnectionCredentials.none().withRemoteIdentity(RemoteIdentity.forPeer(hub));
    serve(new TlsIdentity.RawKey(serverKey));
    assertThat(dial(null, pinned).remoteFingerprint()).contains(serverKey.fingerprint());
    endpoint.close();

    serve(TestPki.identity(directory, leaf));
    assertThat(dial(null, pinned).remoteFingerprint()).contains(leaf.fingerprint());
  }

  @Test
  void pinnedPeerThatShowsAValidCertificateInsteadIsRefused() throws Exception {
    serve(TestPki.identity(directory, leaf));

    refused(NAME, pin(serverKey.fingerprint()), Reason.PIN_MISMATCH);
  }

  @Test
  void pinOfACertificateIsNotMetByARawKey() throws Exception {
    serve(new TlsIdentity.RawKey(serverKey));

    refused(null, pin(leaf.fingerprint()), Reason.PIN_MISMATCH);
  }

  @Test
  void rawKeyWithoutAPinIsRefusedEvenIfItsCarrierIsTrusted() throws Exception {
    serve(new TlsIdentity.RawKey(serverKey));
    dialer.close();
    dialer = trusting(CarrierCertificate.build(serverKey.publicKey(), serverKey::sign));

    refused(NAME, ConnectionCredentials.none(), Reason.RAW_KEY_WITHOUT_PIN);
  }

  @Test
  void carrierWithMoreBehindItIsNoRawKey() throws Exception {
    byte[] carrier = CarrierCertificate.build(serverKey.publicKey(), serverKey::sign);
    Path cert =
        TestPki.writePem(directory.resolve("c.crt"), "CERTIFICATE", carrier, authority.der());
    byte[] key = org.alknet.core.internal.der.Ed25519Der.pkcs8(serverKey.revealSeed());
    serve(
        new TlsIdentity.X509(
            cert, TestPki.writePem(directory.resolve("c.key"), "PRIVATE KEY", key)));

    assertThat(endpoint.fingerprint().orElseThrow()).startsWith("SHA256:");
    refused(null, pin(serverKey.fingerprint()), Reason.PIN_MISMATCH);
    refused(NAME, ConnectionCredentials.none(), Reason.UNTRUSTED_CERTIFICATE);
    assertThat(dial(null, Loopback.pinned(endpoint)).remoteFingerprint())
        .isEqualTo(endpoint.fingerprint());
  }

  @Test
  void dialsThatCannotBeVerifiedFailBeforeAPacketIsSent() throws Exception {
    TransportConfig.Builder transport = TransportConfig.builder();
    Path empty = Files.writeString(directory.resolve("empty.pem"), "");
    PeerEntry disabled =
        PeerEntry.builder("p").fingerprints(serverKey.fingerprint()).enabled(false).build();
    ConnectionCredentials acme =
        pin(serverKey.fingerprint())
            .withLocalIdentity(
                new TlsIdentity.Acme(
                    List.of("example.org"),
                    directory,
                    new AcmeDirectory.Staging(),
                    Optional.empty()));

    cannot(transport.caBundle(directory.resolve("none.pem")), ConnectionCredentials.none(), "none");
    cannot(transport.caBundle(empty), ConnectionCredentials.none(), "empty");
    cannot(
        TransportConfig.builder(),
        ConnectionCredentials.none().withRemoteIdentity(RemoteIdentity.forPeer(disabled)),
        "disabled");
    cannot(TransportConfig.builder(), acme, "ACME");
  }

  private void cannot(
      TransportConfig.Builder transport, ConnectionCredentials credentials, String because) {
    try (AlknetDialer other = AlknetDialer.builder().transport(transport.build()).build()) {
      assertThatThrownBy(
              () -> await(other.dial(RemoteAddress.of("127.0.0.1", 9), ECHO, credentials)))
          .cause()
          .isInstanceOf(DialException.LocalSetup.class)
          .hasMessageContaining(because);
    }
  }

  private AlknetDialer trusting(byte[] certificate) throws Exception {
    Path bundle = Files.createTempFile(directory, "bundle", ".pem");
    return AlknetDialer.builder()
        .transport(
            TransportConfig.builder()
                .caBundle(TestPki.writePem(bundle, "CERTIFICATE", certificate))
                .build())
        .build();
  }

  private void serve(TlsIdentity identity) throws Exception {
    endpoint =
        Loopback.start(
            Loopback.listening(serverKey)
                .tlsIdentity(identity)
                .drainTimeout(Duration.ofMillis(50))
                .build(),
            Loopback.peers().snapshot(),
            Loopback.echo());
  }

  private static ConnectionCredentials pin(String fingerprint) {
    return ConnectionCredentials.none().withRemoteIdentity(RemoteIdentity.of(fingerprint));
  }

  private Connection dial(@Nullable String serverName, ConnectionCredentials credentials)
      throws Exception {
    RemoteAddress bound = Loopback.address(endpoint);
    return await(
        dialer.dial(
            new RemoteAddress(bound.host(), bound.port(), Optional.ofNullable(serverName)),
            ECHO,
            credentials));
  }

  private void refused(
      @Nullable String serverName, ConnectionCredentials credentials, Reason reason) {
    int before = endpoint.activeConnections();
    assertThatThrownBy(() -> dial(serverName, credentials))
        .cause()
        .isInstanceOfSatisfying(
            DialException.PeerVerification.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.presentedFingerprint()).isEqualTo(endpoint.fingerprint());
            });
    assertThat(endpoint.activeConnections()).isEqualTo(before);
  }
}
