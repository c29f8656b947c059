package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of {@code docs/runbook.md}, as they are written. */
class RunbookTest {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(sh|bash)\\n(.*?)^```$");

  /** The node of the document offers no operations of its own. */
  private static final String NO_SUCH_SCOPE = "warning: no operation of this configuration asks";

  @TempDir Path home;

  private InProcess.@Nullable Running node;

  private static List<String> lines(String language) throws Exception {
    Path file = Path.of(System.getProperty("alknet.root"), "docs", "runbook.md");
    List<String> lines = new ArrayList<>();
    Matcher block = BLOCK.matcher(Files.readString(file));
    while (block.find()) {
      if (block.group(1).equals(language)) {
        lines.addAll(block.group(2).lines().toList());
      }
    }
    return lines;
  }

  @AfterEach
  void stop() {
    if (node != null) {
      node.close();
    }
  }

  @Test
  void everyCommandWorksInTheOrderOfTheDocument() throws Exception {
    TestVault.secret(home.resolve("openai.key"), "sk-example");
    int commands = 0;
    for (String line : lines("sh")) {
      if (line.startsWith("alknet ")) {
        alknet(line);
        commands++;
      } else {
        shell(line);
      }
    }

    assertThat(commands).isGreaterThan(50);
    assertThat(new InProcess(home).run("status").exit()).isEqualTo(6);
  }

  private void alknet(String line) throws Exception {
    switch (line) {
      case "alknet serve" -> {
        InProcess.Running started = new InProcess(home).start("serve");
        node = started;
        started.await("address");
      }
      // The process it would tell to end is this one.
      case "alknet stop" -> {
        InProcess.Running running = Objects.requireNonNull(node, "no node runs");
        assertThat(running.stop("TERM")).as(running.err()).isZero();
      }
      default -> {
        if (line.startsWith("alknet init --vault")) {
          spareTheCost();
        }
        Result result = new ShellLines(home).run(line.replace("0.0.0.0:4433", "127.0.0.1:0"));
        assertThat(result.exit()).as(line + "\n" + result.out() + result.err()).isZero();
        assertThat(result.err().replace(NO_SUCH_SCOPE, "")).as(line).doesNotContain("warning:");
        if (line.contains("change-password") || line.contains("vault import")) {
          Path keystore = home.resolve(".alknet/vault.json");
          Files.delete(keystore);
          boolean changed = line.contains("change-password");
          TestVault.create(
              home.resolve(".alknet"),
              TestVault.PHRASE,
              Files.readString(home.resolve(changed ? "new-password" : "password")).strip());
        }
      }
    }
  }

  /** As the command would make it, only that its password is quick to try. */
  private void spareTheCost() throws Exception {
    boolean first = Files.notExists(home.resolve("phrase.txt"));
    String phrase = first ? TestVault.PHRASE : TestVault.OTHER_PHRASE;
    String password = Files.readString(home.resolve("password")).strip();
    TestVault.create(home.resolve(".alknet"), phrase, password);
    TestVault.secret(home.resolve(first ? "phrase.txt" : "new-phrase.txt"), phrase);
  }

  private void shell(String line) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-euc", line).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(line + "\n" + output).isZero();
  }

  @Test
  void commandsForRootAndServiceManagersExistAsWell() throws Exception {
    int parsed = 0;
    for (String line : lines("bash")) {
      Matcher command = Pattern.compile("(^| (?:alknet|node) )alknet (.*)$").matcher(line);
      if (command.find()) {
        List<String> words = ShellLines.words(command.group(2).replaceAll(" >.*", ""));
        Invocation invocation =
            new Invocation(
                new InProcess(home)
                    .context(new ByteArrayOutputStream(), new ByteArrayOutputStream()),
                new GlobalOptions());
        AlknetCommand.commandLine(invocation).parseArgs(words.toArray(String[]::new));
        parsed++;
      }
    }

    assertThat(parsed).isGreaterThan(5);
  }
}
