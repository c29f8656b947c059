package org.alknet.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.alknet.canary.Canaries;
import org.alknet.core.tls.Ed25519SecretKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A key file is private from before it is opened until after it was read. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs POSIX permissions")
class KeyFileTest {
  private final Ed25519SecretKey key = Ed25519SecretKey.generate();

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    Canaries.register("the key of a file", key.revealSeed());
    file = written("node.key", "rw-------");
  }

  @Test
  void aPrivateFileIsReadAlsoThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);

    assertThat(KeyFile.read(file).fingerprint()).isEqualTo(key.fingerprint());
    assertThat(KeyFile.read(link).fingerprint()).isEqualTo(key.fingerprint());
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws IOException {
    for (String mode : new String[] {"rw-r-----", "rw----r--"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

      assertThatThrownBy(() -> KeyFile.read(file))
          .isInstanceOf(ConfigException.TlsConfig.class)
          .hasMessageContaining("readable by group or world");
    }
  }

  @Test
  void aFileThatIsOpenedToOthersAfterTheFirstLookIsRefused() {
    assertThatThrownBy(
            () ->
                KeyFile.read(
                    file,
                    path -> {
                      Files.setPosixFilePermissions(
                          path, PosixFilePermissions.fromString("rw-r--r--"));
                      return Files.newInputStream(path);
                    }))
        .isInstanceOf(ConfigException.TlsConfig.class)
        .hasMessageContaining("readable by group or world");
  }

  @Test
  void aFileThatIsReplacedAfterTheFirstLookIsRefused() throws IOException {
    Path other = written("other.key", "rw-------");

    assertThatThrownBy(
            () ->
                KeyFile.read(
                    file,
                    path -> {
                      Files.move(other, path, StandardCopyOption.REPLACE_EXISTING);
                      return Files.newInputStream(path);
                    }))
        .isInstanceOf(ConfigException.TlsConfig.class)
        .hasMessageContaining("was replaced while it was read");
  }

  @Test
  void aFileThatVanishesIsNotFound() {
    assertThatThrownBy(
            () ->
                KeyFile.read(
                    file,
                    path -> {
                      Files.delete(path);
                      return Files.newInputStream(path);
                    }))
        .isInstanceOf(ConfigException.KeyFileNotFound.class);
    assertThatThrownBy(() -> KeyFile.read(directory))
        .isInstanceOf(ConfigException.TlsConfig.class)
        .hasMessageContaining("not a regular file");
  }

  private Path written(String name, String mode) throws IOException {
    Path path = Files.write(directory.resolve(name), key.revealSeed());
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }
}
