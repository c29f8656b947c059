package org.alknet.http.mcp;

import java.util.UUID;
import org.alknet.http.internal.gateway.GatewayReply;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One message of JSON-RPC 2.0 that came in.
 *
 * @param id a string or an integer; JSON null if this is a notification
 * @param method what is asked for
 * @param params an empty object if there are none
 */
record Rpc(JsonNode id, String method, ObjectNode params) {
  private static final JsonNode NO_ID = JsonNodeFactory.instance.nullNode();

  /** A body that is no message, with the id of the request as far as there is one. */
  static final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient HttpReply reply;

    Unreadable(RpcFailure failure, JsonNode id) {
      super(failure.getMessage(), failure);
      this.reply = failure.reply(id);
    }

    HttpReply reply() {
      return reply;
    }
  }

  /** Reads the one message of a request. */
  static Rpc read(HttpExchange exchange) throws Unreadable {
    if (!Json.isAnnounced(exchange.fields().all("Content-Type"))) {
      throw unreadable(415, "the body is JSON, with the content type application/json", NO_ID);
    }
    JsonNode body = Json.read(exchange.body()).orElse(null);
    if (body == null) {
      throw new Unreadable(
          new RpcFailure(
              400,
              RpcFailure.PARSE,
              "the body is no JSON in UTF-8 without repeated keys, or is too deep"),
          NO_ID);
    }
    if (!body.isObject()) {
      throw unreadable(400, "a request is one message, an object", NO_ID);
    }
    return message(body);
  }

  private static Rpc message(JsonNode body) throws Unreadable {
    JsonNode id = body.get("id");
    boolean named = id != null && (id.isString() || id.isIntegralNumber());
    JsonNode shown = named && id != null ? id : NO_ID;
    if (id != null && !named) {
      throw unreadable(400, "the id of a request is a string or an integer", shown);
    }
    if (!body.path("jsonrpc").asString("").equals("2.0") || !body.path("method").isString()) {
      throw unreadable(400, "a message has \"jsonrpc\": \"2.0\" and a method", shown);
    }
    return new Rpc(shown, body.path("method").stringValue(), params(body.get("params"), shown));
  }

  private static ObjectNode params(@Nullable JsonNode params, JsonNode id) throws Unreadable {
    if (params == null) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (params instanceof ObjectNode object) {
      return object;
    }
    throw unreadable(400, "the parameters of a method are an object", id);
  }

  private static Unreadable unreadable(int status, String message, JsonNode id) {
    return new Unreadable(new RpcFailure(status, RpcFailure.INVALID_REQUEST, message), id);
  }

  /** Whether nobody waits for an answer. */
  boolean isNotification() {
    return id.isNull();
  }

  /** Returns what the client says about itself with the request; missing if it says nothing. */
  JsonNode meta(String key) {
    return params.path("_meta").path(key);
  }

  /** Returns the answer to this request. */
  HttpReply result(ObjectNode result) {
    return reply(200, id, "result", result);
  }

  static HttpReply reply(int status, JsonNode id, String outcome, ObjectNode content) {
    ObjectNode message = JsonNodeFactory.instance.objectNode().put("jsonrpc", "2.0");
    message.set("id", id);
    message.set(outcome, content);
    return GatewayReply.json(status, UUID.randomUUID().toString(), message);
  }
}
