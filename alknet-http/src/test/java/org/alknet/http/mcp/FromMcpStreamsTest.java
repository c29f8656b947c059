package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.OpenBody;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Answers that come as events on a stream the server need not end. */
class FromMcpStreamsTest {
  private static final String PROGRESS =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progress\":1}}";

  private static ScriptedServer server;

  private OpenBody stream;

  @BeforeAll
  static void start() {
    server = new ScriptedServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
    server.tools("{'name':'add','inputSchema':{}}");
    stream = new OpenBody();
    server.on("tools/call", message -> stream.events());
  }

  /** The answer to the last call. */
  private static String answer() {
    JsonNode call = server.seen("tools/call").get(server.seen("tools/call").size() - 1).message();
    return ScriptedServer.envelope(call).set("result", json("{'content':[]}")).toString();
  }

  private static Importer importing() {
    Importer importer = new Importer(server.uri());
    importer.run();
    return importer;
  }

  private static CallError error(ResponseEnvelope answer) {
    return answer.error().orElseThrow(() -> new AssertionError("no error but " + answer));
  }

  /** The call, which is under way and has its stream. */
  private CompletableFuture<ResponseEnvelope> calling(Importer importer) {
    CompletableFuture<ResponseEnvelope> call = importer.start("far/add", "{}");
    Await.result(stream.opened());
    return call;
  }

  // ---- the answer

  @Test
  void theAnswerCompletesTheCallAndAStreamThatStaysOpenIsClosed() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event(PROGRESS).event(answer());

      assertThat(Await.result(call).output()).contains(json("[]"));
      Await.result(stream.closed());
    }
  }

  @Test
  void aStreamThatEndsByItselfIsNotClosed() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event(answer());
      assertThat(Await.result(call).isOk()).isTrue();
      stream.end();

      for (int i = 0; i < 3; i++) {
        OpenBody next = new OpenBody();
        server.on("tools/call", message -> next.events());
        CompletableFuture<ResponseEnvelope> again = importer.start("far/add", "{}");
        Await.result(next.opened());
        next.event(answer()).end();
        assertThat(Await.result(again).isOk()).isTrue();
        assertThat(next.closed()).isNotDone();
      }
    }
  }

  @Test
  void whatElseComesOnTheWayMeansNothing() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream
          .text(": a comment\n\nid: 7\ndata:\n\nretry: 10\n\n")
          .event(PROGRESS)
          .event("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{}}")
          .event("{\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{\"content\":[{}]}}")
          .event("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"error\":{\"code\":1,\"message\":\"x\"}}")
          .text("event: endpoint\ndata: /elsewhere\n\n")
          .text("event: message\r\ndata: [" + PROGRESS + ",\r\ndata: " + answer() + "]\r\n\r\n");

      assertThat(Await.result(call).output()).contains(json("[]"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "3",
        "{}",
        "{\"jsonrpc\":\"1.0\",\"method\":\"x\"}",
        "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32603,\"message\":\"no\\u001b[2J\"}}"
      })
  void whatIsNoMessageEndsTheCallAndTheStream(String data) {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event(data);

      CallError error = error(Await.result(call));
      assertThat(error.code()).isEqualTo(CallError.INTERNAL);
      assertThat(error.message()).startsWith("tools/call failed: ").matches("[\\x20-\\x7e]*");
      Await.result(stream.closed());
    }
  }

  @Test
  void aStreamThatEndsWithoutTheAnswerIsAFailureOfTheTransport() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event(PROGRESS).end();
      assertThat(error(Await.result(call)).message()).contains("without an answer");
    }
    server.on("tools/list", message -> ScriptedServer.events("data: " + PROGRESS + "\n\n"));
    try (Importer importer = new Importer(server.uri())) {
      Await.failure(importer.adapter().importTools(), AdapterException.Transport.class);
    }
  }

  // ---- questions of the server

  @Test
  void aLegacyServerHearsThatWeAreThereAndThatNobodyElseIs() {
    server.legacy();
    server.on(
        "POST",
        message -> {
          if (message.path("id").asString("").equals("sample-1")) {
            stream.event(answer());
          }
          return HttpReply.empty(202);
        });
    Capabilities token =
        Capabilities.empty().withHttpToken("far", "a-token-for-far-0123456789".toCharArray());
    try (Importer importer = new Importer(McpServerConfig.of(server.uri(), "far"), token)) {
      importer.run();
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream
          .event("{\"jsonrpc\":\"2.0\",\"id\":77,\"method\":\"ping\"}")
          .event(
              "{\"jsonrpc\":\"2.0\",\"id\":\"sample-1\",\"method\":\"sampling/createMessage\","
                  + "\"params\":{}}");

      assertThat(Await.result(call).isOk()).isTrue();
      Await.until("both are answered", () -> server.seen("").size() == 2);
      assertThat(server.seen(""))
          .extracting(ScriptedServer.Seen::message)
          .containsExactlyInAnyOrder(
              json("{'jsonrpc':'2.0','id':77,'result':{}}"),
              json(
                  "{'jsonrpc':'2.0','id':'sample-1','error':{'code':-32601,"
                      + "'message':'this client offers no such method'}}"));
      assertThat(server.seen(""))
          .allSatisfy(
              seen -> {
                assertThat(seen.fields().first("Mcp-Session-Id")).contains("session-1");
                assertThat(seen.fields().first("Authorization"))
                    .contains("Bearer a-token-for-far-0123456789");
              });
    }
  }

  @Test
  void aModernServerMayNotAskAndIsNotAnswered() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}").event(answer());

      assertThat(Await.result(call).isOk()).isTrue();
      assertThat(server.seen("")).isEmpty();
    }
  }

  @Test
  void aServerThatNeverStopsAskingIsNotHeard() {
    server.legacy();
    server.on("POST", message -> HttpReply.empty(202));
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.endlessly("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\n");

      assertThat(error(Await.result(call)).message()).contains("more than 100 questions");
      Await.result(stream.closed());
    }
  }

  // ---- bounds

  @Test
  void aStreamHasABound() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.endlessly(("data: " + PROGRESS + "\n\n").repeat(500));
      assertThat(error(Await.result(call)).message()).contains("more than 2097152 bytes");
      Await.result(stream.closed());

      stream = new OpenBody();
      call = calling(importer);
      stream.endlessly("event:x\ndata:x\n\n".repeat(500));
      assertThat(error(Await.result(call)).message()).contains("more than 65536 events");
      Await.result(stream.closed());

      stream = new OpenBody();
      call = calling(importer);
      stream.endlessly("data: " + "x".repeat(10_000) + "\n");
      assertThat(error(Await.result(call)).message()).contains("2097152 bytes");
      Await.result(stream.closed());
    }
  }

  @Test
  void aStreamThatGoesOnWithoutAnAnswerRunsOutOfTime() {
    server.legacy();
    try (Importer importer = new Importer(Importer.quick(server.uri()), Capabilities.empty())) {
      importer.run();
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event(PROGRESS);

      assertThat(error(Await.result(call)).code()).isEqualTo(CallError.TIMEOUT);
      Await.result(stream.closed());
      Await.until("the server is told", () -> !server.seen("notifications/cancelled").isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/event-stream", "application/json"})
  void anImportThatTricklesRunsOutOfTime(String type) {
    OpenBody body = new OpenBody().text("{\"jsonrpc\":\"2.0\",");
    server.on("tools/list", message -> body.reply(type));
    try (Importer importer = new Importer(Importer.quick(server.uri()), Capabilities.empty())) {
      Await.failure(importer.adapter().importTools(), AdapterException.Transport.class);
      Await.result(body.closed());
    }
  }

  @Test
  void aCallerThatGivesUpClosesTheStream() {
    try (Importer importer = importing()) {
      CompletableFuture<ResponseEnvelope> call = calling(importer);
      stream.event(PROGRESS);

      call.cancel(false);

      Await.result(stream.closed());
    }
  }
}
