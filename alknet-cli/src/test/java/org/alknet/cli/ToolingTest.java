package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.alknet.cli.InProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Completion, manual pages, versions, help. */
class ToolingTest {
  @TempDir Path home;

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  @Test
  void manualPagesHaveEverySectionAndParse() throws Exception {
    assertThat(run("man", "--all", "man1").exit()).isZero();
    List<Path> pages;
    try (Stream<Path> files = Files.list(home.resolve("man1"))) {
      pages = files.sorted().toList();
    }

    assertThat(pages).hasSizeGreaterThan(60);
    assertThat(pages.stream().map(page -> page.getFileName().toString()))
        .contains("alknet.1", "alknet-peer-add.1", "alknet-vault-rotate.1");
    for (Path page : pages) {
      String text = Files.readString(page);
      assertThat(text)
          .as(page.toString())
          .startsWith(".TH \"ALKNET")
          .contains(".SH \"NAME\"", ".SH \"EXAMPLES\"", ".SH \"OPTIONS\"", ".SH \"FILES\"");
      assertThat(text.lines().filter(line -> line.startsWith(".") || line.startsWith("'")))
          .as(page.toString())
          .allMatch(line -> line.matches("\\.(TH|SH|B|BR|PP|TP|nf|fi)( .*)?"));
    }
    assertThat(run("man", "peer", "add").out())
        .isEqualTo(Files.readString(home.resolve("man1/alknet-peer-add.1")));
    assertThat(run("man", "peer", "ad").err()).contains("Did you mean \"add\"?");
    List<String> lint = new ArrayList<>(List.of("mandoc", "-Tlint", "-Werror"));
    pages.forEach(page -> lint.add(page.toString()));
    check(lint.toArray(String[]::new));
  }

  @Test
  void completionLoadsWhereTheShellIs() throws Exception {
    for (String shell : List.of("bash", "zsh", "fish")) {
      Result script = run("completion", shell);
      assertThat(script.exit()).isZero();
      assertThat(script.out())
          .contains("alknet")
          .contains("rotate")
          .contains("--fingerprint".substring(2));
      Path file = home.resolve("alknet." + shell);
      Files.writeString(file, script.out());
      check(shell, shell.equals("fish") ? "--no-execute" : "-n", file.toString());
    }
    assertThat(run("completion", "tcsh").exit()).isEqualTo(2);
  }

  /** Runs a program if this machine has it. */
  private void check(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(home.resolve("check.out").toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue())
          .as(String.join(" ", command) + "\n" + Files.readString(home.resolve("check.out")))
          .isZero();
    } catch (IOException missing) {
      assertThat(missing)
          .as("only a missing program is an excuse")
          .hasMessageContaining(command[0]);
    }
  }

  @Test
  void versionNamesWhatItIsMadeOf() {
    assertThat(run("version").out()).matches("alknet [0-9.]+\n");
    assertThat(run("version", "-v").out()).contains("netty", "java");
    JsonNode data = JsonMapper.shared().readTree(run("version", "--json").out()).path("data");
    assertThat(data.path("alknet").asString()).matches("[0-9.]+");
    assertThat(data.properties()).noneMatch(p -> p.getValue().asString().equals("unknown"));
  }

  @Test
  void helpFollowsTheWordsOfACommandAndKnowsRecipes() {
    assertThat(run("help").out()).isEqualTo(run("--help").out());
    assertThat(run("help", "peer", "add").out()).isEqualTo(run("peer", "add", "--help").out());
    assertThat(run("help", "examples").out()).contains("alknet peer rotate worker");
    Result unknown = run("help", "per");
    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(unknown.err()).contains("Did you mean \"peer\"?");
  }
}
