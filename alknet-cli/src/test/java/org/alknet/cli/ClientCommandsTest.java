package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that call a node, in the process of the node. */
class ClientCommandsTest {
  @TempDir static Path home;

  private static Node node;

  @BeforeAll
  static void serve() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  @Test
  void callOfASubscriptionPrintsItsFirstValueAndANote() {
    Result call = run("call", "demo/ticker", "{\"interval_ms\":60000}");
    Result quiet = run("call", "demo/ticker", "-q");

    assertThat(call.exit()).isZero();
    assertThat(call.out()).startsWith("{\"n\":1,").hasLineCount(1);
    assertThat(call.err()).contains("Use alknet subscribe demo/ticker");
    assertThat(quiet.exit()).isZero();
    assertThat(quiet.err()).isEmpty();
  }

  @Test
  void callOfAQueryHasNothingToAdd() {
    Result call = run("call", "demo/echo", "{\"a\":1}");

    assertThat(call.exit()).isZero();
    assertThat(call.out()).isEqualTo("{\"a\":1}\n");
    assertThat(call.err()).isEmpty();
  }
}
