package org.alknet.call.faults;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.core.AlknetDialer;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

/** A node that is told to stop, with its endpoint, over QUIC on loopback. */
class ShutdownIT {
  @Test
  void whatIsUnderWayIsAnsweredAndTheEndpointDoesNotWaitLonger() {
    // Longer than any wait of this test, so that the end of the call is what ends the drain.
    try (PeerNode node = new PeerNode(Duration.ofMinutes(1));
        AlknetDialer dialler = PeerNode.dialler();
        CallClient client = PeerNode.client(dialler);
        CallConnection connection = PeerNode.dial(client, node)) {
      CompletionStage<ResponseEnvelope> call = connection.call("node/wait", json("1"));
      Await.result(node.waiting.started());

      node.signal.trigger();
      CallError refusal =
          Await.result(connection.call("node/wait", json("2"))).error().orElseThrow();
      node.waiting.open(json("7"));

      assertThat(refusal.retryable()).isTrue();
      assertThat(refusal.details()).contains(json("{'reason':'OVERLOADED'}"));
      assertThat(Await.result(call).output()).contains(json("7"));
      Await.result(node.endpoint.shutdown());
      Await.result(connection.closed());
      assertThat(node.waiting.entered()).isEqualTo(1);
    }
  }

  @Test
  void whatDoesNotEndIsCancelledWhenTheDrainTimeIsOver() {
    try (PeerNode node = new PeerNode(Duration.ofMillis(300));
        AlknetDialer dialler = PeerNode.dialler();
        CallClient client = PeerNode.client(dialler);
        CallConnection connection = PeerNode.dial(client, node)) {
      CompletionStage<ResponseEnvelope> call = connection.call("node/wait", json("1"));
      Elements elements = Elements.all(connection.subscribe("node/ticks", json("1")));
      elements.await(3);
      Await.result(node.waiting.started());

      node.signal.trigger();

      Await.result(node.waiting.cancelled());
      Await.result(node.endless.cancelled());
      Await.result(node.endpoint.shutdown());
      assertThat(Await.result(call).error()).contains(CallError.connectionClosed());
      List<ResponseEnvelope> received = elements.toEnd();
      assertThat(received.get(received.size() - 1).error()).contains(CallError.connectionClosed());
    }
  }
}
