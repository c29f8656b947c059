package org.alknet.http.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a request body asks for: an operation and its input.
 *
 * @param operation as it was sent
 * @param input an empty object if none was sent
 */
record Invocation(String operation, JsonNode input) {
  /** A body that asks for nothing the gateway can do. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient HttpReply reply;

    Refused(int status, String message) {
      super(message);
      this.reply = HttpErrorMapper.refusal(status, message);
    }

    HttpReply reply() {
      return reply;
    }
  }

  /** Returns the operation that an error is about, without its leading slash. */
  String subject() {
    return HttpErrorMapper.subject(operation, input);
  }

  /** Reads the body of a call or a subscription. */
  static Invocation read(HttpExchange exchange) throws Refused {
    return of(body(exchange));
  }

  /** Reads the body of a batch. */
  static List<Invocation> readAll(HttpExchange exchange, int max) throws Refused {
    JsonNode body = body(exchange);
    if (!body.isArray()) {
      throw new Refused(422, "the body of a batch is a JSON array");
    }
    if (body.size() > max) {
      throw new Refused(422, "a batch has at most " + max + " entries");
    }
    List<Invocation> all = new ArrayList<>(body.size());
    for (JsonNode entry : body) {
      all.add(of(entry));
    }
    return all;
  }

  private static JsonNode body(HttpExchange exchange) throws Refused {
    if (!Json.isAnnounced(exchange.fields().all("Content-Type"))) {
      throw new Refused(415, "the body is JSON, with the content type application/json");
    }
    if (!exchange.fields().all("Content-Encoding").stream()
        .allMatch("identity"::equalsIgnoreCase)) {
      throw new Refused(415, "the body comes as it is, without a content encoding");
    }
    Optional<JsonNode> body = Json.read(exchange.body());
    if (body.isEmpty()) {
      throw new Refused(400, "the body is no JSON in UTF-8 without repeated keys");
    }
    return body.get();
  }

  private static Invocation of(JsonNode json) throws Refused {
    JsonNode operation = json.path("operation");
    if (!json.isObject() || !operation.isString()) {
      throw new Refused(422, "a call is an object with a string \"operation\"");
    }
    JsonNode input = json.path("input");
    return new Invocation(
        operation.stringValue(),
        input.isMissingNode() ? JsonNodeFactory.instance.objectNode() : input);
  }
}
