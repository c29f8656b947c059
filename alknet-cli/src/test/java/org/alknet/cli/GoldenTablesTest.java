package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as they are shown on a terminal of 80 and of 200 columns, and in a pipe. */
class GoldenTablesTest {
  private static final Map<String, String> TABLES =
      Map.of(
          "peers", "peer list",
          "peers-long", "peer list --long",
          "operations", "ls",
          "operations-long", "ls --long",
          "access", "acl matrix",
          "remotes", "remote list");

  @TempDir static Path home;

  private static Node node;

  @BeforeAll
  static void prepare() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .start();
    run("peer remove operator --yes");
    run("peer add worker-a --scope operator --scope metrics:read --fingerprint " + key("a1"));
    run("peer add worker-b --resource fs=/srv/files --fingerprint " + key("b2") + twoMore());
    run("peer add gone --disabled --name Somebody --fingerprint " + key("e5"));
    run("remote add hub hub.example.org:4433 --no-verify-now --fingerprint " + key("f6"));
    run("remote add far [2001:db8::1]:65535 --no-verify-now --use");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static String key(String digits) {
    return "ed25519:" + digits.repeat(32);
  }

  private static String twoMore() {
    return " --fingerprint " + key("c3") + " --fingerprint " + key("d4");
  }

  private static Result run(String line) {
    return run(new InProcess(home), line);
  }

  private static Result run(InProcess process, String line) {
    Result result = process.run(line.split(" "));
    assertThat(result.exit()).as(line + "\n" + result.err()).isZero();
    return result;
  }

  /** Commands that talk to a node talk to ours, whatever is selected. */
  private static String at(String line) {
    return line.startsWith("ls") ? line + " -r " + node.address() + " --anonymous" : line;
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 200})
  void tablesFitTheTerminal(int width) throws Exception {
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      InProcess terminal = new InProcess(home).terminal().with("COLUMNS", Integer.toString(width));
      String shown = run(terminal, "--color never " + at(table.getValue())).out();

      assertThat(shown.lines().mapToInt(line -> line.codePointCount(0, line.length())))
          .as(table.getValue())
          .allMatch(length -> length <= width);
      assertThat(shown).as(table.getValue()).isEqualTo(golden(table.getKey() + "-" + width));
    }
  }

  @Test
  void wholeFingerprintsAreShownOnRequest() {
    for (String line : List.of("peer list", "remote list")) {
      InProcess terminal = new InProcess(home).terminal().with("COLUMNS", "80");
      String key = line.startsWith("peer") ? key("a1") : key("f6");

      assertThat(run(terminal, line).out()).doesNotContain(key);
      assertThat(run(terminal, line + " --full").out()).contains(key).doesNotContain("…");
    }
    String who = "ping -c 1 -i 1ms -r " + node.address();
    InProcess terminal = new InProcess(home).terminal();
    assertThat(run(terminal, who).out()).doesNotContain(node.fingerprint());
    assertThat(run(terminal, who + " --full").out()).contains(node.fingerprint());
  }

  @Test
  void pipedTablesAreWholeAndPlain() throws Exception {
    for (Map.Entry<String, String> table : TABLES.entrySet()) {
      String shown = run(at(table.getValue())).out();

      assertThat(shown).as(table.getValue()).doesNotContain("\u001b").doesNotContain("…");
      assertThat(shown).isEqualTo(golden(table.getKey() + "-piped"));
    }
  }

  @Test
  void coloursAreForTerminalsThatWantThem() {
    String line = "peer list";

    assertThat(run(new InProcess(home).terminal(), line).out()).startsWith("\u001b[1mID");
    for (InProcess plain :
        List.of(
            new InProcess(home),
            new InProcess(home).terminal().with("NO_COLOR", "1"),
            new InProcess(home).terminal().with("ALKNET_COLOR", "never"))) {
      assertThat(run(plain, line).out()).startsWith("ID").doesNotContain("\u001b");
    }
    assertThat(run("--color always " + line).out()).startsWith("\u001b[1mID");
  }

  private static String golden(String name) throws Exception {
    try (InputStream in = GoldenTablesTest.class.getResourceAsStream("golden/" + name + ".txt")) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
