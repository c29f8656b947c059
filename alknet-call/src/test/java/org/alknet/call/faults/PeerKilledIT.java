package org.alknet.call.faults;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.CallClient;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.ChildJvm;
import org.alknet.call.testing.Elements;
import org.alknet.core.AlknetDialer;
import org.alknet.core.credential.Capabilities;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of two processes is killed in the middle of calls. Every wait here is shorter than the 30 s a
 * call may take, so nothing ends by its deadline.
 */
class PeerKilledIT {
  /** Counts how often a call ends. */
  private static final class Ends {
    private final AtomicInteger count = new AtomicInteger();
    private final CompletionStage<ResponseEnvelope> call;

    Ends(CompletionStage<ResponseEnvelope> call) {
      this.call = call.whenComplete((answer, failure) -> count.incrementAndGet());
    }

    void expectConnectionClosed() {
      assertThat(Await.result(call).error()).contains(CallError.connectionClosed());
      assertThat(count).hasValue(1);
    }
  }

  private static RootInvoker relaying(CallConnection connection) {
    return RootInvoker.of(
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("here/relay").build(),
                (input, ctx) -> connection.call("node/outer", input))
            .withLocal(
                OperationSpec.query("here/compose").build(),
                (input, ctx) -> ctx.env().invoke("here", "relay", input, ctx),
                CompositionAuthority.of("compose"),
                ScopedPeerEnv.of("here/relay"),
                Capabilities.empty())
            .build(),
        CallLimits.defaults());
  }

  @Test
  void whenTheServingProcessIsKilledEverythingUnderWayEndsOnce(@TempDir Path directory)
      throws Exception {
    try (ChildJvm server = ChildJvm.start(directory, List.of(), PeerNode.class);
        AlknetDialer dialler = PeerNode.dialler();
        CallClient client = PeerNode.client(dialler)) {
      CallConnection connection =
          PeerNode.dial(client, server.expect("port"), server.expect("fingerprint"));
      try (RootInvoker front = relaying(connection)) {
        Ends call = new Ends(connection.call("node/wait", json("1")));
        Ends composed = new Ends(front.invoke(Optional.empty(), "here/compose", json("1")));
        Elements elements = Elements.all(connection.subscribe("node/ticks", json("1")));
        elements.await(3);
        server.expect("running");

        server.kill();

        call.expectConnectionClosed();
        composed.expectConnectionClosed();
        List<ResponseEnvelope> received = elements.toEnd();
        assertThat(received).hasSize(4);
        assertThat(received.get(3).error()).contains(CallError.connectionClosed());
        Await.result(connection.closed());
        assertThat(Await.result(connection.call("node/wait", json("1"))).error())
            .contains(CallError.connectionClosed());
      }
    }
  }

  @Test
  void whenTheCallingProcessIsKilledItsHandlersAreCancelled(@TempDir Path directory)
      throws Exception {
    try (PeerNode node = new PeerNode();
        ChildJvm caller =
            ChildJvm.start(directory, List.of(), PeerNode.class, node.port(), node.fingerprint())) {
      caller.expect("calling");
      CallConnection back = node.adapter.peers().connection(PeerNode.CALLER).orElseThrow();
      Ends callBack = new Ends(back.call("caller/wait", json("1")));
      Elements ticks = Elements.all(back.subscribe("caller/ticks", json("1")));
      ticks.await(3);
      caller.expect("called");
      Await.result(node.waiting.started());
      Await.result(node.composed.started());

      caller.kill();

      Await.result(node.waiting.cancelled());
      Await.result(node.composed.cancelled());
      Await.result(node.endless.cancelled());
      callBack.expectConnectionClosed();
      List<ResponseEnvelope> received = ticks.toEnd();
      assertThat(received).hasSize(4);
      assertThat(received.get(3).error()).contains(CallError.connectionClosed());
      Await.until("no connection", () -> node.endpoint.activeConnections() == 0);
    }
  }
}
