package org.alknet.call.internal.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.abort;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.nextError;
import static org.alknet.call.testing.Wire.nextText;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
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

/** What a serving node says on the wire, byte by byte, to a peer that follows a script. */
class WireServingTest {
  private static Pair echoing() {
    return new Pair()
        .serve(
            ops ->
                ops.withLocal(OperationSpec.query("demo/echo").build(), Handlers.echo())
                    .withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), Ticks.to(2).handler()));
  }

  @Test
  void aCallIsAnsweredOnItsStreamAndTheEndComesWithTheAnswer() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/echo", "{'a':1}"));

      assertThat(nextText(stream))
          .isEqualTo(
              "{\"type\":\"call.responded\",\"id\":\"c1\",\"payload\":{\"output\":{\"a\":1}}}");
      stream.expectEnd();
    }
  }

  @Test
  void theLeadingSlashIsOptionalAndStrippedOnce() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream bare = peer.open().sendAndFinish(request("c1", "demo/echo", "1"));
      ScriptedStream doubled = peer.open().sendAndFinish(request("c2", "//demo/echo", "1"));

      assertThat(next(bare).at("/payload/output")).isEqualTo(json("1"));
      assertThat(nextError(doubled, "c2").path("message").asString())
          .isEqualTo("operation not found: /demo/echo");
    }
  }

  @Test
  void aSubscriptionAnswersWithItsValuesAndACompletion() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("s1", "/demo/ticks", "{}"));

      assertThat(nextText(stream))
          .isEqualTo(
              "{\"type\":\"call.responded\",\"id\":\"s1\",\"payload\":{\"output\":{\"n\":1}}}");
      assertThat(next(stream).at("/payload/output/n").asInt()).isEqualTo(2);
      stream
          .expect(Frames.frame("{\"type\":\"call.completed\",\"id\":\"s1\",\"payload\":{}}"))
          .expectEnd();
    }
  }

  @Test
  void anErrorInAStreamIsTerminalAndNotFollowedByACompletion() {
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(),
                        Ticks.failingAfter(1).handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("s1", "/demo/ticks", "{}"));

      assertThat(next(stream).at("/payload/output/n").asInt()).isEqualTo(1);
      assertThat(nextError(stream, "s1").path("code").asString()).isEqualTo("FORBIDDEN");
      stream.expectEnd();
    }
  }

  @Test
  void anErrorFrameHasItsKeysInOrderAndNoEmptyDetails() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/no/such", "{}"));

      assertThat(nextText(stream))
          .isEqualTo(
              "{\"type\":\"call.error\",\"id\":\"c1\",\"payload\":{\"code\":\"NOT_FOUND\","
                  + "\"message\":\"operation not found: no/such\",\"retryable\":false}}");
      stream.expectEnd();
    }
  }

  @Test
  void aDeclaredErrorKeepsItsDetails() {
    OperationSpec spec =
        OperationSpec.query("demo/fail")
            .errors(ErrorDefinition.of("DEMO_FAILED", "it fails", json("{}")))
            .build();
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                        spec,
                        (input, ctx) ->
                            CompletableFuture.completedFuture(
                                ResponseEnvelope.err(
                                    ctx.requestId(),
                                    org.alknet.call.operation.CallError.of(
                                        "DEMO_FAILED", "as asked", true, json("{'n':7}"))))))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/fail", "{}"));

      assertThat(nextError(stream, "c1"))
          .isEqualTo(
              json(
                  "{'code':'DEMO_FAILED','message':'as asked','retryable':true,"
                      + "'details':{'n':7}}"));
    }
  }

  @Test
  void anErrorThatWasNotDeclaredIsInternalWithItsOriginalCode() {
    CallError odd = CallError.of("ODD", "m", true, json("{'a':1}"));
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                            OperationSpec.query("demo/odd").build(),
                            (input, ctx) ->
                                CompletableFuture.completedFuture(
                                    ResponseEnvelope.err(ctx.requestId(), odd)))
                        .withLocalStreaming(
                            OperationSpec.subscription("demo/odds").build(),
                            (input, ctx) ->
                                new org.alknet.call.registry.SingleElement(
                                    ResponseEnvelope.err(ctx.requestId(), odd))))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      for (String operation : List.of("/demo/odd", "/demo/odds")) {
        ScriptedStream stream = peer.open().sendAndFinish(request("c1", operation, "1"));
        assertThat(nextError(stream, "c1"))
            .isEqualTo(
                json(
                    "{'code':'INTERNAL','message':'m','retryable':false,"
                        + "'details':{'code':'ODD','details':{'a':1}}}"));
        stream.expectEnd();
      }
    }
  }

  @Test
  void requestsOnOneStreamOverlapAndASubscriptionBlocksNothing() {
    Gate gate = new Gate();
    try (Pair pair =
        echoing()
            .serve(
                ops ->
                    ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler())
                        .withLocalStreaming(
                            OperationSpec.subscription("demo/silent").build(),
                            Ticks.silentAfter(1).handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open();

      stream.send(request("s1", "/demo/silent", "{}"));
      assertThat(next(stream).path("id").asString()).isEqualTo("s1");
      stream.send(request("slow", "/demo/wait", "{}"));
      stream.send(request("fast", "/demo/echo", "2"));
      assertThat(next(stream).path("id").asString()).isEqualTo("fast");
      gate.open(json("3"));

      assertThat(next(stream).path("id").asString()).isEqualTo("slow");
    }
  }

  @Test
  void anAbortOnTheSameStreamStopsARunningHandler() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());

      stream.sendAndFinish(abort("c1"));

      Await.result(gate.cancelled());
      stream
          .expect(Frames.frame("{\"type\":\"call.aborted\",\"id\":\"c1\",\"payload\":{}}"))
          .expectEnd();
    }
  }

  @Test
  void anAbortOnAnotherStreamStopsARunningStream() {
    Ticks ticks = Ticks.silentAfter(1);
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), ticks.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().sendAndFinish(request("s1", "/demo/ticks", "{}"));
      assertThat(next(stream).path("type").asString()).isEqualTo("call.responded");

      ScriptedStream other = peer.open().sendAndFinish(abort("s1"));

      Await.result(ticks.cancelled());
      assertThat(next(stream).path("type").asString()).isEqualTo("call.aborted");
      stream.expectEnd();
      other.expectEnd();
    }
  }

  @Test
  void anAbortOfAnUnknownRequestIsIgnored() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(abort("nobody"));

      stream.sendAndFinish(request("c1", "/demo/echo", "1"));

      assertThat(next(stream).path("id").asString()).isEqualTo("c1");
      stream.expectEnd();
    }
  }

  @Test
  void unknownEventTypesAndExtraKeysAreIgnored() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream =
          peer.open().send(frame("{'type':'call.paused','id':'x','payload':{},'extra':[1]}"));

      stream.sendAndFinish(
          frame(
              "{'extra':{'a':{}},'payload':{'input':1,'operationId':'/demo/echo','more':0},"
                  + "'id':'c1','type':'call.requested'}"));

      assertThat(next(stream).at("/payload/output")).isEqualTo(json("1"));
    }
  }

  @Test
  void aStreamWithoutAFrameIsEndedAndNoOffence() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      for (int i = 0; i < 5; i++) {
        peer.open().finish().expectEnd();
      }

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/echo", "1"));
      assertThat(next(stream).path("id").asString()).isEqualTo("c1");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'id':'c1','payload':{}}",
        "{'type':'call.requested','payload':{}}",
        "{'type':'call.requested','id':'c1'}",
        "{'type':1,'id':'c1','payload':{}}",
        "{'type':'call.requested','id':'c1','payload':{},'id':'c2'}",
        "{'type':'call.requested','id':'','payload':{}}",
        "[]",
        "7",
        "{",
        "{} {}",
        "not json"
      })
  void aBodyThatIsNoEnvelopeResetsItsStreamOnly(String body) {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      peer.open().send(frame(body)).expectReset();

      ScriptedStream next = peer.open().sendAndFinish(request("c1", "/demo/echo", "1"));
      assertThat(next(next).path("id").asString()).isEqualTo("c1");
    }
  }

  @Test
  void anIdOf128CharactersIsFineAndALongerOneIsAnOffence() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      String longest = "x".repeat(128);

      ScriptedStream fine = peer.open().sendAndFinish(request(longest, "/demo/echo", "1"));
      assertThat(next(fine).path("id").asString()).isEqualTo(longest);

      peer.open().send(request(longest + "x", "/demo/echo", "1")).expectReset();
    }
  }

  @Test
  void theSecondOffenceWithinAMinuteEndsTheConnection() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      peer.open().send(Frames.prefix(0)).expectReset();

      pair.clock.advance(Duration.ofSeconds(59));
      peer.open().send(Frames.prefix(CallLimitsText.TOO_LONG));

      assertThat(peer.expectClosed(CloseCode.PROTOCOL_ERROR).reason()).isEqualTo("bad frame");
    }
  }

  @Test
  void offencesAMinuteApartAreForgiven() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      for (int i = 0; i < 3; i++) {
        peer.open().send(Frames.prefix(0)).expectReset();
        pair.clock.advance(Duration.ofSeconds(61));
      }

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/echo", "1"));
      assertThat(next(stream).path("id").asString()).isEqualTo("c1");
    }
  }

  @Test
  void aFrameCutOffByTheEndOfItsStreamIsAnOffence() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      byte[] request = request("c1", "/demo/echo", "1");

      peer.open().sendAndFinish(java.util.Arrays.copyOf(request, 3)).expectReset();
      peer.open().sendAndFinish(java.util.Arrays.copyOf(request, 20));

      peer.expectClosed(CloseCode.PROTOCOL_ERROR);
    }
  }

  @Test
  void anOffenceCancelsWhatRunsForItsStream() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());

      stream.send(frame("nonsense")).expectReset();

      Await.result(gate.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }

  @Test
  void aRepeatedIdOnAnotherStreamIsNotExecutedAndNotAnswered() {
    Gate gate = new Gate();
    try (Pair pair =
        new Pair()
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream first = peer.open().sendAndFinish(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());

      peer.open().send(request("c1", "/demo/wait", "{}")).expectReset();
      gate.open(json("1"));

      assertThat(next(first).path("id").asString()).isEqualTo("c1");
      first.expectEnd();
      assertThat(gate.entered()).isEqualTo(1);
    }
  }

  @Test
  void aRepeatedIdOnTheSameStreamIsDropped() {
    Gate gate = new Gate();
    try (Pair pair =
        echoing()
            .serve(
                ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/wait", "{}"));
      Await.result(gate.started());

      stream.send(request("c1", "/demo/wait", "{}"));
      stream.sendAndFinish(request("c2", "/demo/echo", "2"));
      assertThat(next(stream).path("id").asString()).isEqualTo("c2");
      gate.open(json("1"));

      assertThat(next(stream).path("id").asString()).isEqualTo("c1");
      stream.expectEnd();
      assertThat(gate.entered()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'operationId':7}",
        "[]",
        "null",
        "{'operationId':'/demo/echo','input':1,'input':2}",
        "{'operationId':'/demo/echo','timeout_ms':0}",
        "{'operationId':'/demo/echo','timeout_ms':-5}",
        "{'operationId':'/demo/echo','timeout_ms':86400001}",
        "{'operationId':'/demo/echo','timeout_ms':1.5}",
        "{'operationId':'/demo/echo','timeout_ms':'10'}"
      })
  void aMalformedRequestIsInvalidInputAndTheStreamGoesOn(String payload) {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open();

      stream.send(frame("{'type':'call.requested','id':'c1','payload':" + payload + "}"));
      assertThat(nextError(stream, "c1").path("code").asString()).isEqualTo("INVALID_INPUT");
      stream.sendAndFinish(request("c2", "/demo/echo", "2"));

      assertThat(next(stream).path("id").asString()).isEqualTo("c2");
      stream.expectEnd();
    }
  }

  @Test
  void aMissingInputIsNull() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream =
          peer.open()
              .sendAndFinish(
                  frame(
                      "{'type':'call.requested','id':'c1','payload':{'operationId':'/demo/echo'}}"));

      assertThat(next(stream).at("/payload/output").isNull()).isTrue();
    }
  }

  @Test
  void numbersKeepEveryDigit() {
    String numbers = "[123456789012345678901234567890,0.1000000000000000000000000001,1.10,1E+30]";
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("c1", "/demo/echo", numbers));

      assertThat(nextText(stream)).contains("\"output\":" + numbers);
    }
  }

  @Test
  void aFrameMayArriveByteByByte() {
    try (Pair pair = echoing()) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream =
          peer.open()
              .sendSingly(
                  Frames.concat(
                      request("c1", "/demo/echo", "1"), request("c2", "/demo/echo", "2")));

      assertThat(List.of(next(stream), next(stream)))
          .extracting(frame -> frame.path("id").asString())
          .containsExactlyInAnyOrder("c1", "c2");
    }
  }

  @Test
  void anAnswerThatFitsIntoNoFrameFailsItsCallOnly() {
    try (Pair pair =
        echoing()
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/deep").build(),
                        Handlers.answering((input, ctx) -> nested(200))))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().send(request("c1", "/demo/deep", "{}"));

      assertThat(nextError(stream, "c1").path("code").asString()).isEqualTo("INTERNAL");
      stream.sendAndFinish(request("c2", "/demo/echo", "2"));
      assertThat(next(stream).path("id").asString()).isEqualTo("c2");
    }
  }

  private static JsonNode nested(int depth) {
    return json("[".repeat(depth) + "]".repeat(depth));
  }

  @Test
  void forwardedForReachesTheHandlerAndGrantsNothing() {
    try (Pair pair =
        new Pair()
            .clientIs(Identity.of("hub"))
            .serve(
                ops ->
                    ops.withLocal(
                            OperationSpec.query("demo/for").build(),
                            Handlers.answering(
                                (input, ctx) ->
                                    json(
                                        "'"
                                            + ctx.forwardedFor().map(Identity::id).orElse("nobody")
                                            + "'")))
                        .withLocal(
                            OperationSpec.query("demo/admin")
                                .accessControl(
                                    org.alknet.call.operation.AccessControl.scopes("admin"))
                                .build(),
                            Handlers.echo()))) {
      ScriptedPeer peer = pair.startScriptedCaller();
      String claim = "{'id':'alice','scopes':['admin'],'resources':{}}";

      assertThat(forwarded(peer, "/demo/for", claim).at("/payload/output").asString())
          .isEqualTo("alice");
      assertThat(forwarded(peer, "/demo/for", "{'id':'bob'}").at("/payload/output").asString())
          .isEqualTo("bob");
      for (String malformed :
          List.of(
              "'alice'",
              "{}",
              "{'id':''}",
              "{'id':'a','scopes':'x'}",
              "{'id':'a','scopes':[1]}",
              "{'id':'a','resources':[]}",
              "{'id':'a','resources':{'x':1}}")) {
        assertThat(forwarded(peer, "/demo/for", malformed).at("/payload/output").asString())
            .as(malformed)
            .isEqualTo("nobody");
      }
      assertThat(forwarded(peer, "/demo/admin", claim).at("/payload/message").asString())
          .isEqualTo("missing required scope: admin");
    }
  }

  private static JsonNode forwarded(ScriptedPeer peer, String operation, String claim) {
    return next(
        peer.open()
            .sendAndFinish(
                frame(
                    "{'type':'call.requested','id':'c1','payload':{'operationId':'"
                        + operation
                        + "','input':{},'forwarded_for':"
                        + claim
                        + "}}")));
  }

  @Test
  void theBytesOfTheSpecificationAreExact() {
    byte[] expected =
        Frames.hex(
            "00000030"
                + "7b2274797065223a2263616c6c2e636f6d706c65746564222c"
                + "226964223a226331222c227061796c6f6164223a7b7d7d");
    assertThat(new String(expected, 4, 48, UTF_8))
        .isEqualTo("{\"type\":\"call.completed\",\"id\":\"c1\",\"payload\":{}}");
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/none").build(),
                        (input, ctx) ->
                            subscriber -> {
                              subscriber.onSubscribe(
                                  new java.util.concurrent.Flow.Subscription() {
                                    @Override
                                    public void request(long n) {}

                                    @Override
                                    public void cancel() {}
                                  });
                              subscriber.onComplete();
                            }))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      peer.open().sendAndFinish(request("c1", "/demo/none", "{}")).expect(expected).expectEnd();
    }
  }

  /** A length above the maximum. */
  private static final class CallLimitsText {
    static final long TOO_LONG = 67_108_865L;
  }
}
