package org.alknet.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.http.HttpServer;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the example of a gateway imports, on one port of the loopback interface: a service that
 * knows two paths of GitHub, and an MCP server with two tools, one of which no operation can be
 * made of.
 */
final class LocalServices implements AutoCloseable {
  /** The two operations of the service, as the document of GitHub has them, and one more. */
  static final String DOCUMENT =
      """
      {"openapi": "3.0.3",
       "info": {"title": "GitHub, in short", "version": "1"},
       "servers": [{"url": "https://api.github.com"}],
       "paths": {
        "/repos/{owner}/{repo}": {"get": {"operationId": "repos/get",
          "parameters": [{"$ref": "#/components/parameters/owner"},
                         {"$ref": "#/components/parameters/repo"}],
          "responses": {"200": {"description": "it", "content": {"application/json": {
            "schema": {"type": "object"}}}}}}},
        "/repos/{owner}/{repo}/issues": {"get": {"operationId": "issues/list-for-repo",
          "parameters": [{"$ref": "#/components/parameters/owner"},
                         {"$ref": "#/components/parameters/repo"}],
          "responses": {"200": {"description": "all", "content": {"application/json": {
            "schema": {"type": "array"}}}}}}},
        "/": {"get": {"operationId": "meta/root", "responses": {"200": {"description": "it"}}}}},
       "components": {"parameters": {
        "owner": {"name": "owner", "in": "path", "required": true, "schema": {"type": "string"}},
        "repo": {"name": "repo", "in": "path", "required": true, "schema": {"type": "string"}}}}}
      """;

  private static final String TOOLS =
      """
      {"resultType": "complete", "tools": [
       {"name": "get-sum", "description": "adds", "inputSchema": {"type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"]}},
       {"name": "evil \\u001b[2J\\u202eLONG", "description": "\\u001b]0;x\\u0007",
        "inputSchema": {"type": "object"}}]}
      """;

  private final RootInvoker invoker;
  private final HttpServer http;
  private final InetSocketAddress address;

  LocalServices() {
    OperationRegistry nothing = OperationRegistry.empty();
    this.invoker = RootInvoker.of(nothing, CallLimits.defaults());
    this.http =
        HttpServer.builder(
                nothing,
                invoker,
                new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults())))
            .routes(
                CustomRoutes.builder()
                    .prefix("/repos/", LocalServices::repository)
                    .post("/tools", LocalServices::message)
                    .build())
            .allowCleartext(true)
            .ioThreads(1)
            .build();
    this.address =
        http.listenCleartext(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .toCompletableFuture()
            .join();
  }

  /** Where both are. */
  String url() {
    return "http://127.0.0.1:" + address.getPort();
  }

  private static CompletableFuture<HttpReply> repository(HttpExchange exchange) {
    String[] parts = exchange.path().split("/", -1);
    String name = parts[2] + "/" + parts[3];
    return reply(
        parts.length == 4
            ? "{\"full_name\":\"" + name + "\"}"
            : "[{\"title\":\"Found a bug\",\"number\":1347}]");
  }

  private static CompletableFuture<HttpReply> message(HttpExchange exchange) {
    JsonNode message =
        JsonMapper.shared().readTree(new String(exchange.body(), StandardCharsets.UTF_8));
    ObjectNode answer = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    answer.set("id", message.path("id"));
    JsonNode given = message.at("/params/arguments");
    String result =
        switch (message.path("method").asString("")) {
          case "server/discover" ->
              "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
                  + "\"capabilities\":{\"tools\":{}}}";
          case "tools/list" -> TOOLS.replace("LONG", "x".repeat(300));
          case "tools/call" ->
              "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":"
                  + "\"The sum of "
                  + given.path("a").asInt()
                  + " and "
                  + given.path("b").asInt()
                  + " is "
                  + (given.path("a").asInt() + given.path("b").asInt())
                  + ".\"}]}";
          default -> "{}";
        };
    answer.set("result", JsonMapper.shared().readTree(result));
    return reply(answer.toString());
  }

  private static CompletableFuture<HttpReply> reply(String json) {
    return CompletableFuture.completedFuture(HttpReply.text(200, "application/json", json));
  }

  @Override
  public void close() {
    http.close();
    invoker.close();
  }
}
