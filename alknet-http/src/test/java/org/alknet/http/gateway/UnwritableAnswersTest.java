package org.alknet.http.gateway;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.http.HttpServer;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.TestIdentities;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Handlers whose answer is a tree that no JSON can be made of. */
class UnwritableAnswersTest {
  private static final String ERROR =
      "{\"code\":\"INTERNAL\",\"message\":\"the answer cannot be written\",\"retryable\":false}";

  private static RootInvoker invoker;
  private static HttpServer server;
  private static URI address;

  @BeforeAll
  static void start() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("a/deep").build(),
                (input, ctx) ->
                    CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), deep())))
            .withLocal(
                OperationSpec.query("a/echo").build(),
                (input, ctx) ->
                    CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input)))
            .withLocalStreaming(
                OperationSpec.subscription("a/stream").build(),
                (input, ctx) ->
                    subscriber -> subscriber.onSubscribe(new Saying(subscriber, ctx.requestId())))
            .build();
    invoker = RootInvoker.of(registry, CallLimits.defaults());
    server =
        HttpServer.builder(registry, invoker, new TestIdentities()).allowCleartext(true).build();
    InetSocketAddress bound =
        Await.result(
            server.listenCleartext(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
    address = URI.create("http://localhost:" + bound.getPort());
  }

  @AfterAll
  static void stop() {
    server.close();
    invoker.close();
  }

  private static JsonNode deep() {
    JsonNode value = json("1");
    for (int i = 0; i < 600; i++) {
      value = JsonNodeFactory.instance.arrayNode().add(value);
    }
    return value;
  }

  private static HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .timeout(Await.DEADLINE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  /** Says three things, of which the second cannot be written. */
  private static final class Saying implements Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> to;
    private final String id;
    private final Queue<JsonNode> left = new ArrayDeque<>(List.of(json("1"), deep(), json("3")));

    Saying(Flow.Subscriber<? super ResponseEnvelope> to, String id) {
      this.to = to;
      this.id = id;
    }

    @Override
    public synchronized void request(long n) {
      for (long i = 0; i < n && !left.isEmpty(); i++) {
        to.onNext(ResponseEnvelope.ok(id, left.remove()));
        if (left.isEmpty()) {
          to.onComplete();
        }
      }
    }

    @Override
    public synchronized void cancel() {
      left.clear();
    }
  }

  @Test
  void aCallIsAnInternalError() throws Exception {
    HttpResponse<String> reply = post("/call", "{\"operation\":\"a/deep\"}");

    assertThat(reply.statusCode()).isEqualTo(500);
    assertThat(reply.headers().firstValue("content-type")).contains("application/json");
    assertThat(reply.headers().firstValue("x-request-id")).isPresent();
    assertThat(reply.body()).isEqualTo(ERROR);
  }

  @Test
  void theOthersOfABatchArrive() throws Exception {
    HttpResponse<String> reply =
        post("/batch", "[{\"operation\":\"a/deep\"},{\"operation\":\"a/echo\",\"input\":7}]");

    JsonNode results = Json.parse(reply.body()).path("results");
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(results.path(0).path("error")).isEqualTo(Json.parse(ERROR));
    assertThat(results.path(0).path("request_id").asString()).hasSize(36);
    assertThat(results.path(1).path("output")).isEqualTo(json("7"));
  }

  @Test
  void aStreamEndsWithTheError() throws Exception {
    HttpResponse<String> reply = post("/subscribe", "{\"operation\":\"a/stream\"}");

    assertThat(reply.body()).isEqualTo("data: 1\n\nevent: error\ndata: " + ERROR + "\n\n");
  }
}
