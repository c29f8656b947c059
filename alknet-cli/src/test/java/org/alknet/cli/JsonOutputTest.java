package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.context.GlobalOptions;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonSchemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What scripts read: every command that prints a document prints one of a published shape. */
class JsonOutputTest {
  /** Commands whose output is no document: text, streams of lines, bare values, or nothing. */
  private static final Set<String> WITHOUT_DOCUMENT =
      Set.of(
          "alknet serve",
          "alknet call",
          "alknet subscribe",
          "alknet batch",
          "alknet peer export",
          "alknet export peers",
          "alknet export openapi",
          "alknet store watch",
          "alknet config schema",
          "alknet config init",
          "alknet completion",
          "alknet man",
          "alknet vault export");

  private static final String KEY = "ed25519:" + "a1".repeat(32);
  private static final String OTHER = "ed25519:" + "b2".repeat(32);

  @TempDir Path home;

  private final Set<String> ran = new LinkedHashSet<>();

  private JsonNode run(String kind, int exit, String line) {
    ran.add(line);
    Result result = new InProcess(home).input("value").run((line + " --json").split(" "));
    assertThat(result.exit()).as(line + "\n" + result.err()).isEqualTo(exit);
    if (kind.isEmpty()) {
      return JsonMapper.shared().readTree("{}");
    }
    JsonNode document = JsonMapper.shared().readTree(result.out());
    assertThat(document.path("kind").asString()).as(line).isEqualTo(kind);
    return document.path("data");
  }

  private void ok(String kind, String line) {
    run(kind, 0, line);
  }

  @Test
  void everyCommandPrintsADocumentOfItsPublishedShape() throws Exception {
    secret("password", "correct horse");
    secret("next", "battery staple");
    secret("phrase", "abandon ".repeat(11) + "about");
    ok("init", "-d n init --vault --words 12 --password-file password --reveal");
    TestVault.create(home.resolve("v"), TestVault.PHRASE);
    ok("init", "-d v init --vault --password-file password");
    ok("vault", "-d w vault init --words 12 --password-file password --out words.txt");
    ok("vault", "-d x vault import --mnemonic-file phrase --password-file password");
    ok("vault", "-d v vault unlock");
    ok("vault", "-d v vault fingerprint --device 3");
    ok("vault.derive", "-d v vault derive m/74'/0'/0'/7'");
    ok("vault.derive", "-d v vault derive m/44'/60'/0'/0/0 --type secp256k1");
    ok("credential.change", "-d v credential put demo --stdin");
    ok("credential.list", "-d v credential list");
    ok("credential", "-d v credential show demo --envelope");
    ok("credential", "-d v credential show demo --reveal");
    ok("credential.test", "-d v credential test demo");
    ok("vault.rotate", "-d v vault rotate --to 3 --dry-run");
    ok("vault.rotate", "-d v vault rotate --to 3");
    ok("vault", "-d x vault change-password --password-file password --new-password-file next");
    ok("credential.change", "-d v credential delete demo --yes");
    ok("store.info", "-d v store info");
    ok("store.check", "-d v store check --deep");
    ok("store.backup", "-d v store backup copy.db");
    ok("store.restore", "-d v store restore copy.db --yes");
    ok("store.prune", "-d v store prune");
    ok("store.migrate", "-d v store migrate --dry-run");
    ok("help", "help");
    ok("help", "help peer add");
    ok("config.check", "-d v config check");
    ok("config.show", "-d v config show");
    ok("key", "keygen --out some.key");
    ok("fingerprint", "fingerprint some.key");
    ok("version", "version");
    run("status", 6, "status");
    try (Node node = node()) {
      withNode(node);
    }
    // A node cannot be asked to end the process of the test.
    ran.add("stop");

    List<String> leaves = new ArrayList<>();
    collect(AlknetCommand.commandLine(invocation()), leaves);
    leaves.removeAll(WITHOUT_DOCUMENT);
    for (String leaf : leaves) {
      String words = leaf.replaceFirst("alknet ", "");
      assertThat(ran).as(leaf).anyMatch(line -> (" " + line + " ").contains(" " + words + " "));
    }
    Set<String> unseen = new LinkedHashSet<>(JsonSchemas.kinds());
    unseen.removeAll(PublishedShapes.seen());
    assertThat(unseen).containsExactlyInAnyOrder("stop");
  }

  private void withNode(Node node) throws Exception {
    ok("status", "status");
    ok("reload", "reload");
    ok("config.diff", "config diff");
    ok("peer.change", "peer add w --fingerprint " + KEY);
    ok("peer.change", "peer add t --issue-token --reveal");
    ok("peer.change", "peer update w --add-scope a --add-resource git=x --name W");
    ok("peer.change", "peer rotate w --fingerprint " + OTHER);
    ok("peer.change", "peer disable w");
    ok("peer.change", "peer enable w");
    ok("peer.list", "peer list");
    ok("peer", "peer show w");
    Files.writeString(home.resolve("peers.jsonl"), new InProcess(home).run("peer", "export").out());
    ok("peer.import", "peer import peers.jsonl --dry-run");
    ok("peer.change", "peer remove w --yes");
    ok("token.issue", "token issue --peer t --out t.token");
    ok("token.issue", "token issue --api-key --scope a --reveal");
    ok("token.hash", "token hash --file t.token");
    ok("token.verify", "token verify --file t.token");
    ok("identity", "identity show");
    ok("remote.change", "remote add hub " + node.address());
    ok("remote.list", "remote list");
    ok("remote", "remote show hub");
    ok("remote.use", "remote use hub");
    ok("remote.test", "remote test hub");
    ok("operation.list", "ls --long");
    ok("operation.schema", "schema demo/add");
    ok("ping", "ping -c 1");
    ok("doctor", "doctor");
    ok("bench", "bench --duration 100ms --warmup 0ms --concurrency 2");
    ok("import.call", "import call hub");
    try (ToolServer tools = new ToolServer()) {
      ok("import.mcp", "import mcp " + tools.url());
    }
    Files.writeString(home.resolve("petstore.yaml"), Petstore.document("https://pets.example/v1"));
    ok("import.openapi", "import openapi petstore.yaml --list");
    ok("remote.change", "remote remove hub --yes");
    ok("acl.explain", "acl explain demo/secret --peer operator");
    run("acl.explain", 21, "acl explain demo/secret --anonymous");
    ok("acl.matrix", "acl matrix");
    run("", 20, "call demo/nothing");
  }

  private Node node() throws Exception {
    new InProcess(home).run("init", "--listen", "127.0.0.1:0");
    Path file = home.resolve(".alknet/alknet.toml");
    Files.writeString(file, "\n[demo]\nenabled = true\n", StandardOpenOption.APPEND);
    return NodeBuilder.fromConfig(file).start();
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

  private static void collect(CommandLine line, List<String> leaves) {
    if (line.getSubcommands().isEmpty()) {
      leaves.add(line.getCommandSpec().qualifiedName());
    }
    new LinkedHashSet<>(line.getSubcommands().values()).forEach(child -> collect(child, leaves));
  }

  @Test
  void helpPrintsTheSchemaOfEachKind() {
    Result kinds = new InProcess(home).run("help", "json");
    Result schema = new InProcess(home).run("help", "json", "peer.list");
    Result none = new InProcess(home).run("help", "json", "nothing");

    assertThat(kinds.out().lines()).contains("peer.list", "error").isSorted();
    assertThat(
            JsonMapper.shared()
                .readTree(schema.out())
                .path("properties")
                .path("kind")
                .path("const")
                .asString())
        .isEqualTo("peer.list");
    assertThat(none.exit()).isEqualTo(2);
  }
}
