package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.cli.TestVault;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.core.identity.PeerEntry;
import org.alknet.store.sqlite.SqliteStore;
import org.alknet.testkit.Await;
import org.alknet.vault.keystore.Keystore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step of the table fails once, and what was done before is undone. */
class NodeAssemblyTest {
  /** BIP-39's own first test vector. */
  private static final char[] PHRASE = ("abandon ".repeat(11) + "about").toCharArray();

  @TempDir Path temp;

  private DataDirectory data;

  /** Where a start can fail, in the order of the table. */
  private enum Step {
    ADDRESS(Kind.CONFIGURATION),
    LOCK(Kind.CANNOT_START),
    AUDIT(Kind.UNSAFE),
    STORE(Kind.STORE),
    FOREIGN_STORE(Kind.STORE),
    API_KEY(Kind.CONFIGURATION),
    KEYSTORE(Kind.VAULT),
    PASSWORD(Kind.VAULT),
    FINGERPRINT(Kind.VAULT),
    NODE_KEY(Kind.UNSAFE),
    CREDENTIAL(Kind.VAULT),
    OPERATION(Kind.CONFIGURATION),
    REMOTE(Kind.CONFIGURATION),
    DECOY(Kind.CONFIGURATION),
    PORT(Kind.CANNOT_START),
    CERTIFICATE(Kind.CONFIGURATION),
    TCP_PORT(Kind.CANNOT_START),
    STATE(Kind.STORE);

    private final Kind kind;

    Step(Kind kind) {
      this.kind = kind;
    }
  }

  @BeforeEach
  void prepare() throws Exception {
    data = new DataDirectory(temp.resolve("data"));
    Keystore.at(makeHome().resolve("vault.json"), TestVault.LEAST)
        .importPhrase(PHRASE.clone(), "password".toCharArray());
    secret("password", "password");
    secret("wrong", "wrong");
    whole().start().close();
  }

  private Path makeHome() throws NodeException {
    data.create();
    return data.root();
  }

  private void secret(String name, String content) throws IOException {
    Path file = data.root().resolve(name);
    Files.writeString(file, content + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private Path file(String more) throws IOException {
    Path file = data.root().resolve("alknet.toml");
    Files.writeString(
        file,
        "listen_addr = \"127.0.0.1:0\"\n"
            + more
            + (more.contains("[vault]")
                ? ""
                : "[vault]\nkeystore = \"vault.json\"\npassword_file = \"password\"\n")
            + (more.contains("[logging]") ? "" : "[logging]\naudit_file = \"audit.log\"\n"));
    return file;
  }

  /** A node that has one of everything, and starts. */
  private NodeBuilder whole() throws Exception {
    return NodeBuilder.fromConfig(file("[http]\n")).operation(operation("own/one"));
  }

  private static HandlerRegistration operation(String name) {
    return HandlerRegistration.of(
        OperationSpec.query(name).build(),
        new OperationHandler.Once(
            (input, ctx) ->
                CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input))),
        OperationProvenance.LOCAL);
  }

  /** Returns a builder whose start fails at the step, and what is in its way. */
  private NodeBuilder failing(Step step, List<AutoCloseable> obstacles) throws Exception {
    switch (step) {
      case ADDRESS -> {
        return whole().listen("nowhere");
      }
      case LOCK -> obstacles.add(ServeLock.take(data));
      case AUDIT ->
          Files.setPosixFilePermissions(
              data.root().resolve("audit.log"), PosixFilePermissions.fromString("rw-r--r--"));
      case STORE -> Files.writeString(data.store(), "this is no database, and long enough to tell");
      case FOREIGN_STORE -> {
        execute("CREATE TRIGGER foreign_one AFTER INSERT ON peers BEGIN SELECT 1; END");
        return whole().strictStore(true);
      }
      case API_KEY -> {
        try (SqliteStore store = NodeStore.openForCommand(data, Optional.empty())) {
          Await.result(store.identities().putPeer(PeerEntry.builder("alk_9fQ2").build()));
        }
        return NodeBuilder.fromConfig(
            file(
                "[[auth.api_keys]]\nprefix = \"alk_9fQ2\"\nhash = \"sha256:"
                    + "a".repeat(64)
                    + "\"\n"));
      }
      case KEYSTORE -> Files.delete(data.root().resolve("vault.json"));
      case PASSWORD -> {
        return whole().passwordFile(data.root().resolve("wrong"));
      }
      case FINGERPRINT -> {
        return NodeBuilder.fromConfig(
            file("[identity]\nexpect_fingerprint = \"ed25519:" + "a".repeat(64) + "\"\n"));
      }
      case NODE_KEY -> Files.writeString(data.nodeKey(), "no key\n");
      case CREDENTIAL -> {
        return whole().operation(operation("own/two"), "missing").requireCredentials(true);
      }
      case OPERATION -> {
        return whole().operation(operation("own/one"));
      }
      case REMOTE -> {
        return whole().connect("nobody", true);
      }
      case PORT -> {
        DatagramSocket busy = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        obstacles.add(busy);
        return whole().listen("127.0.0.1:" + busy.getLocalPort());
      }
      case DECOY -> {
        return NodeBuilder.fromConfig(file("[http]\ndecoy = \"site:nowhere\"\n"));
      }
      case CERTIFICATE -> {
        return NodeBuilder.fromConfig(
            file("[http]\ncert = \"nowhere.crt\"\nkey = \"nowhere.key\"\n"));
      }
      case TCP_PORT -> {
        ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        obstacles.add(busy);
        return whole().http("127.0.0.1:" + busy.getLocalPort());
      }
      case STATE -> Files.createDirectories(RunState.file(data).resolve("in-the-way"));
    }
    return whole();
  }

  @ParameterizedTest
  @EnumSource
  void stepThatFailsUndoesTheStepsBeforeIt(Step step) throws Exception {
    List<AutoCloseable> obstacles = new ArrayList<>();
    NodeBuilder builder = failing(step, obstacles);
    Set<Thread> threads = threads();
    NodeException refused = catchThrowableOfType(NodeException.class, builder::start);

    assertThat(refused).isNotNull();
    assertThat(refused.kind()).as(String.valueOf(refused.getMessage())).isEqualTo(step.kind);
    for (AutoCloseable obstacle : obstacles) {
      obstacle.close();
    }
    assertThat(openFiles()).noneMatch(file -> file.startsWith(data.root().toString()));
    Await.until("no thread of it is left", () -> threads.containsAll(threads()));
    ServeLock.take(data).close();
    assertThat(RunState.ofRunningNode(data)).isEmpty();
  }

  /** By reflection, because this module does not read the database's. */
  private void execute(String sql) throws Exception {
    Object connection =
        Class.forName("java.sql.DriverManager")
            .getMethod("getConnection", String.class)
            .invoke(null, "jdbc:sqlite:" + data.store());
    try (AutoCloseable open = (AutoCloseable) connection) {
      Object statement =
          Class.forName("java.sql.Connection").getMethod("createStatement").invoke(open);
      try (AutoCloseable opened = (AutoCloseable) statement) {
        Class.forName("java.sql.Statement").getMethod("execute", String.class).invoke(opened, sql);
      }
    }
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().startsWith("alknet"))
        .collect(Collectors.toCollection(HashSet::new));
  }

  /** What this process has open, where the system tells. */
  private static List<String> openFiles() throws IOException {
    Path open = Path.of("/proc/self/fd");
    if (!Files.isDirectory(open)) {
      return List.of();
    }
    try (Stream<Path> descriptors = Files.list(open)) {
      return descriptors.map(NodeAssemblyTest::target).toList();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  @Test
  void runningNodeHoldsItsLockAndAStoppedOneNothing() throws Exception {
    try (Node node = whole().start()) {
      assertThat(node.listening()).hasSize(1);
      if (Files.isDirectory(Path.of("/proc/self/fd"))) {
        assertThat(openFiles()).anyMatch(file -> file.endsWith("serve.lock"));
      }
    }
    assertThat(openFiles()).noneMatch(file -> file.startsWith(data.root().toString()));
  }
}
