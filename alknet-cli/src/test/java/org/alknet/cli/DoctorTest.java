package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.core.SelfSignedCertificate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nothing on a healthy node, and each planted fault by its name. */
class DoctorTest {
  @TempDir Path home;

  private Path root;

  @BeforeEach
  void healthyNode() throws Exception {
    root = home.resolve(".alknet");
    TestVault.create(root, TestVault.PHRASE);
    run("init", "--vault", "--password-file", "password", "--listen", "127.0.0.1:0");
    secret("value", "a value");
    run("credential", "put", "openai", "--file", "value");
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private void secret(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    mode(file, "rw-------");
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private static List<String> complaints(Result result) {
    List<String> complaints = new ArrayList<>();
    for (JsonNode finding :
        JsonMapper.shared().readTree(result.out()).path("data").path("findings").values()) {
      if (!finding.path("status").asString().equals("ok")) {
        complaints.add(finding.path("status").asString() + " " + finding.path("check").asString());
        assertThat(finding.path("fix").asString()).as(finding.toString()).isNotEmpty();
      }
    }
    return complaints;
  }

  private List<String> doctor(String... more) {
    List<String> line = new ArrayList<>(List.of("doctor", "--json"));
    line.addAll(List.of(more));
    Result result = run(line.toArray(String[]::new));
    List<String> complaints = complaints(result);
    assertThat(result.exit())
        .isEqualTo(complaints.stream().anyMatch(c -> c.startsWith("fail")) ? 28 : 0);
    return complaints;
  }

  @Test
  void healthyNodeHasNothing() throws Exception {
    assertThat(doctor("--unlock")).isEmpty();
    try (Node node = NodeBuilder.fromConfig(root.resolve("alknet.toml")).start()) {
      assertThat(doctor("--unlock")).isEmpty();
      Result people = run("doctor");
      assertThat(people.exit()).isZero();
      assertThat(people.out())
          .contains("ok    loopback: the node at ")
          .contains("ok    wake-up: a change is noticed after ")
          .contains("0 failed, 0 warnings");
      assertThat(node.fingerprint()).startsWith("ed25519:");
    }
  }

  @Test
  void openFilesAndDirectoriesAreFound() throws Exception {
    run("-d", "plain", "init");
    plant(root, "rwxrwx---", "fail data directory");
    plant(root, "rwxr-x---", "warn data directory");
    plant(root.resolve("operator.key"), "rw-r-----", "fail keys");
    plant(root.resolve("alknet.toml"), "rw-rw----", "fail configuration");
    plant(root.resolve("alknet.db"), "rw-r-----", "fail store");
    plant(root.resolve("vault.json"), "rw-r-----", "fail keystore");
    plant(home.resolve("password"), "rw-r-----", "fail keystore");
    Path nodeKey = home.resolve("plain/node.key");
    mode(nodeKey, "rw-r--r--");
    assertThat(doctor("-d", "plain")).contains("fail keys");
    mode(nodeKey, "rw-------");
    Files.writeString(
        home.resolve("plain/alknet.toml"),
        "[tls_identity]\ntype = \"raw_key\"\nkey_file = \"moved.key\"\n");
    Files.move(nodeKey, home.resolve("plain/moved.key"));
    assertThat(doctor("-d", "plain")).doesNotContain("fail keys");
    mode(home.resolve("plain/moved.key"), "rw-r--r--");
    assertThat(doctor("-d", "plain")).contains("fail keys");
  }

  private void plant(Path file, String mode, String expected) throws IOException {
    Set<PosixFilePermission> before = Files.getPosixFilePermissions(file);
    mode(file, mode);
    assertThat(doctor()).as(file + " " + mode).contains(expected);
    Files.setPosixFilePermissions(file, before);
    assertThat(doctor()).as(file + " mended").isEmpty();
  }

  @Test
  void wrongFilesAreFound() throws Exception {
    replace("alknet.toml", "[demo]\nenable = true\n", "fail configuration");
    replace("operator.key", "not a key\n", "fail keys");
    replace("alknet.db", "not a database, but long enough to look like one\n", "fail store");
    Path state = root.resolve("run/serve.json");
    Files.createDirectories(root.resolve("run"));
    Files.writeString(state, "{\"version\":1,\"pid\":999999999}");
    assertThat(doctor()).containsExactly("warn run state");
    Files.delete(state);
    Files.setLastModifiedTime(
        root.resolve("alknet.db"), FileTime.from(Instant.now().plus(Duration.ofDays(2))));
    assertThat(doctor()).contains("warn clock");
  }

  private void replace(String name, String content, String expected) throws IOException {
    Path file = root.resolve(name);
    byte[] before = Files.readAllBytes(file);
    Files.writeString(file, content);
    assertThat(doctor()).as(name).contains(expected);
    Files.write(file, before);
    assertThat(doctor()).as(name + " mended").isEmpty();
  }

  @Test
  void missingFilesAreFound() throws Exception {
    assertThat(doctor("-d", "nowhere")).contains("fail data directory");
    for (String name : List.of(".alknet/vault.json", "password")) {
      Path file = home.resolve(name);
      Path aside = home.resolve("aside");
      Files.move(file, aside);
      assertThat(doctor()).as(name).contains("fail keystore");
      Files.move(aside, file);
    }
    assertThat(doctor()).isEmpty();
  }

  @Test
  void anotherKeystoreAndCredentialsItCannotReadAreFound() throws Exception {
    TestVault.create(home.resolve("other"), TestVault.OTHER_PHRASE);
    Path keystore = root.resolve("vault.json");
    Files.copy(home.resolve("other/vault.json"), keystore, StandardCopyOption.REPLACE_EXISTING);

    assertThat(doctor("--unlock")).contains("fail keystore", "fail credentials");
    // The configuration names the password, so that the check of it opens the vault as well.
    assertThat(doctor()).containsExactly("fail configuration");
  }

  @Test
  void credentialsWithoutAVaultPeersWithoutAKeyAndSecretsInVariablesAreFound() throws Exception {
    String configuration = Files.readString(root.resolve("alknet.toml"));
    Files.writeString(root.resolve("alknet.toml"), "listen_addr = \"127.0.0.1:0\"\n");
    assertThat(doctor()).contains("warn credentials");
    Files.writeString(root.resolve("alknet.toml"), configuration);
    Files.writeString(
        home.resolve("p.jsonl"), "{\"peer_id\":\"ghost\",\"fingerprints\":[],\"scopes\":[]}\n");
    run("peer", "import", "p.jsonl", "--yes");
    assertThat(doctor()).containsExactly("warn peers");
    Result variables =
        new InProcess(home).with("ALKNET_MY_PASSWORD", "canary").run("doctor", "--json");
    assertThat(complaints(variables)).contains("warn environment");
    assertThat(variables.out() + variables.err()).doesNotContain("canary");
  }

  @Test
  void takenPortAndRefusedReloadAreFound() throws Exception {
    try (DatagramChannel taken = DatagramChannel.open()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = ((InetSocketAddress) taken.getLocalAddress()).getPort();
      Path file = root.resolve("alknet.toml");
      String configuration = Files.readString(file);
      Files.writeString(file, configuration.replace("127.0.0.1:0", "127.0.0.1:" + port));
      assertThat(doctor()).contains("fail udp port");
      Files.writeString(file, configuration);
    }
    Path file = root.resolve("alknet.toml");
    String configuration = Files.readString(file);
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      Files.writeString(file, configuration + "\n[nonsense]\n");
      node.reload();
      assertThat(doctor()).contains("warn node", "fail configuration");
    }
  }

  @Test
  void disabledPeerThatIsStillConnectedIsFound() throws Exception {
    run("peer", "disable", "operator");
    try (Node node = NodeBuilder.fromConfig(root.resolve("alknet.toml")).start()) {
      assertThat(doctor()).isEmpty();
      Path state = root.resolve("run/serve.json");
      String said = Files.readString(state);
      assertThat(said).contains("\"peers_connected\" : [ ]");
      Files.writeString(
          state,
          said.replace("\"peers_connected\" : [ ]", "\"peers_connected\" : [ \"operator\" ]"));

      assertThat(doctor()).containsExactly("warn peers");
      assertThat(run("status").out()).contains("operator");
      assertThat(node.peers()).isOne();
    }
  }

  @Test
  void whatIsWrongWithTheHttpFaceIsFound() throws Exception {
    Path file = root.resolve("alknet.toml");
    String configuration = Files.readString(file);
    String certificate = "cert = \"web.crt\"\nkey = \"web.key\"\n";
    certificate();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      Files.writeString(
          file, configuration + "[http]\nlisten_addr = \"" + address + "\"\n" + certificate);
      assertThat(doctor()).containsExactly("fail tcp port");
    }
    Files.writeString(file, configuration + "[http]\n" + certificate);
    assertThat(doctor()).isEmpty();
    mode(root.resolve("web.key"), "rw-r--r--");
    assertThat(doctor()).containsExactly("fail http certificate");
    mode(root.resolve("web.key"), "rw-r-----");
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(doctor()).isEmpty();
      certificate();
      assertThat(doctor()).containsExactly("warn http");
      assertThat(node.reload().accepted()).isTrue();
      assertThat(doctor()).isEmpty();
    }
    Files.writeString(root.resolve("web.crt"), "nothing");
    assertThat(doctor()).containsExactly("fail configuration", "fail http certificate");
  }

  private void certificate() throws IOException {
    try (SelfSignedCertificate made =
        SelfSignedCertificate.create(
            Set.of("localhost"), Set.of(InetAddress.getLoopbackAddress()))) {
      Files.write(root.resolve("web.crt"), made.certificatePem());
      Files.write(root.resolve("web.key"), made.revealKeyPem());
      mode(root.resolve("web.key"), "rw-------");
    }
  }

  @Test
  void bundleHasTheFindingsAndNoSecret() throws Exception {
    Result result = run("doctor", "--unlock", "--bundle", "report.json");

    assertThat(result.exit()).isZero();
    String report = Files.readString(home.resolve("report.json"));
    PublishedShapes.check(report);
    assertThat(report).contains("\"kind\":\"doctor\"").doesNotContain("correct horse", "a value");
    assertThat(run("doctor", "--bundle", "report.json").exit()).isEqualTo(8);
  }
}
