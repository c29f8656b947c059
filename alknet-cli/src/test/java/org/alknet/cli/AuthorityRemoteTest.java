package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.core.SelfSignedCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with a certificate instead of a raw key, for whom an authority has to vouch. */
class AuthorityRemoteTest {
  private static final String NAME = "node.alknet.test";

  @TempDir static Path temp;

  private static Node node;
  private static String address;
  private static String fingerprint;

  @BeforeAll
  static void serve() throws Exception {
    try (SelfSignedCertificate made = SelfSignedCertificate.create(Set.of(NAME), Set.of())) {
      Files.write(temp.resolve("authority.pem"), made.certificatePem());
      Path key = Files.write(temp.resolve("node.pem"), made.revealKeyPem());
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }
    Path data = Files.createDirectory(temp.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        data.resolve("alknet.toml"),
        """
        listen_addr = "127.0.0.1:0"
        [tls_identity]
        type = "x509"
        cert = "../authority.pem"
        key = "../node.pem"
        [demo]
        enabled = true
        """);
    Files.writeString(temp.resolve("client.toml"), "[transport]\nca_bundle = \"authority.pem\"\n");
    node = NodeBuilder.fromConfig(data.resolve("alknet.toml")).start();
    address = node.listening().get(0);
    fingerprint = node.fingerprint();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Result run(String... arguments) {
    return new InProcess(temp).run(arguments);
  }

  /** Trusts the authority of the node. */
  private static Result trusting(String... arguments) {
    List<String> line = new ArrayList<>(List.of("-C", "client.toml"));
    line.addAll(Arrays.asList(arguments));
    return run(line.toArray(String[]::new));
  }

  @Test
  void certificateForAnotherNameIs11AndSaysHowToGoOn() {
    Result call = trusting("call", "-r", address, "demo/echo");
    Result json = trusting("call", "-r", address, "demo/echo", "--json");

    assertThat(call.exit()).as(call.err()).isEqualTo(11);
    assertThat(call.out()).isEmpty();
    assertThat(call.err())
        .startsWith(
            "cannot verify " + address + ": its certificate is for another name than 127.0.0.1\n")
        .contains("--server-name", "-r FINGERPRINT@HOST:PORT");
    assertThat(json.exit()).isEqualTo(11);
    assertThat(json.out()).isEmpty();
    assertThat(json.err()).contains("\"exit\":11").contains("another name than 127.0.0.1");
  }

  @Test
  void savedRemoteHasTheNameItsCertificateIsFor() {
    Result wrong = trusting("remote", "add", "hub", address, "--server-name", "other.alknet.test");
    Result missing = trusting("remote", "show", "hub");
    Result right = trusting("remote", "add", "hub", address, "--server-name", NAME);
    Result call = trusting("call", "-r", "hub", "demo/echo", "{\"a\":1}");
    Result untrusting = run("call", "-r", "hub", "demo/echo");

    assertThat(wrong.exit()).as(wrong.err()).isEqualTo(11);
    assertThat(wrong.err()).contains("another name than other.alknet.test");
    assertThat(missing.exit()).isEqualTo(6);
    assertThat(right.exit()).as(right.err()).isZero();
    assertThat(right.err()).contains("verified by certificate authority, for " + NAME);
    assertThat(call.exit()).as(call.err()).isZero();
    assertThat(call.out()).isEqualTo("{\"a\":1}\n");
    assertThat(untrusting.exit()).as("the JDK knows no such authority").isEqualTo(11);
    assertThat(untrusting.err())
        .contains("no certificate authority vouches for it", "transport.ca_bundle");
  }

  @Test
  void pinNeedsNeitherAuthorityNorConfiguration() throws Exception {
    Files.writeString(temp.resolve("broken.toml"), "nonsense = = 1\n");
    Result pinned =
        run("-C", "broken.toml", "call", "-r", fingerprint + "@" + address, "demo/echo");
    Result other = run("call", "-r", "ed25519:" + "a1".repeat(32) + "@" + address, "demo/echo");

    assertThat(pinned.exit()).as(pinned.err()).isZero();
    assertThat(other.exit()).isEqualTo(11);
    assertThat(other.err()).contains("it presented " + fingerprint);
  }

  @Test
  void bundleThatCannotBeReadIs3AndTrustsNobody() throws Exception {
    Files.writeString(temp.resolve("gone.toml"), "[transport]\nca_bundle = \"gone.pem\"\n");
    Result call = run("-C", "gone.toml", "call", "-r", address, "demo/echo");

    assertThat(call.exit()).as(call.err()).isEqualTo(3);
    assertThat(call.err()).contains("gone.pem");
  }
}
