package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Pair;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a calling node says on the wire, and what it makes of a peer's answers. */
class WireCallingTest {
  private static byte[] responded(String id, String output) {
    return frame("{'type':'call.responded','id':'" + id + "','payload':{'output':" + output + "}}");
  }

  private static byte[] event(String type, String id, String payload) {
    return frame("{'type':'" + type + "','id':'" + id + "','payload':" + payload + "}");
  }

  private static String idOf(JsonNode request) {
    return request.path("id").asString();
  }

  private static CallError errorOf(CompletionStage<ResponseEnvelope> call) {
    return Await.result(call).error().orElseThrow();
  }

  @Test
  void aRequestIsOneFrameWithTheEndOfTheStream() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();

      CompletionStage<ResponseEnvelope> call = ends.client().call("fs/read", json("{'p':1}"));
      ScriptedStream stream = ends.peer().accept();
      JsonNode request = next(stream);
      stream.expectEnd();
      stream.sendAndFinish(responded(idOf(request), "2"));

      assertThat(request)
          .isEqualTo(
              json(
                  "{'type':'call.requested','id':'"
                      + idOf(request)
                      + "','payload':{'operationId':'/fs/read','input':{'p':1}}}"));
      assertThat(idOf(request)).hasSize(36);
      assertThat(Await.result(call).output()).contains(json("2"));
    }
  }

  @Test
  void tokenClaimAndLimitTravelInThePayload() {
    try (Pair pair = new Pair().token("alk_connection")) {
      Pair.Scripted ends = pair.startScriptedCallee();

      CompletionStage<ResponseEnvelope> plain = ends.client().call("a/b", json("1"));
      JsonNode first = next(ends.peer().accept());
      CompletionStage<ResponseEnvelope> full =
          ends.client()
              .call(
                  CallRequest.of("/a/b", json("1"))
                      .withAuthToken(AuthToken.ofUtf8("alk_own"))
                      .withForwardedFor(Identity.of("alice", "fs:read"))
                      .withTimeout(Duration.ofMillis(1500)));
      JsonNode second = next(ends.peer().accept());

      assertThat(first.at("/payload/auth_token").asString()).isEqualTo("alk_connection");
      assertThat(second.path("payload"))
          .isEqualTo(
              json(
                  "{'operationId':'/a/b','input':1,'auth_token':'alk_own','forwarded_for':"
                      + "{'id':'alice','scopes':['fs:read'],'resources':{}},'timeout_ms':1500}"));
      assertThat(plain.toCompletableFuture().isDone() || full.toCompletableFuture().isDone())
          .isFalse();
    }
  }

  @Test
  void anAnswerOnAnotherStreamIsMatchedById() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      String id = idOf(next(ends.peer().accept()));

      ends.peer().open().sendAndFinish(responded(id, "'from elsewhere'"));

      assertThat(Await.result(call).output()).contains(json("'from elsewhere'"));
    }
  }

  @Test
  void anErrorIsTheOutcomeWithItsOriginalCode() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();

      stream.sendAndFinish(
          event(
              "call.error",
              idOf(next(stream)),
              "{'code':'ODD','message':'m','retryable':true,'details':[1]}"));

      assertThat(errorOf(call)).isEqualTo(CallError.of("ODD", "m", true, json("[1]")));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{'code':'X','message':'m'}",
        "{'code':1,'message':'m','retryable':true}",
        "{'code':'X','message':'m','retryable':true,'code':'Y'}"
      })
  void aMalformedErrorFailsTheRequestAtOnce(String payload) {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();

      stream.sendAndFinish(event("call.error", idOf(next(stream)), payload));

      assertThat(errorOf(call).code()).isEqualTo(CallError.INTERNAL);
    }
  }

  @Test
  void aMissingOutputIsNull() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();

      stream.sendAndFinish(event("call.responded", idOf(next(stream)), "{}"));

      assertThat(Await.result(call).output()).contains(json("null"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"call.aborted", "call.completed"})
  void anAbortOrACompletionCancelsACall(String type) {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();

      stream.sendAndFinish(event(type, idOf(next(stream)), "{}"));

      assertThat(errorOf(call)).isEqualTo(CallError.cancelled());
    }
  }

  @Test
  void aResetFailsTheRequestAtOnce() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();
      next(stream);

      stream.reset(9);

      assertThat(errorOf(call)).isEqualTo(CallError.internal("the stream was reset"));
    }
  }

  @Test
  void anEndOfStreamFailsTheRequestASecondLaterAndNotBefore() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> silent = ends.client().call("a/b", json("1"));
      ScriptedStream first = ends.peer().accept();
      next(first);
      CompletionStage<ResponseEnvelope> late = ends.client().call("a/b", json("1"));
      ScriptedStream second = ends.peer().accept();
      String lateId = idOf(next(second));

      first.finish();
      second.finish();
      pair.clock.advance(Duration.ofMillis(900));
      assertThat(silent.toCompletableFuture()).isNotDone();
      ends.peer().open().sendAndFinish(responded(lateId, "'in time'"));
      assertThat(Await.result(late).output()).contains(json("'in time'"));
      pair.clock.advance(Duration.ofMillis(100));

      assertThat(errorOf(silent).code()).isEqualTo(CallError.INTERNAL);
    }
  }

  @Test
  void theEndOfTheConnectionFailsEverything() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      Elements elements = Elements.all(ends.client().subscribe("a/s", json("1")));
      next(ends.peer().accept());

      ends.peer().close(CloseCode.NO_ERROR, "");

      assertThat(errorOf(call)).isEqualTo(CallError.connectionClosed());
      assertThat(elements.toEnd())
          .singleElement()
          .satisfies(last -> assertThat(last.error()).contains(CallError.connectionClosed()));
      Await.result(ends.client().closed());
      assertThat(errorOf(ends.client().call("a/b", json("1"))).message())
          .isEqualTo("connection closed");
      assertThat(Elements.all(ends.client().subscribe("a/b", json("1"))).toEnd())
          .singleElement()
          .satisfies(last -> assertThat(last.error()).contains(CallError.connectionClosed()));
    }
  }

  @Test
  void aTimeoutAbortsTheRemote() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      String id = idOf(next(ends.peer().accept()));

      pair.clock.advance(Duration.ofSeconds(30));

      assertThat(errorOf(call)).isEqualTo(CallError.timeout());
      expectAbort(ends.peer(), id);
    }
  }

  @Test
  void anUnboundedSubscriptionNeverTimesOutAndABoundedOneDoes() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      Elements unbounded = Elements.all(ends.client().subscribe("a/s", json("1")));
      next(ends.peer().accept());
      Elements bounded =
          Elements.all(
              ends.client()
                  .subscribe(CallRequest.of("a/s", json("1")).withTimeout(Duration.ofSeconds(5))));
      String id = idOf(next(ends.peer().accept()));

      pair.clock.advance(Duration.ofHours(1));

      assertThat(bounded.toEnd())
          .singleElement()
          .satisfies(last -> assertThat(last.error()).contains(CallError.timeout()));
      assertThat(unbounded.isEnded()).isFalse();
      expectAbort(ends.peer(), id);
    }
  }

  @Test
  void cancellingTheStageAbortsTheRemote() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletableFuture<ResponseEnvelope> call =
          ends.client().call("a/b", json("1")).toCompletableFuture();
      String id = idOf(next(ends.peer().accept()));

      assertThat(call.cancel(false)).isTrue();

      expectAbort(ends.peer(), id);
    }
  }

  @Test
  void cancellingASubscriptionAbortsTheRemoteAndStopsReading() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      Elements elements = Elements.all(ends.client().subscribe("a/s", json("1")));
      ScriptedStream stream = ends.peer().accept();
      String id = idOf(next(stream));
      stream.send(responded(id, "1"));
      elements.await(1);

      elements.cancel();

      expectAbort(ends.peer(), id);
      stream.expectStopped();
      assertThat(elements.received()).hasSize(1);
    }
  }

  @Test
  void abortByIdTellsCallerAndRemote() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      String id = idOf(next(ends.peer().accept()));

      Await.result(ends.client().abort(id));
      Await.result(ends.client().abort("nobody"));

      assertThat(errorOf(call)).isEqualTo(CallError.cancelled());
      expectAbort(ends.peer(), id);
    }
  }

  private static void expectAbort(ScriptedPeer peer, String id) {
    ScriptedStream stream = peer.accept();
    assertThat(next(stream))
        .isEqualTo(json("{'type':'call.aborted','id':'" + id + "','payload':{}}"));
    stream.expectEnd();
  }

  @Test
  void aCallOfASubscriptionTakesItsFirstValueAndAbortsTheRest() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/s", json("1"));
      ScriptedStream stream = ends.peer().accept();
      String id = idOf(next(stream));

      stream.send(responded(id, "1"));
      assertThat(Await.result(call).output()).contains(json("1"));
      stream.send(responded(id, "2"));

      expectAbort(ends.peer(), id);
    }
  }

  @Test
  void aCallOfASilentSubscriptionIsAbortedAMomentAfterItsFirstValue() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/s", json("1"));
      ScriptedStream stream = ends.peer().accept();
      String id = idOf(next(stream));

      stream.send(responded(id, "1"));
      assertThat(Await.result(call).output()).contains(json("1"));
      pair.clock.advance(Duration.ofSeconds(1));

      expectAbort(ends.peer(), id);
    }
  }

  @Test
  void aSubscriptionToAQueryYieldsItsValueAndEnds() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      Elements elements = Elements.all(ends.client().subscribe("a/q", json("1")));
      ScriptedStream stream = ends.peer().accept();

      stream.sendAndFinish(responded(idOf(next(stream)), "1"));
      elements.await(1);
      Await.until("the end was read", () -> pair.clock.waitingTasks() > 1);
      pair.clock.advance(Duration.ofSeconds(1));

      assertThat(elements.toEnd())
          .singleElement()
          .satisfies(value -> assertThat(value.output()).contains(json("1")));
    }
  }

  @Test
  void anEventForAnUnknownIdIsIgnored() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      ScriptedStream stream = ends.peer().open();
      stream.send(responded("x", "1"));
      stream.send(event("call.completed", "x", "{}"));
      stream.send(event("call.error", "x", "{}"));
      stream.send(event("call.aborted", "x", "{}"));

      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream answer = ends.peer().accept();
      answer.sendAndFinish(responded(idOf(next(answer)), "1"));

      assertThat(Await.result(call).isOk()).isTrue();
    }
  }

  @Test
  void nothingIsDeliveredAfterTheEnd() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      Elements elements = Elements.all(ends.client().subscribe("a/s", json("1")));
      ScriptedStream stream = ends.peer().accept();
      String id = idOf(next(stream));
      ScriptedStream other = ends.peer().open();

      stream.send(responded(id, "1"));
      stream.send(event("call.completed", id, "{}"));
      elements.toEnd();
      other.send(responded(id, "2"));
      other.send(event("call.error", id, "{}"));
      Await.result(ends.client().abort(id));

      assertThat(elements.received()).hasSize(1);
      assertThat(elements.signalsAfterEnd()).isZero();
    }
  }

  @Test
  void aRequestThatFitsIntoNoFrameFailsAloneAndOpensNoStream() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();

      CallError error = errorOf(ends.client().call("a/b", json("[".repeat(200) + "]".repeat(200))));
      CompletionStage<ResponseEnvelope> fine = ends.client().call("a/fine", json("1"));

      assertThat(error.code()).isEqualTo(CallError.INTERNAL);
      ScriptedStream stream = ends.peer().accept();
      JsonNode request = next(stream);
      assertThat(request.at("/payload/operationId").asString()).isEqualTo("/a/fine");
      stream.sendAndFinish(responded(idOf(request), "1"));
      assertThat(Await.result(fine).isOk()).isTrue();
    }
  }

  @Test
  void tooManyOutgoingRequestsAreRefusedAtOnce() {
    try (Pair pair = new Pair().limits(limits -> limits.maxOutgoing(2))) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> first = ends.client().call("a/b", json("1"));
      CompletionStage<ResponseEnvelope> second = ends.client().call("a/b", json("1"));

      CallError error = errorOf(ends.client().call("a/b", json("1")));
      Elements elements = Elements.all(ends.client().subscribe("a/b", json("1")));

      assertThat(error.retryable()).isTrue();
      assertThat(error.details()).contains(json("{'reason':'OVERLOADED'}"));
      assertThat(elements.toEnd()).hasSize(1);
      ScriptedStream stream = ends.peer().accept();
      stream.sendAndFinish(responded(idOf(next(stream)), "1"));
      assertThat(
              Await.result(
                  CompletableFuture.anyOf(
                      first.toCompletableFuture(), second.toCompletableFuture())))
          .isNotNull();
      CompletionStage<ResponseEnvelope> third = ends.client().call("a/b", json("1"));
      assertThat(third.toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void aSecondSubscriberIsRefused() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      var publisher = ends.client().subscribe("a/s", json("1"));
      Elements first = Elements.all(publisher);

      Elements second = Elements.all(publisher);

      assertThat(second.toFailure()).isInstanceOf(IllegalStateException.class);
      assertThat(first.isEnded()).isFalse();
    }
  }

  @Test
  void aSubscriptionIsSentWhenSomebodySubscribes() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();

      var never = ends.client().subscribe("a/never", json("1"));
      Elements elements = Elements.all(ends.client().subscribe("a/s", json("1")));

      assertThat(next(ends.peer().accept()).at("/payload/operationId").asString())
          .isEqualTo("/a/s");
      assertThat(never).isNotNull();
      assertThat(elements.isEnded()).isFalse();
    }
  }

  @Test
  void whileNoStreamIsFreeACallWaitsAndMayTimeOutUnsent() {
    try (Pair pair = new Pair().wire(wire -> wire.streamLimit(1))) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> first = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();
      String id = idOf(next(stream));

      CompletionStage<ResponseEnvelope> second =
          ends.client().call(CallRequest.of("a/b", json("2")).withTimeout(Duration.ofSeconds(1)));
      pair.clock.advance(Duration.ofSeconds(1));
      assertThat(errorOf(second)).isEqualTo(CallError.timeout());
      stream.sendAndFinish(responded(id, "1"));
      assertThat(Await.result(first).isOk()).isTrue();

      CompletionStage<ResponseEnvelope> third = ends.client().call("a/b", json("3"));
      ScriptedStream next = ends.peer().accept();
      JsonNode request = next(next);
      assertThat(request.at("/payload/input")).isEqualTo(json("3"));
      next.sendAndFinish(responded(idOf(request), "1"));
      assertThat(Await.result(third).isOk()).isTrue();
    }
  }

  @Test
  void aSubscriberThatCancelsAtOnceCausesNoRequest() {
    try (Pair pair = new Pair()) {
      Pair.Scripted ends = pair.startScriptedCallee();

      ends.client()
          .subscribe("a/never", json("1"))
          .subscribe(
              new java.util.concurrent.Flow.Subscriber<ResponseEnvelope>() {
                @Override
                public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
                  subscription.cancel();
                }

                @Override
                public void onNext(ResponseEnvelope element) {
                  throw new AssertionError("cancelled");
                }

                @Override
                public void onError(Throwable failure) {
                  throw new AssertionError("cancelled");
                }

                @Override
                public void onComplete() {
                  throw new AssertionError("cancelled");
                }
              });
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));

      ScriptedStream stream = ends.peer().accept();
      JsonNode request = next(stream);
      assertThat(request.at("/payload/operationId").asString()).isEqualTo("/a/b");
      stream.sendAndFinish(responded(idOf(request), "1"));
      assertThat(Await.result(call).isOk()).isTrue();
    }
  }

  @Test
  void aRequestOnAStreamOfOursIsAnsweredOnAnotherStream() {
    try (Pair pair =
        new Pair()
            .callBack(
                ops ->
                    ops.withLocal(
                        org.alknet.call.operation.OperationSpec.query("back/echo").build(),
                        org.alknet.call.testing.Handlers.echo()))) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call = ends.client().call("a/b", json("1"));
      ScriptedStream stream = ends.peer().accept();
      String id = idOf(next(stream));

      stream.send(org.alknet.call.testing.Wire.request("p1", "/back/echo", "5"));
      ScriptedStream answer = ends.peer().accept();

      assertThat(next(answer))
          .isEqualTo(json("{'type':'call.responded','id':'p1','payload':{'output':5}}"));
      answer.expectEnd();
      stream.sendAndFinish(responded(id, "1"));
      assertThat(Await.result(call).isOk()).isTrue();
    }
  }
}
