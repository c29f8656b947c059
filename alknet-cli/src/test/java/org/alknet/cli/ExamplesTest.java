package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.command.CommandDoc;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Every example of every help is run as it is written, in this process, by a reader of command
 * lines that knows quotes, {@code <}, {@code >}, {@code |} and {@code $(cat FILE)}.
 */
class ExamplesTest {
  /** What has to be there before the examples of a command can work. */
  private static final Map<String, List<String>> BEFORE =
      Map.ofEntries(
          Map.entry("alknet call", List.of("remote add hub $(cat hub.address) --replace")),
          Map.entry("alknet remote", List.of("remote add hub $(cat hub.address) --replace")),
          Map.entry("alknet remote add", List.of("remote rm hub --yes")),
          Map.entry("alknet remote test", List.of("remote add hub $(cat hub.address)")),
          Map.entry("alknet", List.of("remote rm hub --yes")),
          Map.entry("alknet peer", List.of("peer add worker-a --fingerprint KEY")),
          Map.entry("alknet peer add", List.of("peer remove worker-a --yes")),
          Map.entry("alknet peer rotate", List.of("peer update worker-b --rename worker-a")),
          Map.entry("alknet peer import", List.of("peer export > peers.jsonl")),
          Map.entry(
              "alknet peer remove",
              List.of(
                  "peer add worker-a --fingerprint KEY --replace",
                  "peer add worker-b --issue-token --out w.token")),
          Map.entry(
              "alknet token",
              List.of("rm script.token", "peer add script --scope a --issue-token --out x.token")),
          Map.entry(
              "alknet acl explain",
              List.of("peer add script --scope operator --token-file script.token --replace")),
          Map.entry("alknet keygen", List.of("rm worker.key")),
          Map.entry("alknet store backup", List.of("rm copy.db")),
          Map.entry("alknet credential", List.of("quick vault")),
          Map.entry("alknet credential put", List.of("credential rm openai --yes")),
          Map.entry(
              "alknet vault init", List.of("mv .alknet/vault.json saved.json", "rm phrase.txt")),
          Map.entry("alknet vault import", List.of("rm .alknet/vault.json", "rm spare.json")),
          Map.entry("alknet vault unlock", List.of("mv saved.json .alknet/vault.json")),
          Map.entry(
              "alknet credential delete",
              List.of("credential put openai --file key.txt --replace")));

  /** These need a process of their own, or another machine: real ones show them elsewhere. */
  private static final Set<String> ELSEWHERE =
      Set.of("alknet serve", "alknet stop", "alknet stop --wait 1m", "alknet vault export");

  @TempDir Path home;

  private final ToolServer tools = new ToolServer();

  private @Nullable Node node;

  @AfterEach
  void stop() {
    tools.close();
    if (node != null) {
      node.close();
    }
  }

  @Test
  void everyExampleWorksAsWritten() throws Exception {
    prepare();
    List<CommandLine> commands = new ArrayList<>();
    collect(AlknetCommand.commandLine(invocation()), commands);
    int executed = 0;
    for (CommandLine command : commands) {
      CommandDoc doc = CommandDoc.of(command.getCommandSpec());
      for (String line : BEFORE.getOrDefault(doc.name(), List.of())) {
        before(line);
      }
      boolean first = true;
      for (String example : doc.examples()) {
        if (ELSEWHERE.stream().noneMatch(example::startsWith)) {
          Result result = execute(first ? shell() : new ShellLines(home), example);
          first = false;
          assertThat(result.exit())
              .as(doc.name() + ": " + example + "\n" + result.out() + result.err())
              .isEqualTo(expected(example));
          executed++;
        }
      }
    }
    assertThat(executed).isGreaterThan(100);
  }

  /** A refusal is what these examples are about. */
  private static int expected(String example) {
    return example.startsWith("alknet acl explain") && example.contains("--anonymous") ? 21 : 0;
  }

  private void before(String line) throws Exception {
    if (line.startsWith("rm ")) {
      Files.deleteIfExists(home.resolve(line.substring(3)));
    } else if (line.startsWith("mv ")) {
      String[] words = line.split(" ", -1);
      Files.move(
          home.resolve(words[1]), home.resolve(words[2]), StandardCopyOption.REPLACE_EXISTING);
    } else if (line.equals("quick vault")) {
      Files.delete(home.resolve(".alknet/vault.json"));
      TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    } else {
      execute("alknet " + line);
    }
  }

  private void prepare() throws Exception {
    secret("password", "correct horse");
    secret("new-password", "correct horse");
    secret("key.txt", "sk-example");
    Files.writeString(home.resolve("petstore.yaml"), Petstore.sound("https://pets.example/v1"));
    secret("phrase.txt", "abandon ".repeat(11) + "about");
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    execute("alknet init --vault --listen 127.0.0.1:0 --password-file password");
    Path file = home.resolve(".alknet/alknet.toml");
    Files.writeString(file, "\n[demo]\nenabled = true\n", StandardOpenOption.APPEND);
    Files.copy(file, home.resolve("next.toml"));
    node = NodeBuilder.fromConfig(file).start();
    Files.writeString(home.resolve("hub.address"), node.address() + "\n");
    Files.writeString(home.resolve("calls.jsonl"), "{\"operation\":\"demo/echo\",\"id\":1}\n");
    execute("alknet remote add hub $(cat hub.address)");
    execute("alknet keygen --out worker.key");
    execute("alknet credential put openai --file key.txt");
    execute("alknet peer export > peers.jsonl");
    execute("alknet store backup copy.db");
    Files.createDirectories(home.resolve(".ssh"));
    Files.writeString(
        home.resolve(".ssh/id_ed25519.pub"),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea you\n");
  }

  /** Returns what runs the first example of each command. */
  ShellLines shell() {
    return new ShellLines(home);
  }

  private Result execute(String example) throws Exception {
    return execute(new ShellLines(home), example);
  }

  private Result execute(ShellLines shell, String example) throws Exception {
    return shell.run(
        example
            .replace("KEY", "ed25519:" + "a1".repeat(32))
            .replace("https://mcp.example.org/mcp", tools.url())
            .replace("127.0.0.1:4433", hostAndPort()));
  }

  private String hostAndPort() {
    return node == null
        ? "127.0.0.1:4433"
        : node.address().substring(node.address().indexOf('@') + 1);
  }

  private void secret(String name, String content) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Invocation invocation() {
    return new Invocation(
        new InProcess(home).context(new ByteArrayOutputStream(), new ByteArrayOutputStream()),
        new GlobalOptions());
  }

  private static void collect(CommandLine line, List<CommandLine> commands) {
    commands.add(line);
    new LinkedHashSet<>(line.getSubcommands().values()).forEach(child -> collect(child, commands));
  }
}
