package org.alknet.http.mcp;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.http.server.HttpFields;
import tools.jackson.databind.JsonNode;

/**
 * Waits for the answer to one request among the messages of its stream. What the server wants to
 * know or to tell on the way is passed on; answers to other requests mean nothing.
 *
 * <p>Called by one thread at a time.
 */
final class AnswerEvents implements MessageEvents.Taker {
  private static final int MAX_QUESTIONS = 100;

  private final long id;
  private final HttpFields fields;
  private final McpHttp.Listener listener;
  private final CompletableFuture<McpHttp.Answer> answer;
  private int questions;

  AnswerEvents(
      long id,
      HttpFields fields,
      McpHttp.Listener listener,
      CompletableFuture<McpHttp.Answer> answer) {
    this.id = id;
    this.fields = Objects.requireNonNull(fields, "fields");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.answer = Objects.requireNonNull(answer, "answer");
  }

  @Override
  public boolean take(JsonNode message) throws McpFailure {
    ServerMessage kind = ServerMessage.of(message);
    if (kind instanceof ServerMessage.Answer) {
      if (!ServerMessage.isFor(message, id)) {
        return false;
      }
      answer.complete(new McpHttp.Answer(McpHttp.result(message, 200, id), fields));
      return true;
    }
    if (kind instanceof ServerMessage.Question && ++questions > MAX_QUESTIONS) {
      throw McpFailure.broken("the server asks more than " + MAX_QUESTIONS + " questions");
    }
    listener.heard(kind);
    return false;
  }

  @Override
  public void ended(Optional<McpFailure> failure) {
    answer.completeExceptionally(failure.orElseGet(McpFailure::cutOff));
  }
}
