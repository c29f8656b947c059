package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may be able to read a file with a secret. */
class SecretFilesTest {
  @TempDir Path credentials;

  @TempDir Path elsewhere;

  @BeforeEach
  void realPath() throws Exception {
    credentials = credentials.toRealPath();
  }

  private static Path file(Path directory, String mode) throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "value\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    return file;
  }

  @Test
  void ownerAloneMayReadIt() throws Exception {
    assertThat(SecretFiles.isOpen(file(elsewhere, "rw-------"), credentials)).isFalse();
    assertThat(SecretFiles.isOpen(file(elsewhere, "r--r-----"), credentials)).isTrue();
    assertThat(SecretFiles.isOpen(file(elsewhere, "r-----r--"), credentials)).isTrue();
  }

  @Test
  void accessListOfAServiceManagerLooksLikeTheGroupAndIsNone() throws Exception {
    assumeTrue(
        Files.getAttribute(elsewhere, "unix:uid").equals(0), "only root can play service manager");
    Path file = file(credentials, "r--r-----");

    assertThat(SecretFiles.isOpen(file, credentials)).isFalse();
    assertThat(SecretFiles.isOpen(file(credentials, "r--rw----"), credentials)).isTrue();
    assertThat(SecretFiles.isOpen(file(credentials, "r--r--r--"), credentials)).isTrue();
    Path link = Files.createSymbolicLink(credentials.resolve("link"), file(elsewhere, "r--r-----"));
    assertThat(SecretFiles.isOpen(link, credentials)).as("of a file elsewhere").isTrue();
    Files.setAttribute(file(credentials, "r--r-----"), "unix:uid", 65534);
    assertThat(SecretFiles.isOpen(file, credentials)).as("of somebody else").isTrue();
  }
}
