package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.nextError;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
import org.alknet.core.credential.Capabilities;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static Pair waiting(Gate gate) {
    return new Pair()
        .serve(ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()));
  }

  private static byte[] timed(String id, String operation, long millis) {
    return frame(
        "{'type':'call.requested','id':'"
            + id
            + "','payload':{'operationId':'"
            + operation
            + "','input':{},'timeout_ms':"
            + millis
            + "}}");
  }

  @Test
  void aHandlerThatNeverFinishesIsATimeoutAndIsCancelled() {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());

      pair.clock.advance(Duration.ofMillis(29_999));
      assertThat(gate.cancelled()).isNotDone();
      pair.clock.advance(Duration.ofMillis(1));

      assertThat(nextError(stream, "c1"))
          .isEqualTo(json("{'code':'TIMEOUT','message':'request timed out','retryable':true}"));
      stream.expectEnd();
      Await.result(gate.cancelled());
      assertThat(pair.serverRuntime().tree().size()).isZero();
    }
  }

  @Test
  void theCallersLimitShortensTheDeadlineAndNeverExtendsIt() {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream shorter = peer.open().sendAndFinish(timed("c1", "/demo/wait", 500));
      ScriptedStream longer = peer.open().sendAndFinish(timed("c2", "/demo/wait", 86_400_000));
      Await.until("both run", () -> gate.entered() == 2);

      pair.clock.advance(Duration.ofMillis(500));
      assertThat(nextError(shorter, "c1").path("code").asString()).isEqualTo("TIMEOUT");
      pair.clock.advance(Duration.ofMillis(29_500));

      assertThat(nextError(longer, "c2").path("code").asString()).isEqualTo("TIMEOUT");
    }
  }

  @Test
  void aSubscriptionIsBoundedByTheCallersLimitOnly() {
    Ticks ticks = Ticks.silentAfter(1);
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), ticks.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream unbounded = peer.open().sendAndFinish(request("s1", "/demo/ticks", "{}"));
      next(unbounded);

      pair.clock.advance(Duration.ofHours(2));
      assertThat(ticks.cancelled()).isNotDone();
      ScriptedStream bounded = peer.open().sendAndFinish(timed("s2", "/demo/ticks", 100));
      next(bounded);
      pair.clock.advance(Duration.ofMillis(100));

      assertThat(nextError(bounded, "s2").path("code").asString()).isEqualTo("TIMEOUT");
      Await.result(ticks.cancelled());
    }
  }

  @Test
  void aLateAnswerIsDiscarded() {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());
      pair.clock.advance(Duration.ofSeconds(30));
      assertThat(nextError(stream, "c1").path("code").asString()).isEqualTo("TIMEOUT");

      gate.open(json("'late'"));
      stream.sendAndFinish(request("c2", "/demo/wait", "{}"));

      assertThat(next(stream).path("id").asString()).isEqualTo("c2");
      stream.expectEnd();
    }
  }

  @Test
  void composedCallsShareTheInstantOfTheirRoot() {
    Gate gate = new Gate();
    CompletableFuture<Deadline> parents = new CompletableFuture<>();
    CompletableFuture<Deadline> childs = new CompletableFuture<>();
    CompletableFuture<ResponseEnvelope> seenByParent = new CompletableFuture<>();
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                            OperationSpec.query("demo/child").internal().build(),
                            (input, ctx) -> {
                              childs.complete(ctx.deadline().orElseThrow());
                              return gate.handler().handle(input, ctx);
                            })
                        .withLocal(
                            OperationSpec.query("demo/parent").build(),
                            (input, ctx) -> {
                              parents.complete(ctx.deadline().orElseThrow());
                              CompletionStage<ResponseEnvelope> child =
                                  ctx.env().invoke("demo", "child", input, ctx);
                              child.whenComplete((answer, none) -> seenByParent.complete(answer));
                              return child.thenApply(answer -> answer);
                            },
                            CompositionAuthority.of("demo"),
                            ScopedPeerEnv.of("demo/child"),
                            Capabilities.empty()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/parent", "{}"));
      Await.result(gate.started());

      pair.clock.advance(Duration.ofSeconds(30));

      assertThat(Await.result(childs)).isSameAs(Await.result(parents));
      assertThat(nextError(stream, "c1").path("code").asString()).isEqualTo("TIMEOUT");
      assertThat(Await.result(seenByParent).error()).contains(CallError.timeout());
      Await.result(gate.cancelled());
      assertThat(pair.serverRuntime().tree().size()).isZero();
    }
  }

  @Test
  void noTimerIsLeftBehind() {
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/echo").build(),
                        org.alknet.call.testing.Handlers.echo()))) {
      Pair.Ends ends = pair.start();
      for (int i = 0; i < 50; i++) {
        Await.result(ends.client().call("demo/echo", json("1")));
      }

      // Two sweepers and at most one look at lingering streams.
      Await.until("timers are given back", () -> pair.clock.waitingTasks() <= 3);
    }
  }
}
