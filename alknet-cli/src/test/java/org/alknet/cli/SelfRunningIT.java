package org.alknet.cli;

import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file the build makes of the archive. */
class SelfRunningIT {
  private static final Path TARGET = Path.of("target").toAbsolutePath();
  private static final String FILE = TARGET.resolve("alknet-cli").toString();

  private static String run(String... command) throws Exception {
    return run(Map.of(), command);
  }

  private static String run(Map<String, String> environment, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().putAll(environment);
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
  void archiveOfClassesBesideItIsUsedAndAStaleOneIsNoTrouble(@TempDir Path temp) throws Exception {
    Path file = Files.copy(Path.of(FILE), temp.resolve("alknet"), COPY_ATTRIBUTES);
    Path log = temp.resolve("classes.log");
    Map<String, String> watched =
        Map.of("ALKNET_JAVA_OPTS", "-Xlog:class+load:file=" + log + ":none");
    String ours = "org.alknet.cli.Main source: shared objects file (top)";

    run(
        Map.of("ALKNET_JAVA_OPTS", "-XX:ArchiveClassesAtExit=" + file + ".jsa"),
        file.toString(),
        "--version");
    assertThat(run(watched, file.toString(), "--version")).matches("alknet [0-9.]+\n");
    assertThat(log).content().contains(ours);

    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThat(run(watched, file.toString(), "--version")).matches("alknet [0-9.]+\n");
    assertThat(log).content().doesNotContain(ours);
  }

  @Test
  void manualPagesAreBuiltBesideIt() {
    for (String page : List.of("alknet.1", "alknet-serve.1", "alknet-peer-add.1")) {
      assertThat(TARGET.resolve("man1").resolve(page)).isNotEmptyFile();
    }
    assertThat(Files.isExecutable(Path.of(FILE))).isTrue();
  }
}
