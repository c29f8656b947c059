package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.Json;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Server-sent events of a service as subscriptions. */
class EventsTest {
  private static Remote remote;
  private static Remote.Node node;

  @BeforeAll
  static void start() {
    remote = new Remote();
    node =
        remote.node(
            Remote.document("events.yaml"),
            settings ->
                settings
                    .unaryTwins(true)
                    .doneSentinels(Set.of("[DONE]"))
                    .idleLimit(Duration.ofMinutes(10)),
            Capabilities.empty());
  }

  @AfterAll
  static void stop() {
    node.close();
    remote.close();
  }

  @BeforeEach
  void forget() {
    remote.forget();
  }

  private static HttpReply events(String text) {
    return HttpReply.text(200, "text/event-stream; charset=utf-8", text);
  }

  private static List<String> outputs(List<ResponseEnvelope> elements) {
    return elements.stream()
        .map(e -> e.output().map(JsonNode::toString).orElseGet(() -> e.error().get().code()))
        .toList();
  }

  @Test
  void eachEventIsAValueUnderTheIdOfTheCall() {
    remote.answer(
        "/v1/ticks",
        exchange ->
            events(
                "\ufeff: hello\n\ndata: {\"n\":1}\n\ndata: no json\r\n\r\ndata\n\n"
                    + "event: other\nid: 7\ndata: [1,\ndata: 2]\n\ndata: unfinished"));

    List<ResponseEnvelope> elements = node.subscribe("ticks", "{}").untilTheEnd();

    assertThat(outputs(elements)).containsExactly("{\"n\":1}", "\"no json\"", "null", "[1,2]");
    assertThat(elements.stream().map(ResponseEnvelope::requestId).distinct()).hasSize(1);
    assertThat(remote.last().fields().first("Accept")).hasValue("text/event-stream");
  }

  @Test
  void theWordForTheEndIsTheEnd() {
    remote.answer("/v1/ticks", exchange -> events("data: 1\n\ndata: [DONE]\n\ndata: 2\n\n"));

    assertThat(outputs(node.subscribe("ticks", "{}").untilTheEnd())).containsExactly("1");
  }

  @Test
  void anErrorOfAGatewayIsTheLastElement() {
    remote.answer(
        "/v1/ticks",
        exchange ->
            events(
                "event: error\ndata: not that kind\n\nevent: error\ndata: {\"code\":\"FORBIDDEN\","
                    + "\"message\":\"m\",\"retryable\":false}\n\ndata: 2\n\n"));

    List<ResponseEnvelope> elements = node.subscribe("ticks", "{}").untilTheEnd();

    assertThat(outputs(elements)).containsExactly("\"not that kind\"", "FORBIDDEN");
  }

  @ParameterizedTest
  @CsvSource({"402, HTTP_402", "301, HTTP_301", "503, HTTP_503"})
  void aFailureBeforeTheFirstEventIsOneError(int status, String code) {
    remote.answer("/v1/chat", exchange -> Remote.json(status, "{'a':1}"));

    List<ResponseEnvelope> elements = node.subscribe("chat", "{'body':{}}").untilTheEnd();

    assertThat(outputs(elements)).containsExactly(code);
    assertThat(elements.get(0).error().orElseThrow().details()).hasValue(Json.json("{'a':1}"));
    assertThat(remote.seen()).hasSize(1);
  }

  @Test
  void anAnswerThatIsNoStreamIsOneValue() {
    remote.answer("/v1/chat", exchange -> Remote.json(200, "{'all':'at once'}"));

    assertThat(outputs(node.subscribe("chat", "{'body':{}}").untilTheEnd()))
        .containsExactly("{\"all\":\"at once\"}");
  }

  @Test
  void theTwinAsksForJson() {
    remote.answer("/v1/chat", exchange -> Remote.json(200, "{'a':1}"));

    assertThat(node.call("chat_unary", "{'body':{'m':'x'}}").output())
        .hasValue(Json.json("{'a':1}"));
    assertThat(remote.last().fields().first("Accept")).hasValue("application/json");
    assertThat(remote.lastBody()).isEqualTo("{\"m\":\"x\"}");
  }

  @Test
  void anInputThatCannotBeSentIsOneError() {
    assertThat(outputs(node.subscribe("ticks", "{'q':{'a':{'b':1}},'body':2}").untilTheEnd()))
        .hasSize(1);
  }

  @Test
  void anEventThatIsTooLongIsAnErrorAndTheEnd() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    remote.answer(
        "/v1/ticks",
        exchange -> {
          exchange.gone().thenRun(() -> gone.complete(null));
          return stream(new ForwardingTest.Endless());
        });

    List<ResponseEnvelope> elements = node.subscribe("ticks", "{}").untilTheEnd();

    assertThat(outputs(elements)).containsExactly(CallError.INTERNAL);
    assertThat(elements.get(0).error().orElseThrow().message()).startsWith("SSE stream error");
    Await.result(gone);
  }

  private static HttpReply stream(Flow.Publisher<ByteBuffer> body) {
    return HttpReply.stream(200, HttpFields.of("Content-Type", "text/event-stream"), body);
  }

  @Test
  void aStreamThatBreaksOffIsAnErrorAfterWhatCame() {
    remote.answer("/v1/ticks", exchange -> stream(new Broken()));

    List<ResponseEnvelope> elements = node.subscribe("ticks", "{}").untilTheEnd();

    assertThat(outputs(elements)).containsExactly("1", CallError.INTERNAL);
    assertThat(elements.get(1).error().orElseThrow().message()).startsWith("SSE stream error");
  }

  @Test
  void cancellingClosesTheExchange() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    remote.answer(
        "/v1/ticks",
        exchange -> {
          exchange.gone().thenRun(() -> gone.complete(null));
          return stream(new Numbers());
        });

    Remote.Elements elements = node.subscribe("ticks", "{}");
    Await.until("some events came", () -> elements.soFar().size() > 5);
    elements.cancel();

    Await.result(gone);
  }

  @Test
  void cancellingBeforeTheAnswerClosesTheExchange() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    remote.answer(
        "/v1/ticks",
        exchange -> {
          exchange.gone().thenRun(() -> gone.complete(null));
          arrived.complete(null);
          return stream(new ForwardingTest.Silent());
        });

    Remote.Elements elements = node.subscribe("ticks", "{}");
    Await.result(arrived);
    elements.cancel();

    Await.result(gone);
  }

  @Test
  void silenceHasItsLimit() {
    remote.answer("/v1/ticks", exchange -> stream(new ForwardingTest.Silent()));
    try (Remote.Node impatient =
        remote.node(
            Remote.document("events.yaml"),
            settings -> settings.idleLimit(Duration.ofMillis(50)),
            Capabilities.empty())) {
      assertThat(outputs(impatient.subscribe("ticks", "{}").untilTheEnd()))
          .containsExactly(CallError.INTERNAL);
    }
  }

  /** One event, then the connection breaks. */
  private static final class Broken implements Flow.Publisher<ByteBuffer> {
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private int asked;

            @Override
            public void request(long n) {
              if (asked++ == 0) {
                subscriber.onNext(
                    ByteBuffer.wrap("data: 1\n\ndata: ".getBytes(StandardCharsets.UTF_8)));
              } else {
                subscriber.onError(new IllegalStateException("as asked"));
              }
            }

            @Override
            public void cancel() {}
          });
    }
  }

  /** Numbers without end, one for each request. */
  private static final class Numbers implements Flow.Publisher<ByteBuffer> {
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private int next;
            private volatile boolean over;

            @Override
            public void request(long n) {
              for (long i = 0; i < n && !over; i++) {
                byte[] event = ("data: " + next++ + "\n\n").getBytes(StandardCharsets.UTF_8);
                subscriber.onNext(ByteBuffer.wrap(event));
              }
            }

            @Override
            public void cancel() {
              over = true;
            }
          });
    }
  }
}
