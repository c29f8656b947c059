package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The start script, with a build and a Java that only say that they were started. */
class StartScriptTest {
  @TempDir Path temp;

  private Path root;
  private Path jar;

  @BeforeEach
  void cloneTheScript() throws IOException {
    root = Files.createDirectory(temp.resolve("a clone"));
    jar = root.resolve("alknet-cli/target/alknet-cli.jar");
    Files.copy(
        Path.of(System.getProperty("alknet.root"), "alknet"),
        root.resolve("alknet"),
        java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
    script(
        root.resolve("mvnw"),
        "echo built >>builds; mkdir -p alknet-cli/target; echo jar"
            + " >alknet-cli/target/alknet-cli.jar");
    script(temp.resolve("jdk/bin/java"), "for word in \"$@\"; do printf '%s\\n' \"$word\"; done");
  }

  private static void script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(Path script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().put("JAVA_HOME", temp.resolve("jdk").toString());
    builder.environment().put("ALKNET_JAVA_OPTS", "-Dmine=1 -Dtoo=2");
    return builder.start();
  }

  private static String out(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return out;
  }

  private static String err(Process process) throws IOException {
    return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(root.resolve("builds"));
  }

  @Test
  void nothingIsBuiltForACompletion() throws Exception {
    Process tab = start(root.resolve("alknet"), "__complete", "call", "");

    assertThat(out(tab)).isEmpty();
    assertThat(err(tab)).isEmpty();
    assertThat(root.resolve("builds")).doesNotExist();
  }

  @Test
  void absentJarIsBuiltOnceAndSaid() throws Exception {
    Process first = start(root.resolve("alknet"), "ls");
    assertThat(out(first)).endsWith("-jar\n" + jar + "\nls\n");
    assertThat(err(first)).contains("building it once");

    Process second = start(root.resolve("alknet"), "ls");
    assertThat(out(second)).endsWith("ls\n");
    assertThat(err(second)).isEmpty();
    assertThat(builds()).hasSize(1);
    assertThat(root.resolve(".alknet-build")).doesNotExist();
  }

  @Test
  void severalAtOnceBuildOnce() throws Exception {
    List<Process> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(start(root.resolve("alknet"), "ls"));
    }
    for (Process process : all) {
      assertThat(out(process)).endsWith("ls\n");
      assertThat(process.exitValue()).isZero();
    }
    assertThat(builds()).hasSize(1);
  }

  @Test
  void lockOfAKilledBuildIsBrokenAndWhatItLeftIsBuiltAnew() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.createDirectory(root.resolve(".alknet-build"));
    Files.writeString(root.resolve(".alknet-build/pid"), gone.pid() + "\n");
    Files.createDirectories(jar.getParent());
    Files.writeString(jar, "half");

    assertThat(out(start(root.resolve("alknet"), "ls"))).endsWith("ls\n");
    assertThat(jar).hasContent("jar");
    assertThat(root.resolve(".alknet-build")).doesNotExist();
  }

  @Test
  void failedBuildLeavesNothingBehind() throws Exception {
    script(
        root.resolve("mvnw"),
        "mkdir -p alknet-cli/target; echo half >alknet-cli/target/alknet-cli.jar; exit 1");

    Process process = start(root.resolve("alknet"), "ls");

    assertThat(out(process)).isEmpty();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(err(process)).contains("the build failed");
    assertThat(jar).doesNotExist();
    assertThat(root.resolve(".alknet-build")).doesNotExist();
  }

  @Test
  void worksThroughRelativeAndAbsoluteLinks() throws Exception {
    Path bin = Files.createDirectory(temp.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("one"), Path.of("../a clone/alknet"));
    Files.createSymbolicLink(bin.resolve("two"), bin.resolve("one"));

    assertThat(out(start(bin.resolve("two"), "ls"))).endsWith("-jar\n" + jar + "\nls\n");
  }

  @ParameterizedTest
  @CsvSource({
    "'ls', true",
    "'-d serve ls', true",
    "'--json serve', false",
    "'-d dir --timeout 5s serve --listen x', false",
    "'--data-dir=serve ls', true",
    "'', true",
  })
  void clientCommandsGetAJvmThatStartsFastAndServeGetsOneThatLasts(String line, boolean client)
      throws Exception {
    String words =
        out(start(root.resolve("alknet"), line.isEmpty() ? new String[0] : line.split(" ", -1)));

    assertThat(words.contains("-XX:TieredStopAtLevel=1")).isEqualTo(client);
    assertThat(words.contains("-XX:+ExitOnOutOfMemoryError")).isEqualTo(!client);
    assertThat(words).contains("-Dmine=1\n-Dtoo=2\n-jar\n");
  }
}
