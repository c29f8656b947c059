package org.alknet.http.mcp;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundReply;
import org.alknet.http.client.OutboundRequest;
import org.alknet.http.client.OutboundStream;
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
  private static final int MAX_EVENTS = 1 << 16;
  private static final Duration ALWAYS = Duration.ofDays(1);

  private final OutboundHttpClient http;

  McpHttp(OutboundHttpClient http) {
    this.http = Objects.requireNonNull(http, "http");
  }

  /** Hears what a server says besides its answer. */
  @FunctionalInterface
  interface Listener {
    /** Takes a question or news; returns at once. */
    void heard(ServerMessage message);
  }

  /**
   * A result and the header fields it came with.
   *
   * @param result whatever the method answers with
   * @param fields of the response
   */
  record Answer(JsonNode result, HttpFields fields) {}

  /**
   * Sends a request; fails with an {@link McpFailure}. Cancelling it closes the exchange.
   *
   * @param time bound of the whole, as the request has it; a stream of events is not read for
   *     longer
   */
  CompletableFuture<Answer> request(
      OutboundRequest request, long id, Duration time, Listener listener) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    CompletableFuture<Void> late = http.pause(time);
    CompletableFuture<OutboundStream> opening =
        http.open(request, Optional.empty()).toCompletableFuture();
    CompletableFuture<Void> opened =
        opening.handle(
            (stream, failure) -> {
              if (stream instanceof OutboundStream.Events events) {
                // Even if nobody waits any more: somebody has to close it.
                read(events, id, listener, answer);
              } else if (stream instanceof OutboundStream.Whole whole) {
                whole(whole.reply(), id, answer);
              } else {
                answer.completeExceptionally(
                    McpFailure.transport(Stepwise.unwrap(Objects.requireNonNull(failure))));
              }
              return (Void) null;
            });
    Objects.requireNonNull(opened);
    CompletableFuture<Void> rung =
        late.thenRun(() -> answer.completeExceptionally(McpFailure.timeout()));
    Objects.requireNonNull(rung);
    CompletableFuture<Answer> watched =
        answer.whenComplete(
            (value, failure) -> {
              late.cancel(false);
              if (failure != null) {
                opening.cancel(true);
              }
            });
    Objects.requireNonNull(watched);
    return answer;
  }

  private void read(
      OutboundStream.Events events, long id, Listener listener, CompletableFuture<Answer> answer) {
    int most = http.config().maxResponseBytes();
    MessageEvents reading =
        new MessageEvents(
            new AnswerEvents(id, events.fields(), listener, answer),
            new MessageEvents.Bounds(most, most, MAX_EVENTS, ALWAYS),
            http::pause);
    events.body().subscribe(reading);
    CompletableFuture<Answer> watched =
        answer.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                reading.cancel();
              }
            });
    Objects.requireNonNull(watched);
  }

  private static void whole(OutboundReply reply, long id, CompletableFuture<Answer> answer) {
    try {
      answer.complete(answer(reply, id));
    } catch (McpFailure failure) {
      answer.completeExceptionally(failure);
    }
  }

  /**
   * Opens a stream of news; completes before the first message is taken. Fails with an {@link
   * McpFailure} if what comes is no stream. Cancelling it closes what opens late.
   *
   * @param idle longest silence
   */
  CompletableFuture<MessageEvents> listen(
      OutboundRequest request,
      Optional<Duration> idle,
      MessageEvents.Bounds bounds,
      MessageEvents.Taker taker) {
    CompletableFuture<MessageEvents> listening = new CompletableFuture<>();
    CompletableFuture<OutboundStream> opening = http.open(request, idle).toCompletableFuture();
    CompletableFuture<Void> opened =
        opening.handle(
            (stream, failure) -> {
              if (stream instanceof OutboundStream.Events events) {
                MessageEvents reading = new MessageEvents(taker, bounds, http::pause);
                if (!listening.complete(reading)) {
                  reading.cancel();
                }
                events.body().subscribe(reading);
              } else if (stream instanceof OutboundStream.Whole whole) {
                listening.completeExceptionally(noStream(whole.reply()));
              } else {
                listening.completeExceptionally(
                    McpFailure.transport(Stepwise.unwrap(Objects.requireNonNull(failure))));
              }
              return (Void) null;
            });
    Objects.requireNonNull(opened);
    CompletableFuture<MessageEvents> watched =
        listening.whenComplete(
            (reading, failure) -> {
              if (listening.isCancelled()) {
                opening.cancel(true);
              }
            });
    Objects.requireNonNull(watched);
    return listening;
  }

  /** Says what an answer means that is no stream. */
  private static McpFailure noStream(OutboundReply reply) {
    JsonNode error =
        Json.isAnnounced(reply.fields().all("Content-Type"))
            ? Json.read(reply.body()).map(body -> body.path("error")).orElse(null)
            : null;
    if (error != null && error.isObject()) {
      return McpFailure.rpc(reply.status(), error);
    }
    return reply.status() / 100 == 2
        ? McpFailure.refused("the server has no stream for news")
        : McpFailure.status(reply.status());
  }

  /** Sends a notification, or an answer to a question; completes with the status. */
  CompletableFuture<Integer> notification(OutboundRequest request) {
    Stepwise<Integer> steps = new Stepwise<>();
    steps.then(
        http.send(request),
        reply -> steps.done(reply.status()),
        failure -> steps.fail(McpFailure.transport(failure)));
    return steps.result();
  }

  private static Answer answer(OutboundReply reply, long id) throws McpFailure {
    boolean success = reply.status() >= 200 && reply.status() < 300;
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

  /** Returns the result in an answer to our request. */
  static JsonNode result(JsonNode message, int status, long id) throws McpFailure {
    if (!message.isObject() || !message.path("jsonrpc").asString("").equals("2.0")) {
      throw McpFailure.broken("the server answered with something else than one message");
    }
    if (!ServerMessage.isFor(message, id)) {
      throw McpFailure.broken("the server answered another request");
    }
    if (message.has("error")) {
      throw McpFailure.rpc(status, message.path("error"));
    }
    if (!message.path("result").isObject()) {
      throw McpFailure.broken("the server answered without a result");
    }
    return message.path("result");
  }
}
