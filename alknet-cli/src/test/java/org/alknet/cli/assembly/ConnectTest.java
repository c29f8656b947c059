package org.alknet.cli.assembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.assembly.NodeException.Kind;
import org.alknet.cli.assembly.RemoteState.Status;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** A runner that dials a hub, and what it tells about it. Real nodes, real QUIC. */
class ConnectTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @TempDir Path temp;

  private Path runnerHome;
  private String runnerKey;

  @BeforeEach
  void makeRunnerKey() throws Exception {
    runnerHome = temp.resolve("runner");
    new DataDirectory(runnerHome).create();
    Ed25519SecretKey key = KeyFiles.create(new DataDirectory(runnerHome).nodeKey());
    runnerKey = key.fingerprint();
    key.destroy();
  }

  /** The node that is dialled: it has one operation, and one that composes the runner's. */
  private Node hub(String listen) throws NodeException {
    Node hub =
        NodeBuilder.create()
            .dataDirectory(temp.resolve("hub"))
            .listen(listen)
            .operation(answering("hub/ask", "from the hub"))
            .operation(composing("hub/reach", "runner/ask"))
            .start();
    return hub;
  }

  private static void know(Node node, String peerId, String fingerprint) {
    Await.result(
        node.identities().putPeer(PeerEntry.builder(peerId).fingerprints(fingerprint).build()));
  }

  private static HandlerRegistration answering(String name, String text) {
    return operation(
        name,
        (input, ctx) ->
            CompletableFuture.completedFuture(
                ResponseEnvelope.ok(ctx.requestId(), JSON.stringNode(text))));
  }

  private static HandlerRegistration operation(String name, UnaryHandler handler) {
    return HandlerRegistration.of(
        OperationSpec.query(name).build(),
        new OperationHandler.Once(handler),
        OperationProvenance.LOCAL);
  }

  /** Passes its input on to another operation, wherever that is. */
  private static HandlerRegistration composing(String name, String other) {
    int slash = other.indexOf('/');
    return new HandlerRegistration(
        OperationSpec.query(name).build(),
        new OperationHandler.Once(
            (input, ctx) ->
                ctx.env()
                    .invoke(other.substring(0, slash), other.substring(slash + 1), input, ctx)),
        OperationProvenance.LOCAL,
        Optional.of(CompositionAuthority.of("test")),
        Optional.of(ScopedPeerEnv.of(other)),
        Capabilities.empty());
  }

  private Path configuration(String more) throws IOException {
    Path file = runnerHome.resolve("alknet.toml");
    Files.writeString(file, "listen_addr = \"127.0.0.1:0\"\n" + more);
    return file;
  }

  private static String connect(String remote, String more) {
    return "[[connect]]\nremote = \"" + remote + "\"\n" + more;
  }

  private NodeBuilder runner(String connect) throws Exception {
    return NodeBuilder.fromConfig(configuration(connect))
        .operation(answering("runner/ask", "from the runner"))
        .operation(composing("runner/reach", "hub/ask"));
  }

  private static RemoteState only(Node node) {
    assertThat(node.remotes()).hasSize(1);
    return node.remotes().get(0);
  }

  private static void await(Node node, Status status) {
    Await.until("the remote is " + status, () -> only(node).status() == status);
  }

  /** Calls an operation of a node, as nobody in particular. */
  private static String ask(Node node, String operation) throws Exception {
    try (CallClient client =
        CallClient.builder(
                OperationRegistry.empty(),
                new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults())))
            .build()) {
      RemoteTarget target = RemoteTarget.parse(node.address());
      CallConnection connection =
          Await.result(
              client.connect(
                  CallTarget.of(target.address().host(), target.address().port()),
                  CallCredentials.none()
                      .withRemoteIdentity(new RemoteIdentity(target.pins(), true))));
      ResponseEnvelope answer = Await.result(connection.call(operation, JSON.objectNode()));
      return answer.output().map(Object::toString).orElseGet(() -> answer.error().get().code());
    }
  }

  @Test
  void remoteIsDialledImportedFromAndCanCallBack() throws Exception {
    try (Node hub = hub("127.0.0.1:0")) {
      know(hub, "runner", runnerKey);
      Path file = configuration(connect(hub.address(), "import = true\n"));
      try (Node first = NodeBuilder.fromConfig(file).start()) {
        know(first, "hub", hub.fingerprint());
      }
      try (Node runner = runner(connect(hub.address(), "import = true\n")).start()) {
        Await.until("imported", () -> only(runner).imported().isPresent());
        RemoteState state = only(runner);

        assertThat(state.status()).isEqualTo(Status.CONNECTED);
        assertThat(state.peerId()).contains("hub");
        assertThat(state.imported()).contains(2);
        assertThat(state.trouble()).isEmpty();
        assertThat(ask(runner, "runner/reach")).isEqualTo("\"from the hub\"");
        Await.until("the hub reaches it", () -> reaches(hub, "hub/reach"));
        Await.until(
            "the state file says so",
            () ->
                RunState.ofRunningNode(runner.directory())
                    .orElseThrow()
                    .remotes()
                    .equals(List.of(state)));
        assertThat(hub.counters()).containsKeys("connections_total", "call_requests_total");
      }
    }
  }

  private static boolean reaches(Node node, String operation) {
    try {
      return ask(node, operation).equals("\"from the runner\"");
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void nothingIsImportedUnlessThatWasAskedForAndTheHubReachesTheRunnerAllTheSame()
      throws Exception {
    try (Node hub = hub("127.0.0.1:0")) {
      know(hub, "runner", runnerKey);
      try (Node runner = runner(connect(hub.address(), "")).start()) {
        await(runner, Status.CONNECTED);
        assertThat(only(runner).peerId()).isEmpty();
        know(runner, "hub", hub.fingerprint());
        Await.until(
            "connected again, as a known peer",
            () -> only(runner).peerId().equals(Optional.of("hub")));
        Await.until("the hub reaches it", () -> reaches(hub, "hub/reach"));

        assertThat(only(runner).imported()).isEmpty();
        assertThat(ask(runner, "runner/reach")).isEqualTo("NOT_FOUND");
      }
    }
  }

  /** Before its owner does, who closes it again. */
  private static void stop(Node node) {
    node.close();
  }

  @Test
  void hubThatWentAwayIsFoundAgainWhenItIsBack() throws Exception {
    String address;
    try (Node hub = hub("127.0.0.1:0")) {
      address = hub.listening().get(0);
      try (Node runner = runner(connect(hub.address(), "")).start()) {
        await(runner, Status.CONNECTED);
        stop(hub);
        Await.until("lost", () -> only(runner).status() != Status.CONNECTED);
        try (Node again = hub(address)) {
          await(runner, Status.CONNECTED);
          assertThat(again.fingerprint()).isEqualTo(hub.fingerprint());
        }
      }
    }
  }

  @Test
  void wrongKeyIsToldLoudlyAndTheNodeGoesOn() throws Exception {
    String wrong = "ed25519:" + "a".repeat(64);
    try (Node hub = hub("127.0.0.1:0");
        Node runner = runner(connect(wrong + "@" + hub.listening().get(0), "")).start()) {
      Await.until("refused", () -> only(runner).trouble().isPresent());
      RemoteState state = only(runner);

      assertThat(state.trouble().orElseThrow())
          .startsWith("cannot verify " + hub.listening().get(0))
          .contains("it presented " + hub.fingerprint())
          .contains("pinned is " + wrong)
          .contains("someone is in between");
      assertThat(ask(runner, "runner/ask")).isEqualTo("\"from the runner\"");
      Await.until(
          "the state file says so",
          () ->
              RunState.ofRunningNode(runner.directory()).orElseThrow().remotes().stream()
                  .anyMatch(remote -> remote.status() == Status.NOT_TRUSTED));
      // Waits of 0.5 s and more lie between dials, so there cannot have been many.
      assertThat(only(runner).attempts()).isLessThan(10);
    }
  }

  @Test
  void rawKeyWithoutPinIsRefusedWithTheLineToWrite() throws Exception {
    try (Node hub = hub("127.0.0.1:0");
        Node runner = runner(connect(hub.listening().get(0), "reconnect = false\n")).start()) {
      await(runner, Status.ENDED);

      assertThat(only(runner).trouble().orElseThrow())
          .contains("nothing says which key to expect")
          .contains("remote = \"" + hub.address() + "\"");
      assertThat(only(runner).attempts()).isOne();
    }
  }

  @Test
  void remoteThatIsNotToBeReconnectedIsDialledOnce() throws Exception {
    try (Node hub = hub("127.0.0.1:0");
        Node runner = runner(connect(hub.address(), "reconnect = false\n")).start()) {
      await(runner, Status.CONNECTED);
      stop(hub);
      await(runner, Status.ENDED);

      assertThat(only(runner).attempts()).isOne();
    }
  }

  @Test
  void savedRemoteBringsItsAddressAndThePeerOfItsNameTheKeys() throws Exception {
    try (Node hub = hub("127.0.0.1:0")) {
      Path file = configuration("");
      try (Node first = NodeBuilder.fromConfig(file).start()) {
        know(first, "hub", hub.fingerprint());
      }
      save("{\"hub\":{\"address\":\"%s\"}}".formatted(hub.listening().get(0)));
      try (Node runner = runner(connect("hub", "")).start()) {
        await(runner, Status.CONNECTED);
        assertThat(only(runner).remote()).isEqualTo("hub");
        assertThat(only(runner).peerId()).contains("hub");
      }
    }
  }

  @Test
  void tokenOfASavedRemoteGoesWithEachCallAndItsFileHasToBePrivate() throws Exception {
    save(
        "{\"hub\":{\"address\":\"127.0.0.1:1\",\"fingerprints\":[\"%s\"],\"token\":{\"file\":\"t\"}}}"
            .formatted("ed25519:" + "a".repeat(64)));
    Files.writeString(runnerHome.resolve("t"), "secret-token\n");
    Files.setPosixFilePermissions(
        runnerHome.resolve("t"), PosixFilePermissions.fromString("rw-r--r--"));

    NodeException open = refused(connect("hub", ""));
    Files.setPosixFilePermissions(
        runnerHome.resolve("t"), PosixFilePermissions.fromString("rw-------"));
    try (Node runner = runner(connect("hub", "")).start()) {
      assertThat(only(runner).remote()).isEqualTo("hub");
    }

    assertThat(open.advice()).anyMatch(line -> line.contains("is open to other users"));
  }

  private void save(String remotes) throws IOException {
    Path file = runnerHome.resolve("remotes.json");
    Files.writeString(file, "{\"version\":1,\"selected\":null,\"remotes\":" + remotes + "}");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private NodeException refused(String connect) throws Exception {
    NodeBuilder builder = runner(connect);
    NodeException refused = catchThrowableOfType(NodeException.class, builder::start);
    assertThat(refused).isNotNull();
    assertThat(refused.kind()).isEqualTo(Kind.CONFIGURATION);
    return refused;
  }

  @Test
  void nameThatMeansNothingKeepsTheNodeFromStartingAndSaysWhere() throws Exception {
    save("{\"hub-one\":{\"address\":\"127.0.0.1:1\"}}");
    NodeException refused = refused(connect("hub-on", ""));

    assertThat(refused.advice())
        .containsExactly(
            runnerHome.resolve("alknet.toml")
                + ":3:1: connect[0].remote: is neither an address, [FINGERPRINT@]HOST:PORT, nor the"
                + " name of a saved remote; did you mean \"hub-one\"?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{|cannot read",
        "{\"version\":2,\"remotes\":{}}|it is of another version than 1",
        "{\"version\":1,\"remotes\":{\"hub\":{\"address\":\"nowhere\"}}}|is no address",
        "{\"version\":1,\"remotes\":{\"hub\":{\"address\":\"h:1\",\"fingerprints\":[\"x\"]}}}|has a"
            + " fingerprint that is none",
      })
  void savedRemotesThatMakeNoSenseAreRefused(String content, String problem) throws Exception {
    Path file = runnerHome.resolve("remotes.json");
    Files.writeString(file, content);

    NodeException refused = refused(connect("hub", ""));

    assertThat(String.join("\n", refused.advice()))
        .contains("connect[0].remote: ")
        .contains(problem);
  }

  @Test
  void callsOnADialledConnectionMayFinishWhenTheNodeStops() throws Exception {
    CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();
    CompletableFuture<String> began = new CompletableFuture<>();
    try (Node hub = hub("127.0.0.1:0")) {
      know(hub, "runner", runnerKey);
      Node runner =
          NodeBuilder.fromConfig(configuration(connect(hub.address(), "")))
              .drainTimeout(Await.DEADLINE)
              .operation(
                  operation(
                      "runner/ask",
                      (input, ctx) -> {
                        began.complete(ctx.requestId());
                        return answer;
                      }))
              .start();
      await(runner, Status.CONNECTED);
      CompletableFuture<String> asked =
          CompletableFuture.supplyAsync(
              () -> {
                List<String> answers = new ArrayList<>();
                Await.until("imported", () -> !next(answers, hub).equals("NOT_FOUND"));
                return answers.get(answers.size() - 1);
              });
      String request = Await.result(began);
      CompletableFuture<Void> closing = CompletableFuture.runAsync(runner::close);
      Await.until("it takes nobody new", () -> refuses(runner));
      answer.complete(ResponseEnvelope.ok(request, JSON.stringNode("late")));

      assertThat(Await.result(asked)).isEqualTo("\"late\"");
      Await.result(closing);
    }
  }

  private static String next(List<String> answers, Node hub) {
    String answer = tryAsk(hub);
    answers.add(answer);
    return answer;
  }

  private static boolean refuses(Node node) {
    try {
      ask(node, "services/list");
      return false;
    } catch (AssertionError failedToConnect) {
      return true;
    } catch (Exception failedToConnect) {
      return true;
    }
  }

  private static String tryAsk(Node hub) {
    try {
      return ask(hub, "hub/reach");
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void remoteThatIsNotThereIsNoReasonNotToStart() throws Exception {
    int silent;
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      silent = free.getLocalPort();
    }
    String nobody = "ed25519:" + "b".repeat(64) + "@127.0.0.1:" + silent;
    try (Node runner = runner(connect(nobody, "")).start()) {
      assertThat(ask(runner, "runner/ask")).isEqualTo("\"from the runner\"");
      assertThat(only(runner).status()).isIn(Status.CONNECTING, Status.WAITING);
      assertThat(
              JsonMapper.shared().readTree(Files.readAllBytes(RunState.file(runner.directory()))))
          .isNotNull();
    }
  }
}
