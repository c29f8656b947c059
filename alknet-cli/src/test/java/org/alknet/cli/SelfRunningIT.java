package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The file the build makes of the archive. */
class SelfRunningIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final String FILE = TARGET.resolve("alknet-cli").toString();

  private static String run(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(RunningCli.LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text;
  }

  @Test
  void runsByItselfAndAsAnArchive() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    assertThat(run(FILE, "--version")).matches("alknet [0-9.]+\n");
    assertThat(run(java, "-jar", FILE, "--version")).matches("alknet [0-9.]+\n");
  }

  @Test
  void manualPagesAreBuiltBesideIt() {
    for (String page : List.of("alknet.1", "alknet-serve.1", "alknet-peer-add.1")) {
      assertThat(TARGET.resolve("man1").resolve(page)).isNotEmptyFile();
    }
    assertThat(Files.isExecutable(Path.of(FILE))).isTrue();
  }
}
