package org.alknet.http.gateway;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.alknet.call.RootInvoker;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.http.internal.gateway.BatchRun;
import org.alknet.http.internal.gateway.GatewayReply;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The five endpoints (spec/http.md section 6). They parse, dispatch and map the outcome; no rule
 * lives here.
 *
 * <p>Thread-safe.
 */
public final class GatewayRoutes {
  /** Lists what the caller may call. */
  public static final String SEARCH = "/search";

  /** Describes one operation. */
  public static final String SCHEMA = "/schema";

  /** Calls a query or a mutation. */
  public static final String CALL = "/call";

  /** Calls several of them. */
  public static final String BATCH = "/batch";

  /** Starts a subscription. */
  public static final String SUBSCRIBE = "/subscribe";

  private final GatewayDispatch dispatch;
  private final HttpErrorMapper errors;
  private final HttpLimits limits;
  private final boolean completedEvent;

  /**
   * Answers through a dispatch.
   *
   * @param completedEvent whether the normal end of a subscription is an event as well
   */
  public GatewayRoutes(
      GatewayDispatch dispatch, HttpErrorMapper errors, HttpLimits limits, boolean completedEvent) {
    this.completedEvent = completedEvent;
    this.dispatch = Objects.requireNonNull(dispatch, "dispatch");
    this.errors = Objects.requireNonNull(errors, "errors");
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /** Returns the handlers by path and method. */
  public Map<String, Map<String, HttpRouteHandler>> handlers() {
    Map<String, Map<String, HttpRouteHandler>> handlers = new LinkedHashMap<>();
    handlers.put(SEARCH, Map.of("GET", refusing(this::search)));
    handlers.put(SCHEMA, Map.of("GET", refusing(this::schema)));
    handlers.put(CALL, Map.of("POST", refusing(this::call)));
    handlers.put(BATCH, Map.of("POST", refusing(this::batch)));
    handlers.put(SUBSCRIBE, Map.of("POST", refusing(this::subscribe)));
    return handlers;
  }

  private CompletionStage<HttpReply> search(HttpExchange exchange) throws Invocation.Refused {
    Search search = Search.of(Query.of(exchange));
    return invoke(exchange, ServiceDiscovery.LIST, JsonNodeFactory.instance.objectNode())
        .thenApply(
            answer ->
                answer.result() instanceof CallResult.Ok ok
                    ? success(answer.requestId(), search.page(ok.output()))
                    : reply(exchange, ServiceDiscovery.LIST, answer));
  }

  private CompletionStage<HttpReply> schema(HttpExchange exchange) throws Invocation.Refused {
    Optional<String> name = Query.of(exchange).get("name");
    if (name.isEmpty()) {
      throw new Invocation.Refused(400, "the query needs a name");
    }
    ObjectNode input = JsonNodeFactory.instance.objectNode().put("name", name.get());
    return invoke(exchange, ServiceDiscovery.SCHEMA, input)
        .thenApply(answer -> reply(exchange, name.get(), answer));
  }

  private CompletionStage<HttpReply> call(HttpExchange exchange) throws Invocation.Refused {
    Invocation wanted = Invocation.read(exchange);
    return invoke(exchange, wanted.operation(), wanted.input())
        .thenApply(answer -> reply(exchange, wanted.subject(), answer));
  }

  private CompletionStage<HttpReply> batch(HttpExchange exchange) throws Invocation.Refused {
    List<Invocation> entries = Invocation.readAll(exchange, limits.maxBatch());
    BatchRun run =
        new BatchRun(
            entries.stream()
                .<Supplier<CompletionStage<ResponseEnvelope>>>map(
                    entry ->
                        () ->
                            dispatch.invoke(exchange.identity(), entry.operation(), entry.input()))
                .toList());
    whenGone(exchange, run::cancel);
    return run.start(limits.batchConcurrency()).thenApply(answers -> results(entries, answers));
  }

  private CompletionStage<HttpReply> subscribe(HttpExchange exchange) throws Invocation.Refused {
    Invocation wanted = Invocation.read(exchange);
    String requestId = RootInvoker.newRequestId();
    return CompletableFuture.completedFuture(
        HttpReply.events(
                new EventStream(
                    dispatch.invokeStreaming(
                        exchange.identity(), wanted.operation(), wanted.input(), requestId),
                    error -> errors.shown(error, wanted.subject()),
                    completedEvent),
                limits.eventKeepAlive())
            .with("X-Request-Id", requestId));
  }

  private HttpReply results(List<Invocation> entries, List<ResponseEnvelope> answers) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode results = body.putArray("results");
    for (int i = 0; i < answers.size(); i++) {
      ResponseEnvelope answer = answers.get(i);
      if (answer.result() instanceof CallResult.Err err) {
        CallError error = errors.shown(err.error(), entries.get(i).subject());
        results.add(failure(answer.requestId(), error));
      } else {
        results.add(GatewayReply.ok(answer.requestId(), answer.output().orElseThrow()));
      }
    }
    String requestId = RootInvoker.newRequestId();
    HttpReply reply = GatewayReply.json(200, requestId, body);
    return reply.status() == 200 ? reply : GatewayReply.json(200, requestId, writable(body));
  }

  /** Replaces the results that cannot be written, so that the others arrive. */
  private static ObjectNode writable(ObjectNode body) {
    ArrayNode results = (ArrayNode) body.path("results");
    for (int i = 0; i < results.size(); i++) {
      if (Json.tryWrite(results.get(i)).isEmpty()) {
        String requestId = results.get(i).path("request_id").asString();
        results.set(i, failure(requestId, GatewayReply.unwritable()));
      }
    }
    return body;
  }

  private static ObjectNode failure(String requestId, CallError error) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result
        .put("request_id", requestId)
        .put("result", "error")
        .set("error", HttpErrorMapper.json(error));
    return result;
  }

  /** Makes a call that ends with the interest in it. */
  private CompletionStage<ResponseEnvelope> invoke(
      HttpExchange exchange, String operation, JsonNode input) {
    CompletableFuture<ResponseEnvelope> answer =
        dispatch.invoke(exchange.identity(), operation, input).toCompletableFuture();
    whenGone(exchange, () -> answer.cancel(false));
    return answer;
  }

  private HttpReply reply(HttpExchange exchange, String operation, ResponseEnvelope answer) {
    if (answer.result() instanceof CallResult.Err err) {
      return errors.reply(err.error(), answer.requestId(), operation, exchange);
    }
    return success(answer.requestId(), answer.output().orElseThrow());
  }

  private static HttpReply success(String requestId, JsonNode output) {
    return GatewayReply.json(200, requestId, GatewayReply.ok(requestId, output));
  }

  private static void whenGone(HttpExchange exchange, Runnable action) {
    CompletionStage<Void> unused = exchange.gone().thenRun(action);
    Objects.requireNonNull(unused);
  }

  private static HttpRouteHandler refusing(Endpoint endpoint) {
    return exchange -> {
      try {
        return endpoint.handle(exchange);
      } catch (Invocation.Refused refused) {
        return CompletableFuture.completedFuture(refused.reply());
      }
    };
  }

  /** An endpoint that may find that the request is none. */
  @FunctionalInterface
  private interface Endpoint {
    CompletionStage<HttpReply> handle(HttpExchange exchange) throws Invocation.Refused;
  }
}
