package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Pair;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.Frames;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Values are parsed when somebody needs them, and what is no JSON is an offence all the same. */
class UnparsedPayloadTest {
  private static final String BOMB = "[".repeat(100_000) + "]".repeat(100_000);

  private static Pair waiting(Gate gate) {
    return new Pair()
        .serve(ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()));
  }

  private static byte[] event(String type, JsonNode request, String payload) {
    return frame(
        "{'type':'"
            + type
            + "','id':'"
            + request.path("id").asString()
            + "','payload':"
            + payload
            + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'a':tru}", "[1,]", "[1}", "1e99999999999", "01", "'\\x'", "{'a' 1}"})
  void anInputThatIsNoJsonNeverEntersTheHandlerAndIsAnOffence(String input) {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      ScriptedPeer peer = pair.startScriptedCaller();

      peer.open().sendAndFinish(request("c1", "/demo/wait", input)).expectReset();
      peer.open().send(request("c2", "/demo/wait", input));

      assertThat(Await.result(peer.connection().closed()).code())
          .isEqualTo(CloseCode.PROTOCOL_ERROR);
      assertThat(gate.entered()).isZero();
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'operationId':'/demo/wait','odd':tru}",
        "{'operationId':tru}",
        "{'odd':1,'odd':tru}",
        "[tru]",
        "{'operationId':7,'input':tru}",
        "{'operationId':'/demo/wait','timeout_ms':0,'input':tru}",
        "{'operationId':'/demo/wait','forwarded_for':{tru}}"
      })
  void aPayloadThatIsNoJsonAnywhereIsAnOffence(String payload) {
    try (Pair pair = waiting(new Gate())) {
      ScriptedPeer peer = pair.startScriptedCaller();

      peer.open()
          .send(frame("{'type':'call.requested','id':'c1','payload':" + payload + "}"))
          .expectReset();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"call.responded", "call.completed", "call.aborted", "call.error", "call.odd"})
  void whatNobodyWaitsForIsCheckedAsWell(String type) {
    try (Pair pair = waiting(new Gate())) {
      ScriptedPeer peer = pair.startScriptedCaller();

      peer.open()
          .send(frame("{'type':'" + type + "','id':'nobody','payload':{'output':tru}}"))
          .expectReset();
    }
  }

  @Test
  void aNestingBombIsRefusedBeforeAnybodyParsesIt() {
    Gate gate = new Gate();
    try (Pair pair = waiting(gate)) {
      ScriptedPeer peer = pair.startScriptedCaller();

      peer.open().send(request("c1", "/demo/wait", BOMB)).expectReset();

      assertThat(gate.entered()).isZero();
    }
  }

  @Test
  void theTransportsThreadDoesNotParseInputs() {
    Steps tasks = new Steps(new Random(1));
    try (Pair pair = waiting(new Gate()).options(options -> options.executor(tasks))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      peer.open().sendAndFinish(request("c1", "/demo/wait", "tru"));
      Await.until("the request is in work", () -> pair.serverRuntime().tree().size() == 1);
      peer.open().send(Frames.prefix(0)).expectReset();

      assertThat(peer.connection().closed().toCompletableFuture()).isNotDone();
      tasks.runOne();

      // Now it is the second offence.
      assertThat(Await.result(peer.connection().closed()).code())
          .isEqualTo(CloseCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void anAbortOvertakesAnInputThatNobodyHasParsed() {
    Steps tasks = new Steps(new Random(1));
    Gate gate = new Gate();
    try (Pair pair = waiting(gate).options(options -> options.executor(tasks))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/wait", "tru"));
      stream.send(frame("{'type':'call.aborted','id':'c1','payload':{}}"));

      assertThat(next(stream).path("type").asString()).isEqualTo("call.aborted");
      while (tasks.runOne()) {
        assertThat(gate.entered()).isZero();
      }

      assertThat(peer.connection().closed().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void anOutputThatIsNoJsonFailsItsCallAndIsAnOffence() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      for (int i = 0; i < 2; i++) {
        CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
        ScriptedStream stream = ends.peer().accept();
        stream.sendAndFinish(event("call.responded", next(stream), "{'output':tru}"));

        assertThat(Await.result(call).error()).map(CallError::code).contains(CallError.INTERNAL);
      }

      assertThat(Await.result(ends.peer().connection().closed()).code())
          .isEqualTo(CloseCode.PROTOCOL_ERROR);
      assertThat(pair.clientRuntime().budget().used()).isZero();
    }
  }

  @Test
  void anElementThatIsNoJsonEndsItsSubscriptionOnceAndIsAnOffence() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      Elements elements = Elements.all(ends.client().subscribe("a/b", json("1")));
      ScriptedStream stream = ends.peer().accept();
      JsonNode request = next(stream);

      stream.send(event("call.responded", request, "{'output':1}"));
      elements.await(1);
      stream.send(
          Frames.concat(
              event("call.responded", request, "{'output':tru}"),
              event("call.responded", request, "{'output':3}"),
              event("call.completed", request, "{}")));

      List<ResponseEnvelope> received = elements.toEnd();
      assertThat(received).hasSize(2);
      assertThat(received.get(0).output()).contains(json("1"));
      assertThat(received.get(1).error()).map(CallError::code).contains(CallError.INTERNAL);
      stream.expectStopped();
    }
  }

  @Test
  void aLargeFrameIsLookedAtOnTheExecutor() {
    ExecutorService one = Executors.newSingleThreadExecutor();
    Gate gate = new Gate();
    try (Pair pair =
        waiting(gate)
            .clientIs(Identity.of("known"))
            .wire(wire -> wire.bufferBytes(1 << 20))
            .options(options -> options.executor(one))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      CountDownLatch busy = new CountDownLatch(1);
      one.execute(
          () -> {
            try {
              busy.await();
            } catch (InterruptedException stopped) {
              Thread.currentThread().interrupt();
            }
          });

      ScriptedStream large =
          peer.open().sendAndFinish(request("c1", "/demo/wait", "'" + "x".repeat(200_000) + "'"));
      Await.until("all bytes are here", () -> pair.serverRuntime().budget().used() >= 200_000);
      assertThat(pair.serverRuntime().tree().size()).isZero();
      busy.countDown();
      gate.open(json("7"));

      assertThat(next(large).at("/payload/output").intValue()).isEqualTo(7);
    } finally {
      one.shutdown();
    }
  }
}
