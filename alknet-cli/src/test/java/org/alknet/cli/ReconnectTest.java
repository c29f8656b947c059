package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions whose node goes away. */
class ReconnectTest {
  @TempDir Path home;

  private Node node(String address) throws Exception {
    return NodeBuilder.create()
        .dataDirectory(home.resolve(".alknet"))
        .listen(address)
        .drainTimeout(Duration.ofMillis(1))
        .demoOperations(true)
        .start();
  }

  @Test
  void subscriptionGoesOnWhenTheNodeIsBackAndCountsOnWhereItWas() throws Exception {
    Node first = node("127.0.0.1:0");
    String address = first.address();
    try (InProcess.Running subscription =
        new InProcess(home)
            .start(
                "subscribe",
                "demo/ticker",
                "{\"interval_ms\":100}",
                "--reconnect",
                "-n",
                "12",
                "-r",
                address)) {
      subscription.await("\"n\":2,");
      first.close();
      subscription.await("connection lost; subscribing again");
      try (Node again = node(address.substring(address.indexOf('@') + 1))) {
        assertThat(again.address()).isEqualTo(address);
        subscription.await("connected again");

        assertThat(subscription.exit()).as(subscription.err()).isZero();
        assertThat(subscription.out().lines()).hasSize(12);
      }
    } finally {
      first.close();
    }
  }

  @Test
  void subscriptionWithoutTheOptionEndsWith12AndOneThatNeverConnectedWith10() throws Exception {
    Node node = node("127.0.0.1:0");
    try (InProcess.Running subscription =
        new InProcess(home).start("subscribe", "demo/ticker", "-r", node.address())) {
      subscription.await("\"n\":1,");
      node.close();

      assertThat(subscription.exit()).as(subscription.err()).isEqualTo(12);
    } finally {
      node.close();
    }
    InProcess.Result dead =
        new InProcess(home)
            .run(
                "subscribe",
                "demo/ticker",
                "--reconnect",
                "-r",
                node.address(),
                "--timeout",
                "500ms");
    assertThat(dead.exit()).as(dead.err()).isEqualTo(10);
  }
}
