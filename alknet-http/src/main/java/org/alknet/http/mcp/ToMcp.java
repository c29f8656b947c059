package org.alknet.http.mcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.http.gateway.GatewayDispatch;
import org.alknet.http.gateway.HttpErrorMapper;
import org.alknet.http.internal.gateway.BatchRun;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.mcp.Revisions.Era;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpLimits;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The operations of a node as tools: always the same four, whatever the registry holds. What a tool
 * does is a call like any other; no rule lives here (spec/http.md section 13).
 *
 * <p>Thread-safe.
 */
public final class ToMcp {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final GatewayDispatch dispatch;
  private final HttpErrorMapper errors;
  private final HttpLimits limits;

  /** Makes calls through a dispatch. */
  public ToMcp(GatewayDispatch dispatch, HttpErrorMapper errors, HttpLimits limits) {
    this.dispatch = Objects.requireNonNull(dispatch, "dispatch");
    this.errors = Objects.requireNonNull(errors, "errors");
    this.limits = Objects.requireNonNull(limits, "limits");
  }

  /** Returns the descriptions of the four tools, in their order. */
  static ArrayNode tools() {
    return (ArrayNode) Json.read(ToolTexts.TOOLS.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }

  /**
   * Uses one of the tools.
   *
   * @param params of a {@code tools/call}
   * @param exchange says who asks; when nobody waits for its reply any more, the call is cancelled
   * @return the result, which may say that the operation failed
   * @throws RpcFailure if there is no such tool
   */
  CompletionStage<ObjectNode> call(Era era, ObjectNode params, HttpExchange exchange)
      throws RpcFailure {
    JsonNode name = params.path("name");
    JsonNode given = params.path("arguments");
    if (!name.isString() || !(given.isMissingNode() || given.isObject())) {
      throw RpcFailure.params("tools/call needs a name, a string, and arguments, an object");
    }
    JsonNode arguments = given.isMissingNode() ? JSON.objectNode() : given;
    return switch (name.stringValue()) {
      case "search" -> search(arguments, exchange);
      case "schema" -> schema(arguments, exchange);
      case "call" -> call(era, arguments, exchange);
      case "batch" -> batch(arguments, exchange);
      default ->
          throw new RpcFailure(
              200,
              RpcFailure.INVALID_PARAMS,
              "there is no such tool; there are search, schema, call and batch",
              JSON.objectNode().put("code", CallError.NOT_FOUND));
    };
  }

  private CompletionStage<ObjectNode> search(JsonNode arguments, HttpExchange exchange) {
    JsonNode query = arguments.path("query");
    if (!query.isMissingNode() && !query.isString()) {
      return invalid("query is a string, part of a name");
    }
    String part = query.asString("").toLowerCase(Locale.ROOT);
    return invoke(exchange, ServiceDiscovery.LIST, JSON.objectNode())
        .thenApply(
            answer ->
                answer.result() instanceof CallResult.Ok ok
                    ? result(found(ok.output(), part), false)
                    : failed(answer, ServiceDiscovery.LIST));
  }

  /** The operations that can be called here; a subscription cannot. */
  private static ObjectNode found(JsonNode list, String part) {
    List<JsonNode> matching = new ArrayList<>();
    for (JsonNode entry : list.path("operations")) {
      String name = entry.path("name").asString("");
      if (name.toLowerCase(Locale.ROOT).contains(part)
          && !entry.path("op_type").asString("").equals(OperationType.SUBSCRIPTION.wireName())) {
        matching.add(entry);
      }
    }
    matching.sort(Comparator.comparing(entry -> entry.path("name").asString("")));
    ObjectNode found = JSON.objectNode();
    ArrayNode operations = found.putArray("operations");
    for (JsonNode entry : matching) {
      String name = entry.path("name").asString("");
      operations
          .addObject()
          .put("name", name)
          .put(
              "description",
              "The %s %s of %s."
                  .formatted(
                      entry.path("op_type").asString(""),
                      name.substring(name.indexOf('/') + 1),
                      entry.path("namespace").asString("")));
    }
    return found;
  }

  private CompletionStage<ObjectNode> schema(JsonNode arguments, HttpExchange exchange) {
    JsonNode name = arguments.path("name");
    if (!name.isString()) {
      return invalid("schema needs a name, a string");
    }
    ObjectNode input = JSON.objectNode().put("name", name.stringValue());
    return invoke(exchange, ServiceDiscovery.SCHEMA, input)
        .thenApply(
            answer ->
                answer.result() instanceof CallResult.Ok ok
                    ? result(ok.output(), false)
                    : failed(answer, name.stringValue()));
  }

  private CompletionStage<ObjectNode> call(Era era, JsonNode arguments, HttpExchange exchange) {
    JsonNode operation = arguments.path("operation");
    if (!operation.isString()) {
      return invalid("call needs an operation, a string");
    }
    return invoke(exchange, operation.stringValue(), input(arguments))
        .thenApply(
            answer ->
                answer.result() instanceof CallResult.Ok ok
                    ? result(structured(era, ok.output()), false)
                    : failed(answer, operation.stringValue()));
  }

  /** Up to 2025-11-25 structured content is an object, whatever the operation answered. */
  private static JsonNode structured(Era era, JsonNode output) {
    return era == Era.MODERN || output.isObject() ? output : JSON.objectNode().set("value", output);
  }

  private CompletionStage<ObjectNode> batch(JsonNode arguments, HttpExchange exchange) {
    JsonNode calls = arguments.path("calls");
    if (!calls.isArray()) {
      return invalid("batch needs calls, an array");
    }
    if (calls.size() > limits.maxBatch()) {
      return invalid("a batch has at most " + limits.maxBatch() + " calls");
    }
    List<String> names = new ArrayList<>(calls.size());
    List<Supplier<CompletionStage<ResponseEnvelope>>> entries = new ArrayList<>(calls.size());
    for (JsonNode entry : calls) {
      if (!entry.path("operation").isString()) {
        return invalid("each call of a batch needs an operation, a string");
      }
      String operation = entry.path("operation").stringValue();
      names.add(operation);
      entries.add(() -> dispatch.invoke(exchange.identity(), operation, input(entry)));
    }
    BatchRun run = new BatchRun(entries);
    whenGone(exchange, run::cancel);
    return run.start(limits.batchConcurrency()).thenApply(answers -> results(names, answers));
  }

  private ObjectNode results(List<String> names, List<ResponseEnvelope> answers) {
    ObjectNode all = JSON.objectNode();
    ArrayNode results = all.putArray("results");
    for (int i = 0; i < answers.size(); i++) {
      ObjectNode result = results.addObject();
      if (answers.get(i).result() instanceof CallResult.Err err) {
        result.put("isError", true).set("error", errors.body(err.error(), names.get(i)));
      } else {
        result.put("isError", false).set("output", answers.get(i).output().orElseThrow());
      }
    }
    return result(all, false);
  }

  private static JsonNode input(JsonNode from) {
    JsonNode input = from.path("input");
    return input.isMissingNode() ? JSON.objectNode() : input;
  }

  private CompletionStage<ResponseEnvelope> invoke(
      HttpExchange exchange, String operation, JsonNode input) {
    CompletableFuture<ResponseEnvelope> answer =
        dispatch.invoke(exchange.identity(), operation, input).toCompletableFuture();
    whenGone(exchange, () -> answer.cancel(false));
    return answer;
  }

  private static void whenGone(HttpExchange exchange, Runnable action) {
    CompletionStage<Void> unused = exchange.gone().thenRun(action);
    Objects.requireNonNull(unused);
  }

  private ObjectNode failed(ResponseEnvelope answer, String operation) {
    return result(errors.body(answer.error().orElseThrow(), operation), true);
  }

  private CompletionStage<ObjectNode> invalid(String message) {
    return CompletableFuture.completedFuture(
        result(errors.body(CallError.invalidInput(message), ""), true));
  }

  /** A result says everything twice: for programs, and as text for whoever only reads text. */
  private static ObjectNode result(JsonNode content, boolean isError) {
    ObjectNode result = JSON.objectNode();
    result
        .putArray("content")
        .addObject()
        .put("type", "text")
        .put("text", new String(Json.write(content), StandardCharsets.UTF_8));
    result.set("structuredContent", content);
    return result.put("isError", isError);
  }
}
