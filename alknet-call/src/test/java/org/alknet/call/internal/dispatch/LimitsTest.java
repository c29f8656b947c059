package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.nextError;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.Frames;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LimitsTest {
  private static Pair echoing() {
    return new Pair()
        .serve(ops -> ops.withLocal(OperationSpec.query("demo/echo").build(), Handlers.echo()));
  }

  private static void expectOverloaded(JsonNode error) {
    assertThat(error.path("code").asString()).isEqualTo("INTERNAL");
    assertThat(error.path("retryable").asBoolean()).isTrue();
    assertThat(error.at("/details/reason").asString()).isEqualTo("OVERLOADED");
  }

  @Test
  void excessRequestsOfAConnectionAreRefusedAndThePlaceIsGivenBack() {
    Gate gate = new Gate();
    try (Pair pair =
        echoing()
            .limits(limits -> limits.maxInbound(2))
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream first = peer.open().sendAndFinish(request("c1", "/demo/wait", "{}"));
      ScriptedStream second = peer.open().sendAndFinish(request("c2", "/demo/wait", "{}"));
      Await.until("both run", () -> gate.entered() == 2);

      ScriptedStream third = peer.open().sendAndFinish(request("c3", "/demo/echo", "3"));
      expectOverloaded(nextError(third, "c3"));
      third.expectEnd();
      gate.open(json("1"));
      next(first);
      next(second);

      ScriptedStream fourth = peer.open().sendAndFinish(request("c4", "/demo/echo", "4"));
      assertThat(next(fourth).path("type").asString()).isEqualTo("call.responded");
    }
  }

  @Test
  void excessCallsOfTheNodeAreRefused() {
    Gate gate = new Gate();
    try (Pair pair =
        echoing()
            .limits(limits -> limits.maxTreeNodes(1))
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      peer.open().sendAndFinish(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());

      ScriptedStream second = peer.open().sendAndFinish(request("c2", "/demo/echo", "2"));
      expectOverloaded(nextError(second, "c2"));
      CallError root =
          Await.result(
                  pair.serverRuntime()
                      .roots()
                      .invoke(java.util.Optional.empty(), "demo/echo", json("1")))
              .error()
              .orElseThrow();

      assertThat(root.retryable()).isTrue();
    }
  }

  @Test
  void compositionIsBoundedInDepth() {
    AtomicInteger deepest = new AtomicInteger();
    try (Pair pair =
        new Pair()
            .limits(limits -> limits.maxDepth(5))
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/again").build(),
                        (input, ctx) -> {
                          deepest.incrementAndGet();
                          return ctx.env().invoke("demo", "again", input, ctx);
                        },
                        CompositionAuthority.of("demo"),
                        ScopedPeerEnv.of("demo/again"),
                        Capabilities.empty()))) {
      Pair.Ends ends = pair.start();

      CallError error =
          Await.result(ends.client().call("demo/again", json("1"))).error().orElseThrow();

      assertThat(error.code()).isEqualTo(CallError.INTERNAL);
      assertThat(error.retryable()).isFalse();
      assertThat(deepest.get()).isEqualTo(6);
    }
  }

  @Test
  void anExecutorThatRefusesWorkIsAWireError() {
    try (Pair pair =
        echoing()
            .options(
                builder ->
                    builder.executor(
                        work -> {
                          throw new RejectedExecutionException("full");
                        }))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/echo", "1"));

      expectOverloaded(nextError(stream, "c1"));
      stream.expectEnd();
    }
  }

  @Test
  void anAnonymousPeerIsHeldToSmallerFrames() {
    byte[] frame = request("c1", "/demo/echo", "'" + "x".repeat(200_000) + "'");
    try (Pair pair = echoing().limits(limits -> limits.maxFrameBytesAnonymous(100_000))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      peer.open().send(java.util.Arrays.copyOf(frame, 4)).expectReset();
    }
    try (Pair pair =
        echoing()
            .clientIs(Identity.of("known"))
            .limits(limits -> limits.maxFrameBytesAnonymous(100_000))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().sendAndFinish(frame);
      assertThat(next(stream).at("/payload/output").asString()).hasSize(200_000);
    }
  }

  @Test
  void framesBeyondTheReadBudgetResetTheirStreamAndAreNoOffence() {
    try (Pair pair = echoing().limits(limits -> limits.readBudgetBytes(300_000))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      byte[] frame = request("c1", "/demo/echo", "'" + "x".repeat(250_000) + "'");
      ScriptedStream held = peer.open().send(java.util.Arrays.copyOf(frame, 200_000));
      Await.until("bytes are held", () -> pair.serverRuntime().budget().used() >= 190_000);

      for (int i = 0; i < 3; i++) {
        ScriptedStream refused = peer.open();
        refused.stream().send().write(java.nio.ByteBuffer.wrap(frame)).exceptionally(e -> null);
        refused.expectReset();
      }
      held.sendAndFinish(java.util.Arrays.copyOfRange(frame, 200_000, frame.length));

      assertThat(next(held).at("/payload/output").asString()).hasSize(250_000);
      Await.until("the budget is given back", () -> pair.serverRuntime().budget().used() == 0);
    }
  }

  @Test
  void aRunningRequestHoldsItsShareOfTheBudget() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream =
          peer.open().sendAndFinish(request("c1", "/demo/wait", "'" + "x".repeat(100_000) + "'"));
      Await.result(gate.started());

      assertThat(pair.serverRuntime().budget().used()).isGreaterThanOrEqualTo(100_000);
      gate.open(json("1"));
      next(stream);

      Await.until("the budget is given back", () -> pair.serverRuntime().budget().used() == 0);
    }
  }

  @Test
  void aPeerThatNeverReadsKeepsItsPlacesOccupied() {
    AtomicInteger entered = new AtomicInteger();
    try (Pair pair =
        new Pair()
            .limits(limits -> limits.maxInbound(8))
            .wire(wire -> wire.bufferBytes(1024))
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/large").build(),
                        (input, ctx) -> {
                          entered.incrementAndGet();
                          return CompletableFuture.completedFuture(
                              ResponseEnvelope.ok(
                                  ctx.requestId(), json("'" + "y".repeat(5000) + "'")));
                        }))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open();
      for (int i = 0; i < 40; i++) {
        stream.send(request("c" + i, "/demo/large", "{}"));
      }

      Await.until("eight were answered", () -> entered.get() == 8);
      for (int i = 0; i < 40; i++) {
        next(stream);
      }
      assertThat(entered.get()).isEqualTo(8);
    }
  }

  @Test
  void anIdleStreamIsLetGo() {
    Gate gate = new Gate();
    try (Pair pair =
        echoing()
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream idle = peer.open().send(request("c1", "/demo/echo", "1"));
      next(idle);
      ScriptedStream partial = peer.open().send(Frames.prefix(100));
      ScriptedStream owed = peer.open().send(frame("{'type':'x','id':'y','payload':0}"));
      owed.send(request("c2", "/demo/wait", "{}"));
      Await.result(gate.started());

      // Twice half of it: the limit of the request itself must not end the wait.
      pair.clock.advance(Duration.ofSeconds(25));
      gate.open(json("2"));
      assertThat(next(owed).path("id").asString()).isEqualTo("c2");
      pair.clock.advance(Duration.ofSeconds(46));

      idle.expectEnd();
      partial.expectEnd();
      owed.send(request("c3", "/demo/echo", "3"));
      assertThat(next(owed).path("id").asString()).isEqualTo("c3");
    }
  }

  @Test
  void aBatchKeepsTheOrderOfItsRequestsAndSharesNoFailure() {
    try (Pair pair = echoing().limits(limits -> limits.batchConcurrency(3))) {
      Pair.Ends ends = pair.start();
      var requests =
          java.util.stream.IntStream.range(0, 100)
              .mapToObj(
                  i ->
                      org.alknet.call.connection.CallRequest.of(
                          i % 10 == 7 ? "no/such" : "demo/echo", json(Integer.toString(i))))
              .toList();

      List<ResponseEnvelope> answers = Await.result(ends.client().batch(requests));

      assertThat(answers).hasSize(100);
      for (int i = 0; i < 100; i++) {
        assertThat(answers.get(i).isOk()).isEqualTo(i % 10 != 7);
        if (i % 10 != 7) {
          assertThat(answers.get(i).output()).contains(json(Integer.toString(i)));
        }
      }
      assertThat(Await.result(ends.client().batch(List.of()))).isEmpty();
    }
  }

  @Test
  void cancellingABatchAbortsWhatIsOnItsWayAndStartsNothingMore() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .limits(limits -> limits.batchConcurrency(2))
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      Pair.Ends ends = pair.start();
      var batch =
          ends.client()
              .batch(
                  java.util.Collections.nCopies(
                      5, org.alknet.call.connection.CallRequest.of("demo/wait", json("1"))))
              .toCompletableFuture();
      Await.until("two run", () -> gate.entered() == 2);

      batch.cancel(false);

      Await.result(gate.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
      assertThat(gate.entered()).isEqualTo(2);
    }
  }

  @Test
  void streamsThatSayNothingHoldLittleAndAreLetGo() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      List<ScriptedStream> silent = new java.util.ArrayList<>();
      for (int i = 0; i < 300; i++) {
        silent.add(peer.open().send(java.util.Arrays.copyOf(Frames.prefix(10_000_000), 1 + i % 4)));
      }
      ScriptedStream busy = peer.open().sendAndFinish(request("c1", "/demo/echo", "1"));
      assertThat(next(busy).path("id").asString()).isEqualTo("c1");
      assertThat(pair.serverRuntime().budget().used()).isZero();

      pair.clock.advance(Duration.ofSeconds(71));

      for (ScriptedStream stream : silent) {
        stream.expectEnd().expectStopped();
      }
      assertThat(peer.connection().closed().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void aProviderThatFailsIsAnErrorOfItsCallOnly() {
    try (Pair pair =
        echoing()
            .options(
                builder ->
                    builder.identities(
                        new org.alknet.core.identity.IdentityProvider() {
                          @Override
                          public java.util.Optional<Identity> resolveFromFingerprint(String key) {
                            return java.util.Optional.empty();
                          }

                          @Override
                          public java.util.Optional<Identity> resolveFromToken(
                              org.alknet.core.identity.AuthToken token) {
                            throw new IllegalStateException("the store is gone");
                          }
                        }))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream =
          peer.open()
              .send(
                  frame(
                      "{'type':'call.requested','id':'c1','payload':{'operationId':'/demo/echo',"
                          + "'auth_token':'t'}}"));

      assertThat(nextError(stream, "c1"))
          .isEqualTo(json("{'code':'INTERNAL','message':'internal error','retryable':false}"));
      stream.sendAndFinish(request("c2", "/demo/echo", "2"));
      assertThat(next(stream).path("id").asString()).isEqualTo("c2");
    }
  }

  @Test
  void aPublisherThatThrowsEndsItsStreamWithAnError() {
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/throws").build(),
                        (input, ctx) ->
                            subscriber -> {
                              throw new IllegalStateException("subscribe");
                            }))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("s1", "/demo/throws", "{}"));

      assertThat(nextError(stream, "s1").path("code").asString()).isEqualTo("INTERNAL");
      stream.expectEnd();
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }
}
