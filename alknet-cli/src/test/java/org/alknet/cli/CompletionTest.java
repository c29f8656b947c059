package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.context.CliContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a TAB brings: the hidden command, and the scripts that call it. */
class CompletionTest {
  /** Names as a hostile remote lists them; each would do something in a shell. */
  private static final List<String> HOSTILE =
      List.of(
          "$(touch pwned)",
          "`touch pwned`",
          "a;touch pwned",
          "a|touch${IFS}pwned",
          "a&touch pwned&",
          "*",
          "~root",
          "a\\nb",
          "a'b",
          "a\"b",
          "a b",
          "\u001b[2Jx",
          "\u202ex",
          "x\u0007",
          "--delete-everything",
          "a>pwned",
          "{a,b}",
          "!!");

  @TempDir static Path shared;

  @TempDir Path temp;

  private static Node node;

  private Path home = Path.of("");

  @BeforeAll
  static void serve() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(shared.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @BeforeEach
  void atHome() {
    home = shared;
  }

  private void run(String... arguments) {
    assertThat(new InProcess(home).run(arguments).exit()).isZero();
  }

  /** What a TAB printed, and what it started. */
  private record Tab(String out, List<List<String>> started) {
    List<String> names() {
      return out.lines().toList();
    }
  }

  private Tab tab(String... words) {
    return tab(Duration.ofSeconds(60), words);
  }

  private Tab tab(Duration budget, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    CliContext context = new InProcess(home).context(out, err);
    assertThat(Completer.run(context, List.of(words), budget)).isZero();
    assertThat(err.size()).as(err.toString(StandardCharsets.UTF_8)).isZero();
    return new Tab(
        out.toString(StandardCharsets.UTF_8),
        ((InProcess.QuietPlatform) context.platform()).besides());
  }

  private Path file(String name) {
    return home.resolve(".alknet/completion").resolve(name);
  }

  /** Writes names as if a command had listed them, with nothing left out. */
  private void plant(String name, List<String> names, Duration age) throws Exception {
    Files.createDirectories(file(name).getParent());
    Files.writeString(file(name), String.join("\n", names) + "\n");
    Files.setPosixFilePermissions(file(name), PosixFilePermissions.fromString("rw-------"));
    Files.setLastModifiedTime(file(name), FileTime.from(Instant.now().minus(age)));
  }

  // ---- names

  @Test
  void operationsAreThoseThatWereListedLast() throws Exception {
    run("ls");

    assertThat(tab("call", "").names()).contains("demo/echo", "demo/secret");
    assertThat(tab("call", "demo/e").names()).containsExactly("demo/echo");
    assertThat(tab("call", "/demo/e").names()).containsExactly("/demo/echo");
    for (String command : List.of("subscribe", "sub", "schema", "bench")) {
      assertThat(tab(command, "demo/ti").names()).as(command).contains("demo/ticker");
    }
    assertThat(tab("acl", "explain", "demo/s").names()).contains("demo/secret");
    assertThat(tab("call", "demo/echo", "").names()).as("an input is no operation").isEmpty();
    assertThat(tab("call", "--deadline", "demo/").names()).isEmpty();
    assertThat(tab("--timeout", "5s", "call", "-p", "a=b", "--", "demo/ec").names())
        .containsExactly("demo/echo");
    assertThat(Files.getPosixFilePermissions(file("operations")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.getPosixFilePermissions(file("operations").getParent()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(tab("call", "").started()).as("they are fresh").isEmpty();
  }

  @Test
  void aFilteredListIsNotTakenForTheWholeOne() {
    run("ls");
    run("ls", "demo/t*");
    run("ls", "--type", "subscription");

    assertThat(tab("call", "demo/ec").names()).containsExactly("demo/echo");
  }

  @Test
  void eachRemoteAndEachKeyHasNamesOfItsOwn() {
    run("keygen", "--out", "stranger.key");
    run("ls");
    run("ls", "--identity", "stranger.key");
    run("ls", "-r", node.address());

    assertThat(tab("call", "--identity", "stranger.key", "demo/s").names())
        .doesNotContain("demo/secret");
    assertThat(tab("call", "--identity=stranger.key", "demo/t").names()).contains("demo/time");
    assertThat(tab("call", "-r", node.address(), "demo/s").names()).contains("demo/secret");
    assertThat(tab("call", "-r", "other", "demo/s").names()).isEmpty();
  }

  @Test
  void remotesPeersAndCredentialsStandWhereTheyAreMeant() throws Exception {
    run("remote", "add", "hub", node.address(), "--no-verify-now");
    run("remote", "add", "home", node.address(), "--no-verify-now");
    run("peer", "list");
    plant("credentials", List.of("openai", "github"), Duration.ZERO);

    assertThat(tab("call", "-r", "h").names()).containsExactly("home", "hub");
    assertThat(tab("call", "--remote=hu").names()).containsExactly("--remote=hub");
    assertThat(tab("call", "--remote", "=", "hu").names()).as("bash").containsExactly("hub");
    assertThat(tab("remote", "show", "").names()).containsExactly("home", "hub");
    assertThat(tab("remote", "add", "").names()).as("a new name").isEmpty();
    assertThat(tab("import", "call", "hu").names()).containsExactly("hub");
    assertThat(tab("serve", "--connect", "hu").names()).containsExactly("hub");
    assertThat(tab("peer", "show", "op").names()).containsExactly("operator");
    assertThat(tab("export", "peers", "").names()).containsExactly("operator");
    assertThat(tab("token", "issue", "--peer", "").names()).containsExactly("operator");
    assertThat(tab("peer", "add", "").names()).as("a new name").isEmpty();
    assertThat(tab("credential", "show", "o").names()).containsExactly("openai");
    assertThat(tab("cred", "rm", "").names()).containsExactly("openai", "github");
    assertThat(tab("peer", "").names()).as("the script knows commands").isEmpty();
  }

  // ---- age

  @Test
  void oldNamesAreShownWhileNewerOnesAreAskedForOnce() throws Exception {
    home = temp;
    plant("operations", List.of("old/name"), Duration.ofMinutes(2));

    Tab first = tab("call", "");
    Tab second = tab("call", "");

    assertThat(first.names()).containsExactly("old/name");
    assertThat(first.started()).hasSize(1);
    assertThat(first.started().get(0))
        .startsWith("--data-dir", home.resolve(".alknet").toString())
        .endsWith("ls")
        .contains("--no-input", "--timeout");
    assertThat(second.names()).containsExactly("old/name");
    assertThat(second.started()).as("somebody asks already").isEmpty();
  }

  @Test
  void freshNamesAreNotAskedForAndVeryOldOnesNotShown() throws Exception {
    home = temp;
    plant("operations", List.of("new/name"), Duration.ofSeconds(50));
    assertThat(tab("call", "").started()).isEmpty();

    plant("operations", List.of("old/name"), Duration.ofHours(2));
    Tab late = tab("call", "");

    assertThat(late.names()).isEmpty();
    assertThat(late.started()).hasSize(1);
  }

  @Test
  void peersAreAskedForAgainWhenTheStoreChanged() throws Exception {
    home = temp;
    plant("peers", List.of("ann"), Duration.ofSeconds(5));
    assertThat(tab("peer", "show", "").started()).isEmpty();
    Files.writeString(home.resolve(".alknet/alknet.db-wal"), "");

    Tab later = tab("peer", "show", "");

    assertThat(later.names()).containsExactly("ann");
    assertThat(later.started().get(0)).endsWith("peer", "list");
  }

  // ---- nothing to say

  @Test
  void withoutTimeThereIsNoAnswer() {
    run("ls");

    Tab tab = tab(Duration.ZERO, "call", "");

    assertThat(tab.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "call",
        "nosuch ",
        "call -r",
        "call --nosuch ",
        "-- -- ",
        "call -d / -r ",
        "= = =",
        "call -d ~ "
      })
  void whateverIsTypedNothingFails(String line) {
    home = temp;
    assertThat(tab(line.split(" ", -1)).out()).isEmpty();
    assertThat(tab().out()).isEmpty();
  }

  @Test
  void brokenFilesAreNoAnswer() throws Exception {
    home = temp;
    plant("operations", List.of("x".repeat(2 << 20)), Duration.ZERO);
    Files.writeString(home.resolve(".alknet/remotes.json"), "{");
    Files.writeString(home.resolve(".alknet/alknet.toml"), "= = =");

    assertThat(tab("call", "").out()).isEmpty();
    assertThat(tab("remote", "show", "").out()).isEmpty();
    assertThat(tab("call", "-d", "\0", "").out()).isEmpty();
    Files.delete(file("operations"));
    Files.createDirectory(file("operations"));
    assertThat(tab("call", "").out()).isEmpty();
  }

  // ---- hostile names

  @Test
  void noNameThatMeansAnythingToAShellIsPrinted() throws Exception {
    home = temp;
    List<String> names = new ArrayList<>(HOSTILE);
    names.add("plain/name");
    plant("operations", names, Duration.ZERO);
    plant("peers", names, Duration.ZERO);

    assertThat(tab("call", "").names()).containsExactly("plain/name");
    assertThat(tab("peer", "show", "").names()).containsExactly("plain/name");
    plant("operations", List.of("plain/name"), Duration.ZERO);
    Files.setPosixFilePermissions(file("operations"), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(tab("call", "").names()).as("anybody may have written it").isEmpty();
  }

  /** A shell that loads the script, with a tool in place of ours that prints these lines. */
  private String shell(List<String> printed, String shell, String commands) throws Exception {
    home = temp;
    Files.writeString(temp.resolve("alknet." + shell), script(shell));
    Files.write(temp.resolve("printed"), printed);
    Path tool = temp.resolve("alknet");
    Files.writeString(
        tool, "#!/bin/sh\nprintf '%s\\n' \"$@\" > asked\ncat printed\necho trouble >&2\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    List<String> command = new ArrayList<>(List.of(shell));
    command.addAll(shell.equals("bash") ? List.of("--norc") : List.of());
    command.addAll(shell.equals("zsh") ? List.of("-f") : List.of());
    command.addAll(List.of("-c", commands));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true);
    builder.environment().put("HOME", temp.toString());
    builder.environment().merge("PATH", temp.toString(), (path, own) -> own + ":" + path);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    return output;
  }

  /** What bash and zsh do at a TAB behind these words. */
  private static String atTab(String words) {
    return "COMP_WORDS=("
        + words
        + "); COMP_LINE=x; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); "
        + "_alknet_names ./alknet '' ''; printf '<%s>\\n' \"${COMPREPLY[@]}\"";
  }

  private String script(String shell) {
    return new InProcess(home).run("completion", shell).out();
  }

  @Test
  void bashTakesPlainNamesAndRunsNothingOfTheOthers() throws Exception {
    assertTakesPlainNames(
        "bash", "source ./alknet.bash; complete -p alknet; " + atTab("./alknet call ''"));
  }

  @Test
  void zshTakesPlainNamesAndRunsNothingOfTheOthers() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/zsh")), "there is no zsh here");
    assertTakesPlainNames(
        "zsh",
        "autoload -U +X compinit && compinit -D; source ./alknet.zsh; setopt ksharrays; "
            + atTab("./alknet call ''"));
  }

  @Test
  void fishTakesPlainNamesAndRunsNothingOfTheOthers() throws Exception {
    assumeTrue(Files.exists(Path.of("/usr/bin/fish")), "there is no fish here");
    assertTakesPlainNames(
        "fish",
        "source alknet.fish; for name in (complete -C 'alknet call '); echo \"<$name>\"; end");
  }

  private void assertTakesPlainNames(String shell, String commands) throws Exception {
    List<String> printed = new ArrayList<>(HOSTILE);
    printed.add("demo/echo");

    String output = shell(printed, shell, commands);

    assertThat(output.lines().filter(line -> line.startsWith("<"))).containsExactly("<demo/echo>");
    assertThat(output).doesNotContain("trouble");
    assertThat(Files.readAllLines(temp.resolve("asked"))).containsExactly("__complete", "call", "");
    assertThat(temp.resolve("pwned")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "./alknet call --rem, <--remote>",
    "./alknet pee, <peer>",
    "./alknet peer sho, <show>",
  })
  void bashCompletesCommandsAndOptionsWithoutAskingTheTool(String words, String expected)
      throws Exception {
    String output = shell(List.of(), "bash", "source ./alknet.bash; " + atTab(words));

    assertThat(output).contains(expected);
  }

  @Test
  void scriptsOfTheOtherShellsAskTheToolAsWell() {
    assertThat(script("zsh")).startsWith("autoload").contains("\"$tool\" __complete");
    assertThat(script("fish"))
        .contains("__complete $words[2..-1]", "complete -c alknet -a '(__alknet_names)'")
        .containsPattern("-l remote .*-x -a '\\(__alknet_names\\)'");
  }
}
