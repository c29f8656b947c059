package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates and keys from PEM files, and certificates made on the fly (core.md 10.1, 10.5). */
class PemIdentityIT {
  private final Ed25519SecretKey anyKey = Ed25519SecretKey.generate();
  private final AlknetDialer dialer = AlknetDialer.create();
  private final CompletableFuture<AuthContext> seen = new CompletableFuture<>();
  private AlknetEndpoint endpoint;

  @TempDir private Path directory;

  @BeforeEach
  void startWithoutListening() throws Exception {
    endpoint = Loopback.start(StaticConfig.defaults(), Loopback.peers().snapshot());
  }

  @AfterEach
  void stop() {
    dialer.close();
    endpoint.close();
  }

  /** How keys come in files, and what is inside. */
  static Stream<Arguments> keyFiles() {
    return Stream.of(
        Arguments.of("RSA", "PRIVATE KEY"),
        Arguments.of("RSA", "RSA PRIVATE KEY"),
        Arguments.of("secp256r1", "PRIVATE KEY"),
        Arguments.of("secp256r1", "EC PRIVATE KEY"),
        Arguments.of("secp384r1", "PRIVATE KEY"),
        Arguments.of("secp384r1", "EC PRIVATE KEY"),
        Arguments.of("Ed25519", "PRIVATE KEY"));
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("keyFiles")
  void bothSidesProveKeysFromPemFiles(String kind, String label) throws Exception {
    TestPki.Certified server = TestPki.selfSigned(keys(kind));
    TestPki.Certified client = TestPki.selfSigned(keys(kind));
    endpoint = start(files(server, label), entry("worker", client.fingerprint()));

    Connection connection =
        await(
            dialer.dial(
                Loopback.address(endpoint),
                ECHO,
                Loopback.pinned(endpoint).withLocalIdentity(files(client, label))));

    assertThat(endpoint.fingerprint()).contains(server.fingerprint());
    assertThat(connection.remoteFingerprint()).contains(server.fingerprint());
    assertThat(await(seen).tlsClientFingerprint()).contains(client.fingerprint());
    assertThat(await(seen).identity().orElseThrow().id()).isEqualTo("worker");
  }

  @Test
  void aPeerIsTheSameByItsCertificateAndByItsRawKey() throws Exception {
    TestPki.Certified certificate = TestPki.selfSigned(TestPki.ec("secp256r1"));
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    endpoint =
        start(
            new TlsIdentity.RawKey(anyKey),
            entry("hub", certificate.fingerprint(), key.fingerprint()));
    Connection byCertificate =
        await(
            dialer.dial(
                Loopback.address(endpoint),
                ECHO,
                Loopback.pinned(endpoint)
                    .withLocalIdentity(TestPki.identity(directory, certificate))));

    assertThat(await(seen).identity().orElseThrow().id()).isEqualTo("hub");
    assertThat(await(seen).tlsClientFingerprint()).contains(certificate.fingerprint());
    assertThat(Loopback.echoed(byCertificate, "by certificate")).isEqualTo("by certificate");
    Connection byKey =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(key, endpoint)));
    assertThat(Loopback.echoed(byKey, "by key")).isEqualTo("by key");
    assertThat(endpoint.activeConnections()).isEqualTo(2);
  }

  @Test
  void selfSignedIdentityServesUnderANewNameAtEachStart() throws Exception {
    endpoint = start(new TlsIdentity.SelfSigned());
    String first = endpoint.fingerprint().orElseThrow();
    Connection connection =
        await(
            dialer.dial(
                Loopback.address(endpoint),
                ECHO,
                Loopback.pinned(endpoint).withLocalIdentity(new TlsIdentity.SelfSigned())));

    assertThat(first).startsWith("SHA256:");
    assertThat(connection.remoteFingerprint()).contains(first);
    // A throw-away certificate would identify nobody, so a client presents none.
    assertThat(await(seen).tlsClientFingerprint()).isEmpty();
    endpoint.close();
    endpoint = start(new TlsIdentity.SelfSigned());
    assertThat(endpoint.fingerprint()).isPresent().isNotEqualTo(java.util.Optional.of(first));
  }

  @Test
  void filesThatCannotBeUsedAreTlsConfigErrors() throws Exception {
    TestPki.Certified ec = TestPki.selfSigned(TestPki.ec("secp256r1"));
    TlsIdentity.X509 good = TestPki.identity(directory, ec);
    Path nothing = directory.resolve("missing.pem");
    Path text = Files.writeString(directory.resolve("text.pem"), "not a certificate\n");
    Path ofAnother = TestPki.identity(directory, TestPki.selfSigned(TestPki.ec("secp256r1"))).key();
    Path rsa = TestPki.identity(directory, TestPki.selfSigned(TestPki.rsa())).key();
    Path encrypted =
        TestPki.writePem(directory.resolve("e.key"), "ENCRYPTED PRIVATE KEY", new byte[80]);
    Path garbage = TestPki.writePem(directory.resolve("g.key"), "PRIVATE KEY", new byte[80]);
    TestPki.Certified unusual = TestPki.selfSigned(TestPki.ec("secp521r1"));

    refused(new TlsIdentity.X509(nothing, good.key()), "certificate file not found");
    refused(new TlsIdentity.X509(text, good.key()), "certificate");
    refused(new TlsIdentity.X509(good.cert(), nothing), "key file not found");
    refused(new TlsIdentity.X509(good.cert(), text), "no private key in");
    refused(new TlsIdentity.X509(good.cert(), good.cert()), "no private key in");
    refused(new TlsIdentity.X509(good.cert(), ofAnother), "does not belong");
    refused(new TlsIdentity.X509(good.cert(), rsa), "EC key");
    refused(new TlsIdentity.X509(good.cert(), encrypted), "unencrypted PKCS#8");
    refused(new TlsIdentity.X509(good.cert(), garbage), "key");
    refused(new TlsIdentity.X509(directory, good.key()), "cannot read certificates");
    refused(TestPki.identity(directory, unusual), "P-256 or P-384");
  }

  @Test
  void reloadedFilesServeNewConnectionsAndOldOnesKeepTheirs() throws Exception {
    TlsIdentity.X509 files =
        TestPki.identity(directory, TestPki.selfSigned(TestPki.ec("secp256r1")));
    endpoint = start(files);
    Connection before =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
    TestPki.Certified renewed = TestPki.selfSigned(TestPki.ec("secp384r1"));
    Files.copy(
        TestPki.identity(directory, renewed).cert(),
        files.cert(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    // The certificate is new and the key is not: half a renewal must not be put in force.
    String old = endpoint.fingerprint().orElseThrow();
    assertThatThrownBy(() -> endpoint.reloadTls()).isInstanceOf(EndpointException.TlsConfig.class);
    assertThat(endpoint.fingerprint()).contains(old);
    TestPki.writePem(files.key(), "PRIVATE KEY", renewed.keys().getPrivate().getEncoded());
    endpoint.reloadTls();

    assertThat(endpoint.fingerprint()).contains(renewed.fingerprint());
    Connection after =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.pinned(endpoint)));
    assertThat(after.remoteFingerprint()).contains(renewed.fingerprint());
    assertThat(Loopback.echoed(before, "still here")).isEqualTo("still here");
    assertThat(before.remoteFingerprint()).contains(old);
  }

  private void refused(TlsIdentity identity, String because) {
    assertThatThrownBy(() -> start(identity))
        .cause()
        .isInstanceOf(EndpointException.TlsConfig.class)
        .hasMessageStartingWith("tls config error: ")
        .hasMessageContaining(because);
  }

  private TlsIdentity.X509 files(TestPki.Certified identity, String label) throws Exception {
    TlsIdentity.X509 files = TestPki.identity(directory, identity);
    byte[] pkcs8 = identity.keys().getPrivate().getEncoded();
    TestPki.writePem(
        files.key(), label, label.equals("PRIVATE KEY") ? pkcs8 : TestPki.unwrapPkcs8(pkcs8));
    return files;
  }

  private static KeyPair keys(String kind) throws Exception {
    return switch (kind) {
      case "RSA" -> TestPki.rsa();
      case "Ed25519" -> TestPki.ed25519();
      default -> TestPki.ec(kind);
    };
  }

  private AlknetEndpoint start(TlsIdentity identity, PeerEntry... peers) throws Exception {
    StaticConfig config =
        Loopback.listening(anyKey)
            .tlsIdentity(identity)
            .drainTimeout(Duration.ofMillis(50))
            .build();
    return Loopback.start(
        config,
        Loopback.peers(peers).snapshot(),
        Loopback.handler(
            ECHO,
            (connection, auth) -> {
              seen.complete(auth);
              return Loopback.echo().handle(connection, auth);
            }));
  }

  private static PeerEntry entry(String id, String... fingerprints) {
    return PeerEntry.builder(id).fingerprints(fingerprints).build();
  }
}
