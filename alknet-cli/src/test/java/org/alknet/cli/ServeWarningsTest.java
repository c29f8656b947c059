package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code serve} tells whoever starts it, besides the log. */
class ServeWarningsTest {
  private static final String WARNING = " goes without the credential pets-key: it is not stored\n";

  @TempDir Path home;

  @BeforeEach
  void configure() throws Exception {
    Path data = Files.createDirectories(home.resolve(".alknet"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(home.resolve("pets.yaml"), Petstore.document("https://pets.example/v1"));
    Files.writeString(
        data.resolve("alknet.toml"),
        """
        listen_addr = "127.0.0.1:0"
        [[operations.openapi]]
        namespace = "pets"
        document = "../pets.yaml"
        credential = "pets-key"
        """);
  }

  private String said(String... more) throws Exception {
    String[] line = new String[more.length + 1];
    line[0] = "serve";
    System.arraycopy(more, 0, line, 1, more.length);
    try (InProcess.Running serve = new InProcess(home).start(line)) {
      serve.await("address");
      return serve.err();
    }
  }

  @Test
  void warningsAreToldAtEveryLogLevel() throws Exception {
    assertThat(said("--log-level", "off"))
        .contains(WARNING, "warning: pets/", "warning: pets: 1 part of its document is left out")
        .containsOnlyOnce("goes without the credential");
  }

  @Test
  void aLogForMachinesHasThemAsRecordsOnly() throws Exception {
    assertThat(said("--log-format", "json")).doesNotContain("warning:");
  }
}
