package org.alknet.http.mcp;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.http.mcp.Revisions.Era;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The endpoint {@code /mcp} (spec/http.md section 13): streamable HTTP without sessions, one JSON
 * answer for each request, in the revisions with and without an {@code initialize}. It keeps
 * nothing between two requests, so it needs nothing from the one before.
 *
 * <p>Thread-safe.
 */
public final class McpHttpEndpoint {
  /** Where it is. */
  public static final String PATH = "/mcp";

  private static final int LIST_TTL_MILLIS = 3_600_000;
  private static final String INSTRUCTIONS =
      "search lists the operations you may call, schema describes one of them, call calls one,"
          + " batch calls several.";

  private static final String UNKNOWN = "there is no such method here";

  private final ToMcp tools;

  /** Serves these tools. */
  public McpHttpEndpoint(ToMcp tools) {
    this.tools = Objects.requireNonNull(tools, "tools");
  }

  /** Returns the handlers by method; the server answers every other method with 405. */
  public Map<String, HttpRouteHandler> handlers() {
    return Map.of("POST", this::post);
  }

  private CompletionStage<HttpReply> post(HttpExchange exchange) {
    if (!acceptsJson(exchange.fields().all("Accept"))) {
      return done(
          new RpcFailure(406, RpcFailure.INVALID_REQUEST, "the answer would be application/json")
              .reply(JsonNodeFactory.instance.nullNode()));
    }
    Rpc request;
    try {
      request = Rpc.read(exchange);
    } catch (Rpc.Unreadable unreadable) {
      return done(unreadable.reply());
    }
    if (request.isNotification()) {
      // Nothing is kept that a notification could be about: whoever cancels closes the response.
      return done(HttpReply.empty(202));
    }
    try {
      return answer(exchange, request);
    } catch (RpcFailure failure) {
      return done(failure.reply(request.id()));
    }
  }

  private CompletionStage<HttpReply> answer(HttpExchange exchange, Rpc request) throws RpcFailure {
    Era era = ModernRequest.is(exchange.fields(), request) ? Era.MODERN : Era.LEGACY;
    if (era == Era.MODERN) {
      ModernRequest.check(exchange.fields(), request);
    } else if (!request.method().equals("initialize")) {
      checkLegacy(exchange.fields());
    }
    return switch (request.method()) {
      case "tools/list" -> done(request.result(list(era, request)));
      case "tools/call" ->
          tools
              .call(era, request.params(), exchange)
              .thenApply(result -> request.result(complete(era, result)));
      default ->
          done(request.result(era == Era.MODERN ? modernOnly(request) : legacyOnly(request)));
    };
  }

  private static ObjectNode modernOnly(Rpc request) throws RpcFailure {
    if (request.method().equals("server/discover")) {
      return discovered();
    }
    throw new RpcFailure(404, RpcFailure.UNKNOWN_METHOD, UNKNOWN);
  }

  private static ObjectNode legacyOnly(Rpc request) throws RpcFailure {
    return switch (request.method()) {
      case "initialize" -> initialized(request);
      case "ping" -> JsonNodeFactory.instance.objectNode();
      default -> throw new RpcFailure(200, RpcFailure.UNKNOWN_METHOD, UNKNOWN);
    };
  }

  private static void checkLegacy(HttpFields fields) throws RpcFailure {
    List<String> versions = fields.all(Revisions.VERSION_FIELD);
    if (versions.size() > 1) {
      throw new RpcFailure(
          400, RpcFailure.INVALID_REQUEST, "two header fields " + Revisions.VERSION_FIELD);
    }
    if (!versions.isEmpty() && !Revisions.LEGACY.contains(versions.get(0).strip())) {
      throw ModernRequest.unsupported(versions.get(0).strip());
    }
  }

  private ObjectNode list(Era era, Rpc request) throws RpcFailure {
    if (!request.params().path("cursor").isMissingNode()) {
      throw RpcFailure.params("the cursor is none of ours: all tools fit one page");
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.set("tools", ToMcp.tools());
    return cached(era, result);
  }

  private static ObjectNode initialized(Rpc request) throws RpcFailure {
    JsonNode version = request.params().path("protocolVersion");
    if (!version.isString()) {
      throw RpcFailure.params("initialize needs a protocolVersion, a string");
    }
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put(
        "protocolVersion",
        Revisions.LEGACY.contains(version.stringValue())
            ? version.stringValue()
            : Revisions.LATEST_LEGACY);
    result.putObject("capabilities").putObject("tools");
    result.set("serverInfo", serverInfo());
    return result.put("instructions", INSTRUCTIONS);
  }

  private static ObjectNode discovered() {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    Revisions.ALL.forEach(result.putArray("supportedVersions")::add);
    result.putObject("capabilities").putObject("tools");
    result.put("instructions", INSTRUCTIONS);
    result.putObject("_meta").set(Revisions.META_SERVER, serverInfo());
    return cached(Era.MODERN, result);
  }

  private static ObjectNode serverInfo() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("name", "alknet-to-mcp")
        .put("version", ModuleVersion.VALUE);
  }

  private static ObjectNode cached(Era era, ObjectNode result) {
    return era == Era.LEGACY
        ? result
        : complete(era, result).put("ttlMs", LIST_TTL_MILLIS).put("cacheScope", "public");
  }

  private static ObjectNode complete(Era era, ObjectNode result) {
    return era == Era.LEGACY ? result : result.put("resultType", "complete");
  }

  private static boolean acceptsJson(List<String> accept) {
    if (accept.isEmpty()) {
      return true;
    }
    for (String range : String.join(",", accept).toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = range.split(";", -1);
      String type = parts[0].strip();
      boolean json =
          type.equals("application/json") || type.equals("application/*") || type.equals("*/*");
      if (json && !isRefused(parts)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the weight of a media range is nothing (RFC 9110 section 12.4.2). */
  private static boolean isRefused(String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      if (parts[i].strip().matches("q *= *0(\\.0{0,3})?")) {
        return true;
      }
    }
    return false;
  }

  private static CompletionStage<HttpReply> done(HttpReply reply) {
    return CompletableFuture.completedFuture(reply);
  }
}
