package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.core.SelfSignedCertificate;
import org.alknet.core.connection.Alpn;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The HTTP face of a whole node. */
class HttpNodeTest {
  @TempDir Path temp;

  private DataDirectory data() {
    return new DataDirectory(temp.resolve("data"));
  }

  private NodeBuilder builder() {
    return NodeBuilder.create()
        .dataDirectory(data().root())
        .listen("127.0.0.1:0")
        .demoOperations(true);
  }

  private NodeBuilder configured(String http) throws Exception {
    data().create();
    Path file = data().root().resolve("alknet.toml");
    Files.writeString(file, "listen_addr = \"127.0.0.1:0\"\n[http]\n" + http);
    return NodeBuilder.fromConfig(file);
  }

  private static X509Certificate certificate(Path file) throws Exception {
    try (InputStream in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static SSLContext trusting(Certificate certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("node", certificate);
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /**
   * What came back.
   *
   * @param status of the reply
   * @param body of it
   */
  private record Reply(int status, String body) {}

  private static Reply get(Node node, String path) throws Exception {
    return exchange(node, path, null);
  }

  /** A new connection each time, which trusts the certificate in the file. */
  private static Reply exchange(Node node, String path, @Nullable String json) throws Exception {
    HttpState http = node.http().orElseThrow();
    HttpsURLConnection connection =
        (HttpsURLConnection) URI.create(http.url() + path).toURL().openConnection();
    connection.setSSLSocketFactory(
        trusting(certificate(http.certificateFile())).getSocketFactory());
    connection.setConnectTimeout(30_000);
    connection.setReadTimeout(30_000);
    if (json != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
    }
    int status = connection.getResponseCode();
    InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    try (body) {
      return new Reply(status, new String(body.readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      connection.disconnect();
    }
  }

  /** Writes a pair of files, as somebody who renews certificates does. */
  private String renew(String name) throws Exception {
    try (SelfSignedCertificate made =
        SelfSignedCertificate.create(
            Set.of("localhost"), Set.of(InetAddress.getLoopbackAddress()))) {
      Files.write(data().root().resolve(name + ".crt"), made.certificatePem());
      Files.write(data().root().resolve(name + ".key"), made.revealKeyPem());
      return HttpCertificate.fingerprint(made.certificate());
    }
  }

  @Test
  void aNodeServesHttpOnThePortOfItsEndpointWithACertificateItMakes() throws Exception {
    InetSocketAddress gone;
    try (Node node = builder().http().start()) {
      HttpState http = node.http().orElseThrow();
      gone = HostPorts.parse(http.addresses().get(0));

      assertThat(http.addresses()).isEqualTo(node.listening());
      assertThat(node.summary().httpMoved()).isFalse();
      assertThat(node.alpns()).map(Alpn::toString).containsExactly("alknet/call", "h2", "http/1.1");
      Reply called = exchange(node, "/call", "{\"operation\":\"demo/echo\",\"input\":{\"a\":1}}");
      assertThat(called.status()).isEqualTo(200);
      assertThat(called.body()).contains("\"output\":{\"a\":1}");
      assertThat(get(node, "/healthz")).isEqualTo(new Reply(200, "ok"));
      RunState told = RunState.ofRunningNode(node.directory()).orElseThrow();
      assertThat(told.http().orElseThrow().certificate()).isEqualTo(http.certificate());
      assertThat(told.http().orElseThrow().selfSigned()).isTrue();
      assertThat(mode(data().httpCertificate().key())).isEqualTo("rw-------");
    }
    try (Socket late = new Socket()) {
      assertThatThrownBy(() -> late.connect(gone)).isInstanceOf(ConnectException.class);
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aNodeWithoutTheTableServesNoHttp() throws Exception {
    try (Node node = builder().start()) {
      assertThat(node.http()).isEmpty();
      assertThat(node.alpns()).hasSize(1);
      assertThat(data().httpCertificate().cert()).doesNotExist();
    }
  }

  @Test
  void everySettingOfTheTableTakesEffect() throws Exception {
    data().create();
    Path site = Files.createDirectories(temp.resolve("site"));
    Files.writeString(site.resolve("index.html"), "a page");
    renew("web");
    try (Node node =
        configured(
                """
                listen_addr = ["127.0.0.1:0"]
                cert = "web.crt"
                key = "web.key"
                decoy = "site:%s"
                stealth = "conceal"
                hosts = ["127.0.0.1"]
                health_path = "/alive"
                [demo]
                enabled = true
                """
                    .formatted(site))
            .start()) {
      assertThat(node.http().orElseThrow().addresses()).isNotEqualTo(node.listening());
      assertThat(node.http().orElseThrow().selfSigned()).isFalse();
      assertThat(get(node, "/").body()).isEqualTo("a page");
      assertThat(get(node, "/alive").body()).isEqualTo("ok");
      assertThat(get(node, "/search").status()).isEqualTo(404);
    }
    assertThat(data().httpCertificate().cert()).doesNotExist();
  }

  @Test
  void aReloadShowsTheRenewedCertificateAndKeepsTheOldOneIfTheNewOneIsBroken() throws Exception {
    data().create();
    String first = renew("web");
    try (Node node = configured("cert = \"web.crt\"\nkey = \"web.key\"\n").start()) {
      assertThat(node.http().orElseThrow().certificate()).isEqualTo(first);
      assertThat(node.reload().changes()).isEmpty();
      String second = renew("web");
      assertThat(
              DryAssembly.compare(node.configuration().orElseThrow(), node.directory()).changes())
          .containsEntry("http_certificate", first + "->" + second);
      ReloadReport renewed = node.reload();
      assertThat(renewed.accepted()).isTrue();
      assertThat(renewed.changes()).containsEntry("http_certificate", first + "->" + second);
      assertThat(get(node, "/healthz").status()).isEqualTo(200);

      Files.writeString(data().root().resolve("web.key"), "no key\n");
      ReloadReport broken = node.reload();
      assertThat(broken.accepted()).isFalse();
      assertThat(broken.problems()).anyMatch(problem -> problem.contains("no private key in"));
      assertThat(node.http().orElseThrow().certificate()).isEqualTo(second);
      assertThat(get(node, "/healthz").status()).isEqualTo(200);
    }
  }

  @Test
  void aPortThatIsTakenIsGivenUpUnlessItWasAskedFor() throws Exception {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThatThrownBy(() -> builder().http(address).start())
          .isInstanceOfSatisfying(
              NodeException.class,
              refused -> {
                assertThat(refused.kind()).isEqualTo(Kind.CANNOT_START);
                assertThat(refused).hasMessageContaining(address + "/tcp");
              });
      assertThatThrownBy(() -> builder().listen(address).http().start())
          .isInstanceOfSatisfying(
              NodeException.class,
              refused -> assertThat(refused.kind()).isEqualTo(Kind.CANNOT_START));
    }
  }

  @Test
  void itsOwnCertificateIsKeptWhileItWillDo() throws Exception {
    data().create();
    HttpCertificate own = new HttpCertificate(data().httpCertificate(), true);
    List<InetSocketAddress> loopback =
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    own.makeIfOwn(Set.of(), loopback);
    String first = HttpCertificate.fingerprint(own.leaf());
    own.makeIfOwn(Set.of("localhost"), loopback);
    assertThat(HttpCertificate.fingerprint(own.leaf())).isEqualTo(first);

    own.makeIfOwn(Set.of("node.example", "[::1]", "192.0.2.7"), loopback);
    String second = HttpCertificate.fingerprint(own.leaf());
    assertThat(second).isNotEqualTo(first);
    assertThat(own.leaf().getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .contains("localhost", "node.example", "192.0.2.7", "127.0.0.1");

    Files.delete(data().httpCertificate().key());
    own.makeIfOwn(Set.of("node.example"), loopback);
    assertThat(HttpCertificate.fingerprint(own.leaf())).isNotEqualTo(second);
    Files.setPosixFilePermissions(
        data().httpCertificate().key(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> own.makeIfOwn(Set.of(), loopback))
        .isInstanceOfSatisfying(
            NodeException.class, refused -> assertThat(refused.kind()).isEqualTo(Kind.UNSAFE));
  }

  @Test
  void aCertificateThatIsMissingOrHalfOfItKeepsTheNodeFromStarting() throws Exception {
    data().create();
    renew("web");
    renew("other");
    for (String pair :
        List.of("\"no.crt\"\nkey = \"web.key\"", "\"web.crt\"\nkey = \"other.key\"")) {
      NodeBuilder builder = configured("cert = " + pair + "\n");
      assertThatThrownBy(builder::dry)
          .isInstanceOfSatisfying(
              NodeException.class,
              refused -> assertThat(refused.kind()).isEqualTo(Kind.CONFIGURATION));
      assertThatThrownBy(builder::start)
          .isInstanceOfSatisfying(
              NodeException.class,
              refused -> assertThat(refused.kind()).isEqualTo(Kind.CONFIGURATION));
    }
  }
}
