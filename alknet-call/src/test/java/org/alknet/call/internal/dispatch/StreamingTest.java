package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.alknet.call.testing.Wire.next;
import static org.alknet.call.testing.Wire.request;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.StreamingHandler;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
import org.alknet.core.connection.CloseCode;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.Test;

class StreamingTest {
  private static Pair serving(StreamingHandler handler) {
    return new Pair()
        .serve(
            ops ->
                ops.withLocalStreaming(OperationSpec.subscription("demo/ticks").build(), handler));
  }

  private static Elements subscribe(Pair.Ends ends, long demand) {
    return Elements.of(ends.client().subscribe("demo/ticks", json("{}")), demand);
  }

  @Test
  void everyElementArrivesInOrderAndThenTheEnd() {
    try (Pair pair = serving(Ticks.to(5000).handler())) {
      Elements elements = subscribe(pair.start(), Long.MAX_VALUE);

      List<ResponseEnvelope> received = elements.toEnd();

      assertThat(received).hasSize(5000);
      for (int i = 0; i < received.size(); i++) {
        assertThat(received.get(i).output().orElseThrow().path("n").asInt()).isEqualTo(i + 1);
      }
    }
  }

  @Test
  void aSubscriptionWithoutElementsJustEnds() {
    StreamingHandler none =
        (input, ctx) ->
            subscriber -> {
              SubmissionPublisher<ResponseEnvelope> empty = new SubmissionPublisher<>();
              empty.subscribe(subscriber);
              empty.close();
            };
    try (Pair pair = serving(none)) {
      assertThat(subscribe(pair.start(), 1).toEnd()).isEmpty();
    }
  }

  @Test
  void aSlowSubscriberStopsTheProducerAndLosesNothing() {
    Ticks ticks = Ticks.to(100_000);
    try (Pair pair = serving(ticks.handler()).wire(wire -> wire.bufferBytes(4096))) {
      Elements elements = subscribe(pair.start(), 10);
      elements.await(10);

      long produced = settled(ticks);
      assertThat(produced).isLessThan(300);
      elements.request(Long.MAX_VALUE);

      assertThat(elements.toEnd()).hasSize(100_000);
    }
  }

  /** Waits until the producer has come to rest. */
  private static long settled(Ticks ticks) {
    long[] last = {-1};
    int[] same = {0};
    Await.until(
        "the producer rests",
        () -> {
          long now = ticks.produced();
          same[0] = now == last[0] ? same[0] + 1 : 0;
          last[0] = now;
          return same[0] >= 50;
        });
    return last[0];
  }

  @Test
  void aSlowReaderOnTheWireStopsTheProducer() {
    Ticks ticks = Ticks.to(100_000);
    try (Pair pair = serving(ticks.handler()).wire(wire -> wire.bufferBytes(4096))) {
      ScriptedPeer peer = pair.startScriptedCaller();

      ScriptedStream stream = peer.open().sendAndFinish(request("s1", "/demo/ticks", "{}"));
      Await.result(ticks.started());

      assertThat(settled(ticks)).isLessThan(200);
      for (int i = 1; i <= 1000; i++) {
        assertThat(next(stream).at("/payload/output/n").asInt()).isEqualTo(i);
      }
    }
  }

  @Test
  void aSubscriptionHasNoDeadlineUnlessTheCallerStatesOne() {
    StreamingHandler handler =
        (input, ctx) ->
            new org.alknet.call.registry.SingleElement(
                ResponseEnvelope.ok(
                    ctx.requestId(), json(Boolean.toString(ctx.deadline().isPresent()))));
    try (Pair pair = serving(handler)) {
      Pair.Ends ends = pair.start();

      Elements without = subscribe(ends, 2);
      Elements with =
          Elements.all(
              ends.client()
                  .subscribe(
                      org.alknet.call.connection.CallRequest.of("demo/ticks", json("{}"))
                          .withTimeout(Duration.ofSeconds(9))));

      assertThat(without.toEnd().get(0).output()).contains(json("false"));
      assertThat(with.toEnd().get(0).output()).contains(json("true"));
    }
  }

  @Test
  void cancellingStopsTheHandler() {
    Ticks ticks = Ticks.silentAfter(3);
    try (Pair pair = serving(ticks.handler())) {
      Pair.Ends ends = pair.start();
      Elements elements = subscribe(ends, Long.MAX_VALUE);
      elements.await(3);

      elements.cancel();

      Await.result(ticks.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }

  @Test
  void theEndOfTheConnectionStopsTheHandler() {
    Ticks ticks = Ticks.silentAfter(3);
    try (Pair pair = serving(ticks.handler())) {
      Pair.Ends ends = pair.start();
      Elements elements = subscribe(ends, Long.MAX_VALUE);
      elements.await(3);

      ends.client().close();

      Await.result(ticks.cancelled());
      assertThat(elements.toEnd()).hasSize(4);
      Await.result(ends.server().closed());
    }
  }

  @Test
  void aReaderThatStopsTheStreamCancelsTheHandler() {
    Ticks ticks = Ticks.to(1_000_000);
    try (Pair pair = serving(ticks.handler())) {
      ScriptedPeer peer = pair.startScriptedCaller();
      ScriptedStream stream = peer.open().sendAndFinish(request("s1", "/demo/ticks", "{}"));
      next(stream);

      stream.stop(0);

      Await.result(ticks.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }

  @Test
  void aFailingPublisherIsAnInternalErrorWithoutItsText() {
    StreamingHandler failing =
        (input, ctx) ->
            subscriber -> {
              subscriber.onSubscribe(
                  new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                      subscriber.onError(new IllegalStateException("the secret text"));
                    }

                    @Override
                    public void cancel() {}
                  });
            };
    try (Pair pair = serving(failing)) {
      List<ResponseEnvelope> received = subscribe(pair.start(), 1).toEnd();

      assertThat(received)
          .singleElement()
          .satisfies(
              last -> assertThat(last.error()).contains(CallError.internal("internal error")));
    }
  }

  @Test
  void onASharedTransportAnOverflowEndsTheSubscriptionAlone() {
    Ticks ticks = Ticks.to(100_000);
    Pair pair = serving(ticks.handler());
    try (SharedPair shared = SharedPair.of(pair)) {
      Elements slow = Elements.of(shared.client().subscribe("demo/ticks", json("{}")), 1);
      Await.result(ticks.cancelled());
      slow.request(Long.MAX_VALUE);

      List<ResponseEnvelope> received = slow.toEnd();

      CallError last = received.get(received.size() - 1).error().orElseThrow();
      assertThat(last.retryable()).isTrue();
      assertThat(last.details()).contains(json("{'reason':'OVERLOADED'}"));
      assertThat(received).hasSizeLessThanOrEqualTo(40);
    }
  }

  @Test
  void anElementThatFitsIntoNoFrameEndsTheSubscriptionWithAnError() {
    StreamingHandler deep =
        (input, ctx) ->
            new org.alknet.call.registry.SingleElement(
                ResponseEnvelope.ok(ctx.requestId(), json("[".repeat(200) + "]".repeat(200))));
    try (Pair pair = serving(deep)) {
      Pair.Ends ends = pair.start();

      assertThat(subscribe(ends, 5).toEnd())
          .singleElement()
          .satisfies(
              last -> assertThat(last.error().orElseThrow().code()).isEqualTo(CallError.INTERNAL));
      assertThat(ends.client().closed().toCompletableFuture()).isNotDone();
      ends.client().close();
      assertThat(Await.result(pair.serverEnd().closed()).code()).isEqualTo(CloseCode.NO_ERROR);
    }
  }
}
