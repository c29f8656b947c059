package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.nextError;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
import org.alknet.core.connection.CloseCode;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DrainTest {
  private static Pair waiting(Gate gate) {
    return new Pair()
        .serve(ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()));
  }

  /** Once the last answer was taken, its frames get a moment to arrive. */
  private static void sayGoodbye(Pair pair) {
    Await.until(
        "the goodbye is due",
        () -> {
          pair.clock.advance(Duration.ofMillis(200));
          return pair.isClosed();
        });
  }

  @Test
  void requestsInWorkAreAnsweredAndNewOnesAreRefused() {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream running = peer.open().sendAndFinish(request("c1", "/demo/wait", "1"));
      Await.result(gate.started());

      pair.serverRuntime().drain();
      ScriptedStream late = peer.open().sendAndFinish(request("c2", "/demo/wait", "2"));
      JsonNode refusal = nextError(late, "c2");
      ResponseEnvelope root =
          Await.result(
              pair.serverRuntime().roots().invoke(Optional.empty(), "demo/wait", json("3")));
      Elements streamed =
          Elements.all(
              pair.serverRuntime()
                  .roots()
                  .invokeStreaming(Optional.empty(), "demo/wait", json("4")));

      assertThat(refusal.path("retryable").asBoolean()).isTrue();
      assertThat(refusal.at("/details/reason").asString()).isEqualTo("OVERLOADED");
      assertThat(root.error()).contains(CallErrors.stopping());
      assertThat(streamed.toEnd())
          .singleElement()
          .satisfies(last -> assertThat(last.error()).contains(CallErrors.stopping()));
      assertThat(gate.entered()).isEqualTo(1);
      assertThat(peer.connection().closed().toCompletableFuture()).isNotDone();

      gate.open(json("7"));
      assertThat(next(running).at("/payload/output").intValue()).isEqualTo(7);
      running.expectEnd();
      sayGoodbye(pair);
      assertThat(peer.expectClosed(CloseCode.NO_ERROR).reason()).isEqualTo("shutdown");
    }
  }

  @Test
  void anIdleConnectionIsClosed() {
    try (Pair pair = waiting(new Gate())) {
      ScriptedPeer peer = pair.startScriptedCaller();

      pair.serverRuntime().drain();
      sayGoodbye(pair);

      assertThat(peer.expectClosed(CloseCode.NO_ERROR).reason()).isEqualTo("shutdown");
    }
  }

  @Test
  void whatThisSideWaitsForIsWaitedFor() {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      Pair.Ends ends = pair.start();
      CompletionStage<ResponseEnvelope> call = ends.client().call("demo/wait", json("1"));
      Await.result(gate.started());

      pair.clientRuntime().drain();
      assertThat(ends.client().closed().toCompletableFuture()).isNotDone();
      gate.open(json("7"));

      assertThat(Await.result(call).output()).contains(json("7"));
      sayGoodbye(pair);
      Await.result(ends.client().closed());
    }
  }

  @Test
  void whatNeverEndsIsCancelledWhenTheRuntimeIsClosed() {
    Ticks ticks = Ticks.silentAfter(1);
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), ticks.handler()))) {
      Pair.Ends ends = pair.start();
      Elements elements = Elements.all(ends.client().subscribe("demo/ticks", json("1")));
      elements.await(1);

      pair.serverRuntime().drain();
      assertThat(ticks.cancelled()).isNotDone();
      pair.serverRuntime().close();

      Await.result(ticks.cancelled());
      assertThat(elements.toEnd().get(1).error()).contains(CallError.connectionClosed());
    }
  }
}
