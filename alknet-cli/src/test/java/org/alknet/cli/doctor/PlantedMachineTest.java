package org.alknet.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults of the computer and of the calendar, which no test may cause for real. */
class PlantedMachineTest {
  /** Self-signed, for localhost; good until the instant below. */
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBUzCCAQWgAwIBAgIUCQV8QBzkuwTA0lXxPmrXIgP+N8wwBQYDK2VwMBQxEjAQ
      BgNVBAMMCWxvY2FsaG9zdDAeFw0yNjExMjExOTE4MjhaFw00NjExMTYxOTE4Mjha
      MBQxEjAQBgNVBAMMCWxvY2FsaG9zdDAqMAUGAytlcAMhAIJpcoHAfshVUCin+OMF
      8/d8o5S8VbxEPT3qRTpZvQLQo2kwZzAdBgNVHQ4EFgQUNSjh2yU4DiFSV8vl6wWh
      qGDHzIMwHwYDVR0jBBgwFoAUNSjh2yU4DiFSV8vl6wWhqGDHzIMwDwYDVR0TAQH/
      BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwBQYDK2VwA0EATit9AdA2Ejeu
      zYnQ5OWc3BJomAHmyaPVCVu2bd465/QUyroSQi5rW6toueGt5REyoOjEislyEsB4
      qTEsJGu7BA==
      -----END CERTIFICATE-----
      """;

  private static final Instant END = Instant.parse("2046-11-16T19:18:28Z");
  private static final Instant NOW = Instant.parse("2046-01-01T00:00:00Z");

  @TempDir Path temp;

  private Path proc;
  private DataDirectory directory;

  @BeforeEach
  void plant() throws Exception {
    temp = temp.toRealPath();
    proc = Files.createDirectories(temp.resolve("proc/sys/net/core")).resolve("../../..");
    proc = proc.normalize();
    Path root = Files.createDirectories(temp.resolve("a node/native")).getParent();
    directory = new DataDirectory(root == null ? temp : root);
    mounts("ext4 rw,relatime");
  }

  /** The data directory has a mount point of its own, with a blank in its name. */
  private void mounts(String typeAndOptions) throws Exception {
    String point = directory.root().toString().replace(" ", "\\040");
    Files.writeString(
        proc.resolve("mounts"),
        "overlay / overlay rw 0 0\nnone "
            + point
            + " "
            + typeAndOptions
            + " 0 0\nnone "
            + point
            + "-beside nfs noexec 0 0\n");
  }

  private List<String> examine(Instant now, Optional<NodeConfig> config) {
    Patient patient =
        new Patient(
            directory,
            Optional.empty(),
            config,
            Optional.empty(),
            Map.of(),
            new Machine(proc, Clock.fixed(now, ZoneOffset.UTC)),
            Optional.empty());
    return Doctor.examine(patient).stream()
        .filter(finding -> finding.status() != Finding.Status.OK)
        .filter(finding -> !finding.check().equals("data directory"))
        .map(finding -> finding.status() + " " + finding.check() + ": " + finding.message())
        .toList();
  }

  @Test
  void machineWithoutFaultsHasNoFindings() {
    assertThat(examine(NOW, Optional.empty())).isEmpty();
  }

  /**
   * The kernel hands a number out in one read, and tells a reader of single bytes its first digit.
   */
  @Test
  void numbersOfTheKernelAreReadInOnePiece() throws Exception {
    Path real = Path.of("/proc/sys/net/core/rmem_max");
    assumeTrue(Files.isReadable(real), "this system does not tell");
    Process cat = new ProcessBuilder("cat", real.toString()).start();
    String said = new String(cat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

    assertThat(Machine.real().setting("net/core/rmem_max")).contains(Long.parseLong(said.strip()));
    assertThat(Machine.real().setting("net/core/no_such_thing")).isEmpty();
  }

  @Test
  void networkFileSystemsAreFoundByTheirType() throws Exception {
    for (String type : List.of("nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "fuse.sshfs")) {
      mounts(type + " rw");
      assertThat(examine(NOW, Optional.empty()))
          .as(type)
          .singleElement()
          .asString()
          .startsWith("FAIL file system: ")
          .endsWith("(" + type + ")");
    }
    for (String type : List.of("xfs", "btrfs", "tmpfs", "fuse.mergerfs", "nullfs")) {
      mounts(type + " rw");
      assertThat(examine(NOW, Optional.empty())).as(type).isEmpty();
    }
  }

  @Test
  void mountWithoutExecutionIsFound() throws Exception {
    mounts("ext4 rw,nosuid,noexec,relatime");

    assertThat(examine(NOW, Optional.empty()))
        .singleElement()
        .asString()
        .startsWith("FAIL temporary directory: ")
        .contains("noexec");
  }

  @Test
  void clockThatStandsInThePastIsFound() {
    assertThat(examine(Instant.parse("1970-01-02T00:00:00Z"), Optional.empty()))
        .singleElement()
        .asString()
        .startsWith("FAIL clock: it is 1970-01-02");
  }

  @Test
  void certificateIsFoundTwoWeeksBeforeItEndsAndAfterwards() throws Exception {
    Files.writeString(temp.resolve("cert.pem"), CERTIFICATE);
    Files.writeString(temp.resolve("key.pem"), someKey());
    Files.setPosixFilePermissions(
        temp.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
    Path file = temp.resolve("node.toml");
    Files.writeString(
        file,
        """
        listen_addr = "127.0.0.1:0"
        [tls_identity]
        type = "x509"
        cert = "cert.pem"
        key = "key.pem"
        """);
    Optional<NodeConfig> config = Optional.of(NodeConfig.load(file, directory));

    assertThat(examine(END.minusSeconds(15 * 86400), config)).isEmpty();
    assertThat(examine(END.minusSeconds(13 * 86400), config))
        .containsExactly("WARN certificate: it ends at 2046-11-16T19:18:28Z");
    assertThat(examine(END.plusSeconds(1), config))
        .containsExactly("FAIL certificate: it ended at 2046-11-16T19:18:28Z");
  }

  private static String someKey() throws Exception {
    byte[] key =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getEncoder().encodeToString(key)
        + "\n-----END PRIVATE KEY-----\n";
  }

  @Test
  void smallBuffersAreARemark() throws Exception {
    Files.writeString(proc.resolve("sys/net/core/rmem_max"), "212992\n");
    Patient patient =
        new Patient(
            directory,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            new Machine(proc, Clock.systemUTC()),
            Optional.empty());

    assertThat(SystemChecks.buffers(patient))
        .singleElement()
        .extracting(Finding::message)
        .asString()
        .contains("212992")
        .contains("sysctl -w net.core.rmem_max=2097152");
  }
}
