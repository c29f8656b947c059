package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the peers of a node offer, seen through the node. */
class PeersListingTest {
  @TempDir static Path home;

  private static Node hub;
  private static Node runner;

  @BeforeAll
  static void serve() throws Exception {
    Path root = home.resolve(".alknet");
    new InProcess(home).run("init", "--listen", "127.0.0.1:0");
    Files.writeString(
        root.resolve("alknet.toml"),
        "\n[call]\nlist_peers = true\n[demo]\nenabled = true\n",
        StandardOpenOption.APPEND);
    hub = NodeBuilder.fromConfig(root.resolve("alknet.toml")).start();
    Path runnerHome = home.resolve("runner");
    new InProcess(home).run("-d", runnerHome.toString(), "init");
    Files.delete(runnerHome.resolve("alknet.toml"));
    String key =
        new InProcess(home).run("fingerprint", runnerHome.resolve("node.key").toString()).out();
    new InProcess(home).run("peer", "add", "runner", "--fingerprint", key.strip());
    runner =
        NodeBuilder.create()
            .dataDirectory(runnerHome)
            .listen("127.0.0.1:0")
            .operation(
                HandlerRegistration.of(
                    OperationSpec.query("runner/ask").build(),
                    new OperationHandler.Once(
                        (input, ctx) ->
                            CompletableFuture.completedFuture(
                                ResponseEnvelope.ok(ctx.requestId(), input))),
                    OperationProvenance.LOCAL))
            .connect(hub.address(), false)
            .start();
  }

  @AfterAll
  static void stop() {
    runner.close();
    hub.close();
  }

  private static Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  @Test
  void operationsOfPeersAreListedByPeerAndWhatWouldBeImportedIsShown() throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    Result peers = run("ls", "--peers");
    // The runner dials in the background; each look is a whole connection, so this is no busy loop.
    while (!peers.out().contains("runner/ask") && System.nanoTime() < deadline) {
      peers = run("ls", "--peers");
    }
    Result json = run("ls", "--peers", "--json");
    run("remote", "add", "self", hub.address());
    Result preview = run("import", "call", "self", "--prefix", "hub");
    Result previewed = run("import", "call", "self", "--json");
    Result wrong = run("import", "call", "self", "--prefix", "no good");

    assertThat(peers.out()).startsWith("PEER").containsPattern("runner +runner/ask +query");
    assertThat(json.out()).contains("\"peer_id\":\"runner\"");
    assertThat(preview.exit()).as(preview.err()).isZero();
    assertThat(preview.out()).containsPattern("hub/demo/add +query");
    assertThat(previewed.out()).contains("demo/add", "\"skipped\":[]");
    assertThat(wrong.exit()).isEqualTo(2);
  }

  @Test
  void nodeThatDoesNotTellItsPeersIs20WithTheReason() {
    Result untold = run("ls", "--peers", "-r", runner.address());

    assertThat(untold.exit()).isEqualTo(20);
    assertThat(untold.err()).contains("This node does not tell which peers it has.");
    assertThat(untold.out()).isEmpty();
  }
}
