package org.alknet.http.mcp;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundReply;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.client.SseDecoder;
import org.alknet.http.internal.gateway.Json;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.JsonNode;

/**
 * One message to a server and what it answers, as one JSON object or as events. Nothing the server
 * sends is believed: an answer has our id, or it is none.
 *
 * <p>Thread-safe.
 */
final class McpHttp {
  private static final String LIST_CHANGED = "notifications/tools/list_changed";

  private final OutboundHttpClient http;
  private final Runnable toolsChanged;

  /**
   * Speaks through a client.
   *
   * @param toolsChanged told when a server says so on the way
   */
  McpHttp(OutboundHttpClient http, Runnable toolsChanged) {
    this.http = Objects.requireNonNull(http, "http");
    this.toolsChanged = Objects.requireNonNull(toolsChanged, "toolsChanged");
  }

  /**
   * A result and the header fields it came with.
   *
   * @param result whatever the method answers with
   * @param fields of the response
   */
  record Answer(JsonNode result, HttpFields fields) {}

  /** Sends a request; fails with an {@link McpFailure}. Cancelling it closes the exchange. */
  CompletableFuture<Answer> request(OutboundRequest request, long id) {
    Stepwise<Answer> steps = new Stepwise<>();
    steps.then(
        http.send(request),
        reply -> steps.done(answer(reply, id)),
        failure -> steps.fail(McpFailure.transport(failure)));
    return steps.result();
  }

  /** Sends a notification; completes with the status. */
  CompletableFuture<Integer> notification(OutboundRequest request) {
    Stepwise<Integer> steps = new Stepwise<>();
    steps.then(
        http.send(request),
        reply -> steps.done(reply.status()),
        failure -> steps.fail(McpFailure.transport(failure)));
    return steps.result();
  }

  private Answer answer(OutboundReply reply, long id) throws McpFailure {
    String type = reply.fields().first("Content-Type").orElse("").toLowerCase(Locale.ROOT);
    boolean success = reply.status() >= 200 && reply.status() < 300;
    if (success && type.startsWith("text/event-stream")) {
      return new Answer(fromEvents(reply.body(), id), reply.fields());
    }
    if (!Json.isAnnounced(reply.fields().all("Content-Type"))) {
      throw success
          ? McpFailure.broken("the server answered with something else than JSON or events")
          : McpFailure.status(reply.status());
    }
    JsonNode message = Json.read(reply.body()).orElse(null);
    if (message == null) {
      throw success
          ? McpFailure.broken("the server answered with JSON that cannot be read")
          : McpFailure.status(reply.status());
    }
    if (!success) {
      boolean ours = message.path("error").isObject() && reply.status() >= 400;
      throw ours
          ? McpFailure.rpc(reply.status(), message.path("error"))
          : McpFailure.status(reply.status());
    }
    return new Answer(result(message, reply.status(), id), reply.fields());
  }

  private JsonNode fromEvents(byte[] body, long id) throws McpFailure {
    List<SseDecoder.Event> events;
    try {
      events = new SseDecoder(Math.max(1, body.length)).accept(body);
    } catch (IllegalStateException tooLong) {
      throw McpFailure.broken("the server sent an event that is too long");
    }
    for (SseDecoder.Event event : events) {
      if (event.data().isEmpty()) {
        continue; // only there to name an id for a reconnection
      }
      JsonNode message =
          Json.read(event.data().getBytes(java.nio.charset.StandardCharsets.UTF_8))
              .orElseThrow(() -> McpFailure.broken("the server sent an event that is no JSON"));
      if (message.has("result") || message.has("error")) {
        return result(message, 200, id);
      }
      if (message.path("method").asString("").equals(LIST_CHANGED)) {
        toolsChanged.run();
      }
    }
    throw McpFailure.broken("the server ended its events without an answer");
  }

  private static JsonNode result(JsonNode message, int status, long id) throws McpFailure {
    if (!message.isObject() || !message.path("jsonrpc").asString("").equals("2.0")) {
      throw McpFailure.broken("the server answered with something else than one message");
    }
    JsonNode answered = message.path("id");
    boolean ours =
        answered.isIntegralNumber() && answered.canConvertToLong() && answered.longValue() == id;
    if (message.has("error")) {
      // A server that could not read the request cannot name it.
      if (ours || answered.isMissingNode() || answered.isNull()) {
        throw McpFailure.rpc(status, message.path("error"));
      }
    } else if (ours && message.path("result").isObject()) {
      return message.path("result");
    }
    throw McpFailure.broken(
        ours ? "the server answered without a result" : "the server answered another request");
  }
}
