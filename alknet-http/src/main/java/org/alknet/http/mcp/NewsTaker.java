package org.alknet.http.mcp;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Hears what a server tells on the stream that is there for news. One thread at a time. */
interface NewsTaker {
  /** The tools are others now. */
  void toolsChanged();

  /**
   * The stream is over; called once.
   *
   * @param failure why; empty if the server ended it in order
   */
  void ended(Optional<McpFailure> failure);

  /** Makes news of the messages of a server of either era. */
  final class OfEra implements MessageEvents.Taker {
    private static final String LIST_CHANGED = "notifications/tools/list_changed";
    private static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    private final NewsTaker taker;
    private final Peer peer;
    private final long id;
    private final Consumer<ServerMessage.Question> questions;

    OfEra(NewsTaker taker, Peer peer, long id, Consumer<ServerMessage.Question> questions) {
      this.taker = Objects.requireNonNull(taker, "taker");
      this.peer = Objects.requireNonNull(peer, "peer");
      this.id = id;
      this.questions = Objects.requireNonNull(questions, "questions");
    }

    @Override
    public boolean take(JsonNode message) throws McpFailure {
      ServerMessage kind = ServerMessage.of(message);
      if (kind instanceof ServerMessage.News news) {
        news(news);
      } else if (kind instanceof ServerMessage.Question question) {
        questions.accept(question);
      } else if (peer instanceof Peer.Modern && ServerMessage.isFor(message, id)) {
        // The end of a subscription is its answer.
        McpHttp.result(message, 200, id);
        taker.ended(Optional.empty());
        return true;
      }
      return false;
    }

    private void news(ServerMessage.News news) throws McpFailure {
      if (news.method().equals(LIST_CHANGED)) {
        taker.toolsChanged();
      } else if (peer instanceof Peer.Modern
          && news.method().equals(ACKNOWLEDGED)
          && !news.params().path("notifications").path("toolsListChanged").asBoolean(false)) {
        throw McpFailure.refused("the server does not tell when its tools change");
      }
    }

    @Override
    public void ended(Optional<McpFailure> failure) {
      taker.ended(failure);
    }
  }
}
