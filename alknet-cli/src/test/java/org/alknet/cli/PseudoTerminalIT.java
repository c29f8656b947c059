package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar at a terminal of its own, which {@code script} provides. */
class PseudoTerminalIT {
  private static final Path SCRIPT = Path.of("/usr/bin/script");

  @TempDir Path home;

  @BeforeAll
  static void needsAProgram() {
    assumeTrue(Files.isExecutable(SCRIPT), "no script(1) here: nothing was tried at a terminal");
  }

  @BeforeEach
  void writeStarter() throws IOException {
    Path alknet = home.resolve("alknet");
    Files.writeString(
        alknet,
        "#!/bin/sh\nexec \"%s\" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar \"%s\" \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Path.of("target", "alknet-cli.jar").toAbsolutePath()));
    Files.setPosixFilePermissions(alknet, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A terminal, what is shown on it, and somebody who types. */
  private final class Terminal implements AutoCloseable {
    private final Process process;
    private final Path screen;
    private final OutputStream keyboard;

    Terminal(String line) throws IOException {
      screen = Files.createTempFile(home, "screen", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(
                  RunningCli.interruptible(SCRIPT.toString(), "-qefc", line, "/dev/null"))
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(screen.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("ALKNET_"));
      builder.environment().remove("NO_COLOR");
      builder.environment().remove("COLUMNS");
      builder.environment().put("HOME", home.toString());
      builder.environment().put("SHELL", "/bin/sh");
      process = builder.start();
      keyboard = process.getOutputStream();
    }

    String screen() throws IOException {
      return Files.readString(screen, StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    void await(String text) throws Exception {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(RunningCli.LIMIT_SECONDS);
      while (!screen().contains(text)) {
        assertThat(process.isAlive() || screen().contains(text))
            .as("shows \"" + text + "\": " + screen())
            .isTrue();
        assertThat(System.nanoTime()).as(screen()).isLessThan(deadline);
        process.waitFor(20, TimeUnit.MILLISECONDS);
      }
    }

    void type(String keys) throws IOException {
      keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    }

    int exit() throws Exception {
      assertThat(process.waitFor(RunningCli.LIMIT_SECONDS, TimeUnit.SECONDS)).as(screen()).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void passwordIsAskedForAndNotShownAndAQuestionWaitsForItsAnswer() throws Exception {
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    try (Terminal terminal =
        new Terminal(
            "./alknet vault unlock; echo ended with $?; ./alknet peer remove operator;"
                + " echo answered with $?")) {
      terminal.await("password of the keystore: ");
      terminal.type(TestVault.PASSWORD + "\n");
      terminal.await("ended with 0");
      terminal.await("[y/N] ");
      terminal.type("n\n");

      assertThat(terminal.exit()).isZero();
      assertThat(terminal.screen())
          .containsPattern("ed25519:[0-9a-f]{64}")
          .doesNotContain(TestVault.PASSWORD)
          .contains("[y/N] n\n")
          .contains("nothing was done")
          .contains("answered with 8");
    }
  }

  @Test
  void coloursAndCutLinesAreForTheTerminalAndNotForAPipe() throws Exception {
    Files.createDirectory(home.resolve(".alknet"));
    try (Terminal terminal =
        new Terminal(
            "stty cols 40; ./alknet config show; echo ---; ./alknet config show | cat;"
                + " stty -a | tr ' ' '\\n' | grep -x echo")) {
      assertThat(terminal.exit()).as(terminal.screen()).isZero();
      String[] halves = terminal.screen().split("---\n", 2);

      assertThat(halves[0]).startsWith("\u001b[1mSETTING").contains("…");
      assertThat(halves[0].lines().map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "")))
          .allMatch(line -> line.length() <= 40);
      assertThat(halves[1]).startsWith("SETTING").doesNotContain("\u001b").doesNotContain("…");
      assertThat(halves[1]).as("the terminal is as it was").endsWith("\necho\n");
    }
  }

  @Test
  void ctrlCEndsASubscriptionWith130() throws Exception {
    assumeTrue(RunningCli.interruptsWork(), "SIGINT is ignored here, and children inherit that");
    try (Node node =
            NodeBuilder.create()
                .dataDirectory(home.resolve(".alknet"))
                .listen("127.0.0.1:0")
                .demoOperations(true)
                .start();
        Terminal terminal =
            new Terminal("exec ./alknet subscribe demo/ticker -r " + node.address())) {
      terminal.await("{\"n\":1,");
      terminal.type("\u0003");

      assertThat(terminal.exit()).as(terminal.screen()).isEqualTo(130);
      assertThat(terminal.screen()).doesNotContain("Exception");
    }
  }
}
