package org.alknet.http.mcp;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.World;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** An MCP server that answers each method as it is told to, on a real socket. */
final class ScriptedServer implements AutoCloseable {
  /** What came, in its order. */
  record Seen(String http, JsonNode message, HttpFields fields) {
    String method() {
      return message.path("method").asString("");
    }
  }

  /** Answers a message. */
  @FunctionalInterface
  interface Script {
    CompletionStage<HttpReply> answer(JsonNode message, HttpExchange exchange);
  }

  private final World world;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());

  ScriptedServer() {
    world =
        World.start(
            settings ->
                settings
                    .routes(
                        CustomRoutes.builder()
                            .post("/remote", this::answer)
                            .get("/remote", this::answer)
                            .on("DELETE", "/remote", this::answer)
                            .build())
                    .limits(World.limits().maxAuthAttempts(100_000).build()));
  }

  /** Forgets everything, and answers like a server without sessions that has no tools. */
  void reset() {
    scripts.clear();
    seen.clear();
    result(
        "server/discover",
        "{'resultType':'complete','supportedVersions':['2026-07-28'],'capabilities':{'tools':{}}}");
    result("tools/list", "{'resultType':'complete','tools':[]}");
  }

  /** Answers like a server with sessions. */
  void legacy() {
    on("server/discover", message -> HttpReply.text(400, "text/plain", "no session"));
    on(
        "initialize",
        message ->
            reply(
                    message,
                    "{'protocolVersion':'2025-06-18','capabilities':{},'serverInfo':{'name':'old'}}")
                .with("Mcp-Session-Id", "session-1"));
    on("notifications/initialized", message -> HttpReply.empty(202));
    on("notifications/cancelled", message -> HttpReply.empty(202));
  }

  void script(String method, Script script) {
    scripts.put(method, script);
  }

  void on(String method, Function<JsonNode, HttpReply> script) {
    script(method, (message, exchange) -> CompletableFuture.completedFuture(script.apply(message)));
  }

  /** Answers a method with a result. */
  void result(String method, String result) {
    on(method, message -> reply(message, result));
  }

  /** Lists these tools. */
  void tools(String... tools) {
    result("tools/list", "{'tools':[" + String.join(",", tools) + "]}");
  }

  static HttpReply reply(JsonNode message, String result) {
    return json(200, envelope(message).set("result", Json.json(result)).toString());
  }

  static HttpReply error(int status, JsonNode message, String error) {
    return json(status, envelope(message).set("error", Json.json(error)).toString());
  }

  static ObjectNode envelope(JsonNode message) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    envelope.set("id", message.path("id"));
    return envelope;
  }

  static HttpReply json(int status, String body) {
    return HttpReply.text(status, "application/json", body);
  }

  static HttpReply events(String text) {
    return HttpReply.text(200, "text/event-stream", text);
  }

  private CompletionStage<HttpReply> answer(HttpExchange exchange) {
    String body = new String(exchange.body(), StandardCharsets.UTF_8);
    JsonNode message = body.isEmpty() ? Json.parse("{}") : Json.parse(body);
    seen.add(new Seen(exchange.method(), message, exchange.fields()));
    String method = message.path("method").asString(exchange.method());
    Script script = scripts.get(method);
    return script == null
        ? CompletableFuture.completedFuture(
            error(404, message, "{'code':-32601,'message':'not here'}"))
        : script.answer(message, exchange);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + world.clear().getPort() + "/remote");
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<Seen> seen(String method) {
    return seen().stream().filter(one -> one.method().equals(method)).toList();
  }

  @Override
  public void close() {
    world.close();
  }
}
