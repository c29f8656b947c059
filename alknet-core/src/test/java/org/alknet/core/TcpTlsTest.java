package org.alknet.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.TrustManagerFactory;
import org.alknet.core.tls.AcmeDirectory;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** X.509 identities in the JDK's TLS. */
class TcpTlsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "Ed25519"})
  void aServerShowsTheCertificateOfItsFiles(String kind) throws Exception {
    KeyPair keys =
        switch (kind) {
          case "EC" -> TestPki.ec("secp256r1");
          case "RSA" -> TestPki.rsa();
          default -> TestPki.ed25519();
        };
    TestPki.Certified authority = TestPki.authority("root");
    TestPki.Certified leaf = TestPki.leaf(authority, keys, "localhost");

    SSLContext server = TcpTls.serverContext(TestPki.identity(folder, leaf));

    assertThat(shown(server, authority.certificate())).isEqualTo(leaf.certificate());
  }

  @Test
  void aRawKeyIsRefusedWithTheReason() throws Exception {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    try {
      assertThatThrownBy(() -> TcpTls.serverContext(new TlsIdentity.RawKey(key)))
          .isInstanceOf(EndpointException.TlsConfig.class)
          .hasMessageContaining("raw key");
    } finally {
      key.destroy();
    }
  }

  @Test
  void whatCannotBeLoadedIsRefusedWithTheReason() {
    Path none = folder.resolve("none.pem");
    assertThatThrownBy(() -> TcpTls.serverContext(new TlsIdentity.X509(none, none)))
        .isInstanceOf(EndpointException.TlsConfig.class)
        .hasMessageContaining("none.pem");
    assertThatThrownBy(
            () ->
                TcpTls.serverContext(
                    new TlsIdentity.Acme(
                        List.of("example.org"),
                        folder,
                        new AcmeDirectory.Production(),
                        java.util.Optional.empty())))
        .isInstanceOf(EndpointException.TlsConfig.class)
        .hasMessageContaining("ACME");
  }

  @Test
  void aSelfSignedCertificateIsMadeForEachContext() throws Exception {
    assertThat(TcpTls.serverContext(new TlsIdentity.SelfSigned())).isNotNull();
  }

  @Test
  void aSelfSignedCertificateIsKeptInFilesAndItsKeyIsWiped() throws Exception {
    Path cert = folder.resolve("own.crt");
    Path key = folder.resolve("own.key");
    SelfSignedCertificate made =
        SelfSignedCertificate.create(
            Set.of("localhost", "node.example"), Set.of(InetAddress.getByName("192.0.2.1")));
    try (made) {
      Files.write(cert, made.certificatePem());
      Files.write(key, made.revealKeyPem());
    }

    SSLContext server = TcpTls.serverContext(new TlsIdentity.X509(cert, key));
    assertThat(shown(server, made.certificate())).isEqualTo(made.certificate());
    assertThat(made.certificate().getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactlyInAnyOrder("localhost", "node.example", "192.0.2.1");
    assertThat(new String(made.revealKeyPem(), StandardCharsets.US_ASCII).lines().toList())
        .element(1)
        .asString()
        .matches("A{64}");
    for (Set<String> none : List.of(Set.<String>of(), Set.of(""), Set.of("n\u00f6de"))) {
      assertThatThrownBy(() -> SelfSignedCertificate.create(none, Set.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Makes a handshake in memory and returns the server's certificate. */
  private static X509Certificate shown(SSLContext server, X509Certificate trusted)
      throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("root", trusted);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext client = SSLContext.getInstance("TLS");
    client.init(null, trust.getTrustManagers(), null);
    SSLEngine one = client.createSSLEngine("localhost", 443);
    one.setUseClientMode(true);
    SSLEngine two = server.createSSLEngine();
    two.setUseClientMode(false);
    one.beginHandshake();
    two.beginHandshake();
    ByteBuffer toTwo = ByteBuffer.allocate(100_000);
    ByteBuffer toOne = ByteBuffer.allocate(100_000);
    for (int i = 0; i < 100 && !isDone(one, two); i++) {
      step(one, toTwo, toOne);
      step(two, toOne, toTwo);
    }
    return (X509Certificate) one.getSession().getPeerCertificates()[0];
  }

  private static boolean isDone(SSLEngine one, SSLEngine two) {
    return one.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && two.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws Exception {
    engine.wrap(ByteBuffer.allocate(0), out);
    in.flip();
    engine.unwrap(in, ByteBuffer.allocate(40_000));
    in.compact();
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
