package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.frame;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Requests that share a stream, or the only channel there is. */
class SharedStreamTest {
  private static Pair sharing() {
    return new Pair()
        .options(builder -> builder.streamUsage(StreamUsage.SHARED))
        .serve(
            ops ->
                ops.withLocal(OperationSpec.query("demo/echo").build(), Handlers.echo())
                    .withLocal(
                        OperationSpec.query("demo/swell").build(),
                        Handlers.answering((input, ctx) -> json("'" + "x".repeat(20_000) + "'")))
                    .withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), Ticks.to(20).handler()));
  }

  @Test
  void smallCallsTakeTurnsOnOneStreamAndSubscriptionsTakeTheirOwn() {
    try (Pair pair = sharing()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> first = ends.client().call("a/b", json("1"));
      CompletionStage<ResponseEnvelope> second = ends.client().call("a/b", json("2"));
      Elements elements = Elements.all(ends.client().subscribe("a/s", json("3")));
      CompletionStage<ResponseEnvelope> large =
          ends.client().call("a/b", json("'" + "x".repeat(20_000) + "'"));

      ScriptedStream shared = ends.peer().accept();
      JsonNode one = next(shared);
      JsonNode two = next(shared);
      assertThat(next(ends.peer().accept()).at("/payload/operationId").asString())
          .isEqualTo("/a/s");
      assertThat(next(ends.peer().accept()).at("/payload/input").asString()).hasSize(20_000);
      for (JsonNode request : List.of(two, one)) {
        shared.send(
            frame(
                "{'type':'call.responded','id':'"
                    + request.path("id").asString()
                    + "','payload':{'output':"
                    + request.at("/payload/input")
                    + "}}"));
      }

      assertThat(Await.result(first).output()).contains(json("1"));
      assertThat(Await.result(second).output()).contains(json("2"));
      assertThat(large.toCompletableFuture()).isNotDone();
      assertThat(elements.isEnded()).isFalse();
    }
  }

  @Test
  void aLargeAnswerLeavesASharedStreamToTheSmallOnes() {
    String large = "x".repeat(20_000);
    try (Pair pair = sharing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream shared = peer.open();
      shared.send(request("small", "/demo/echo", "1"));
      assertThat(next(shared).at("/payload/output")).isEqualTo(json("1"));

      shared.send(request("large", "/demo/echo", "'" + large + "'"));
      ScriptedStream apart = peer.accept();
      assertThat(next(apart).at("/payload/output").asString()).isEqualTo(large);
      apart.expectEnd();

      shared.sendAndFinish(request("last", "/demo/echo", "3"));
      assertThat(next(shared).at("/payload/output")).isEqualTo(json("3"));
      shared.expectEnd();
    }
  }

  @Test
  void aLargeAnswerToTheOnlyRequestOfAStreamStaysOnIt() {
    String large = "x".repeat(20_000);
    try (Pair pair = sharing()) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream only = peer.open();

      only.send(request("large", "/demo/echo", "'" + large + "'"));

      assertThat(next(only).at("/payload/output").asString()).isEqualTo(large);
    }
  }

  @Test
  void aLargeAnswerArrivesInBothUsages() {
    for (StreamUsage usage : StreamUsage.values()) {
      try (Pair pair = sharing().options(builder -> builder.streamUsage(usage))) {
        Pair.Ends ends = pair.start();
        JsonNode large = json("'" + "x".repeat(20_000) + "'");
        List<CompletionStage<ResponseEnvelope>> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          calls.add(ends.client().call("demo/swell", json("{}")));
          calls.add(ends.client().call("demo/echo", json(Integer.toString(i))));
        }

        for (int i = 0; i < 20; i++) {
          assertThat(Await.result(calls.get(2 * i)).output()).contains(large);
          assertThat(Await.result(calls.get(2 * i + 1)).output())
              .contains(json(Integer.toString(i)));
        }
      }
    }
  }

  @Test
  void aTimeoutIsToldOnTheSharedStreamWhichStaysOpen() {
    try (Pair pair = sharing()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> call =
          ends.client().call(CallRequest.of("a/b", json("1")).withTimeout(Duration.ofSeconds(1)));
      ScriptedStream shared = ends.peer().accept();
      String id = next(shared).path("id").asString();

      pair.clock.advance(Duration.ofSeconds(1));

      assertThat(Await.result(call).error()).contains(CallError.timeout());
      assertThat(next(shared))
          .isEqualTo(json("{'type':'call.aborted','id':'" + id + "','payload':{}}"));
      CompletionStage<ResponseEnvelope> again = ends.client().call("a/c", json("2"));
      assertThat(next(shared).at("/payload/operationId").asString()).isEqualTo("/a/c");
      assertThat(again.toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void aLostSharedStreamFailsItsCallsAndIsReplaced() {
    try (Pair pair = sharing()) {
      Pair.Scripted ends = pair.startScriptedCallee();
      CompletionStage<ResponseEnvelope> lost = ends.client().call("a/b", json("1"));
      ScriptedStream shared = ends.peer().accept();
      next(shared);

      shared.stop(0);
      shared.reset(0);
      assertThat(Await.result(lost).error()).isPresent();
      Await.until(
          "the stream is known to be useless",
          () -> {
            ResponseEnvelope probe =
                Await.result(
                    ends.client()
                        .call(CallRequest.of("a/probe", json("0")).withTimeout(Duration.ofDays(1)))
                        .toCompletableFuture()
                        .completeOnTimeout(
                            ResponseEnvelope.ok("", json("1")),
                            50,
                            java.util.concurrent.TimeUnit.MILLISECONDS));
            return probe.isOk();
          });

      assertThat(next(ends.peer().accept()).at("/payload/operationId").asString())
          .isEqualTo("/a/probe");
    }
  }

  @Test
  void anIdleSharedStreamIsLetGoBeforeThePeerDoes() {
    try (Pair pair = sharing()) {
      Pair.Ends ends = pair.start();
      assertThat(Await.result(ends.client().call("demo/echo", json("1"))).isOk()).isTrue();

      pair.clock.advance(Duration.ofSeconds(41));

      assertThat(Await.result(ends.client().call("demo/echo", json("2"))).output())
          .contains(json("2"));
    }
  }

  @Test
  void bothUsagesWorkAgainstEachOther() {
    for (StreamUsage usage : StreamUsage.values()) {
      try (Pair pair = sharing().options(builder -> builder.streamUsage(usage))) {
        Pair.Ends ends = pair.start();
        List<CompletionStage<ResponseEnvelope>> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
          calls.add(ends.client().call("demo/echo", json(Integer.toString(i))));
        }
        Elements elements = Elements.all(ends.client().subscribe("demo/ticks", json("{}")));

        for (int i = 0; i < 200; i++) {
          assertThat(Await.result(calls.get(i)).output()).contains(json(Integer.toString(i)));
        }
        assertThat(elements.toEnd()).hasSize(20);
      }
    }
  }

  @Test
  void everythingWorksOverOneForeignTransport() {
    Gate gate = new Gate();
    Ticks silent = Ticks.silentAfter(2);
    Pair pair =
        sharing()
            .serve(
                ops ->
                    ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler())
                        .withLocalStreaming(
                            OperationSpec.subscription("demo/silent").build(), silent.handler())
                        .withLocal(
                            OperationSpec.query("demo/secret")
                                .accessControl(AccessControl.scopes("operator"))
                                .build(),
                            Handlers.echo()))
            .callBack(
                ops -> ops.withLocal(OperationSpec.query("back/echo").build(), Handlers.echo()));
    try (SharedPair shared = SharedPair.of(pair, Optional.of(Identity.of("browser", "operator")))) {
      CompletableFuture<ResponseEnvelope> waiting =
          shared.client().call("demo/wait", json("{}")).toCompletableFuture();
      Elements endless = Elements.of(shared.client().subscribe("demo/silent", json("{}")), 10);
      endless.await(2);
      Elements ticks = Elements.all(shared.client().subscribe("demo/ticks", json("{}")));

      assertThat(Await.result(shared.client().call("demo/echo", json("1"))).isOk()).isTrue();
      assertThat(Await.result(shared.client().call("demo/secret", json("1"))).isOk()).isTrue();
      assertThat(Await.result(shared.server().call("back/echo", json("2"))).output())
          .contains(json("2"));
      assertThat(ticks.toEnd()).hasSize(20);
      waiting.cancel(false);
      endless.cancel();

      Await.result(gate.cancelled());
      Await.result(silent.cancelled());
      assertThat(shared.server().peerId()).isEmpty();
      assertThat(shared.server().identity()).isPresent();
    }
  }

  @Test
  void theEndOfAForeignTransportFailsEverythingOnIt() {
    Gate gate = new Gate();
    Pair pair =
        sharing()
            .serve(ops -> ops.withLocal(OperationSpec.query("demo/wait").build(), gate.handler()));
    try (SharedPair shared = SharedPair.of(pair)) {
      CompletionStage<ResponseEnvelope> waiting = shared.client().call("demo/wait", json("{}"));
      Await.result(gate.started());

      shared.ends().left().close();

      assertThat(Await.result(waiting).error()).contains(CallError.connectionClosed());
      Await.result(gate.cancelled());
      Await.result(shared.client().closed());
      Await.result(shared.server().closed());
    }
  }

  @Test
  void onAForeignTransportASubscriptionToAQueryEndsAfterItsValue() {
    Ticks slow = Ticks.silentAfter(1);
    Pair pair =
        sharing()
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/slow").build(), slow.handler()));
    try (SharedPair shared = SharedPair.of(pair)) {
      Elements query = Elements.all(shared.client().subscribe("demo/echo", json("7")));
      Elements stream = Elements.all(shared.client().subscribe("demo/slow", json("{}")));
      query.await(1);
      stream.await(1);

      pair.clock.advance(Duration.ofSeconds(1));

      assertThat(query.toEnd()).singleElement().matches(ResponseEnvelope::isOk);
      assertThat(Await.result(shared.client().call("demo/echo", json("1"))).isOk()).isTrue();
      assertThat(stream.isEnded()).isFalse();
    }
  }
}
