package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.alknet.cli.TestVault;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.vault.keystore.Keystore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryAssemblyTest {
  @TempDir Path temp;

  private DataDirectory data() {
    return new DataDirectory(temp.resolve("data"));
  }

  private Path file(String content) throws IOException {
    Path file = temp.resolve("alknet.toml");
    Files.writeString(file, content);
    return file;
  }

  @Test
  void everythingThatKeepsTheNodeFromStartingIsToldAtOnce() throws Exception {
    data().create();
    Files.writeString(data().nodeKey(), "no key\n");
    Files.setPosixFilePermissions(data().nodeKey(), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(data().store(), "this is no database, and long enough to tell");
    Files.setPosixFilePermissions(data().store(), PosixFilePermissions.fromString("rw-------"));
    Path file =
        file(
            """
            [vault]
            keystore = "none.json"
            password_file = "password"
            [[connect]]
            remote = "nobody"
            [logging]
            audit_file = "no/such/audit.log"
            """);
    NodeException refused =
        catchThrowableOfType(NodeException.class, () -> DryAssembly.check(file, data()));

    assertThat(refused.kind()).as("of all kinds").isEqualTo(Kind.CONFIGURATION);
    assertThat(refused).hasMessage("5 problems keep the node from starting");
    assertThat(String.join("\n", refused.advice()))
        .contains("cannot write the audit log " + temp.resolve("no/such/audit.log"))
        .contains("cannot open " + data().store())
        .contains("there is no keystore " + temp.resolve("none.json"))
        .contains("is not a key file")
        .contains(file + ":5:1: connect[0].remote: is neither an address");
  }

  @Test
  void nothingIsCreatedAndWhatTheFirstStartMakesIsSaid() throws Exception {
    Path file = file("[logging]\naudit_file = \"audit.log\"\n[demo]\nenabled = true\n");

    List<String> warnings = DryAssembly.check(file, data());

    assertThat(warnings)
        .containsExactlyInAnyOrder(
            data().store() + " does not exist; the first start makes it",
            data().nodeKey() + " does not exist; the first start makes it");
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void registryAndPeersAreThoseOfTheNodeThatRunsMeanwhile() throws Exception {
    Path file = file("listen_addr = \"127.0.0.1:0\"\n[demo]\nenabled = true\n");
    NodeBuilder builder = NodeBuilder.create().dataDirectory(data().root()).configuration(file);
    try (Node node = builder.start();
        DryAssembly dry = builder.dry()) {
      String operator = dry.peers().get(0).fingerprints().get(0);

      assertThat(dry.registry().externalOperations()).hasSize(10);
      assertThat(dry.registry().find("demo/stamp")).isPresent();
      assertThat(dry.identities().resolveFromFingerprint(operator).orElseThrow().id())
          .isEqualTo("operator");
      assertThat(dry.warnings()).isEmpty();
      assertThat(node.listening()).isNotEmpty();
    }
  }

  @Test
  void vaultWhosePasswordIsAskedForIsNotOpened() throws Exception {
    data().create();
    Keystore.at(temp.resolve("vault.json"), TestVault.LEAST)
        .importPhrase(("abandon ".repeat(11) + "about").toCharArray(), "password".toCharArray());
    Path file = file("[vault]\nkeystore = \"vault.json\"\n[demo]\nenabled = true\n");

    assertThat(DryAssembly.check(file, data()))
        .anyMatch(warning -> warning.startsWith("the vault was not opened"))
        .noneMatch(warning -> warning.contains("goes without"));
  }
}
