package org.alknet.call.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The far end of a foreign transport, which answers every request with whatever a test says. */
public final class Liar implements EnvelopeTransport {
  private final BiFunction<String, JsonNode, @Nullable JsonNode> answers;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger aborts = new AtomicInteger();
  private volatile Consumer<EventEnvelope> consumer = envelope -> {};

  /**
   * Answers by operation and input: a value, or an object with a member {@code error} as an error,
   * or nothing at all.
   */
  public Liar(BiFunction<String, JsonNode, @Nullable JsonNode> answers) {
    this.answers = answers;
  }

  /** Returns how many requests came. */
  public int requests() {
    return requests.get();
  }

  /** Returns how many aborts came. */
  public int aborts() {
    return aborts.get();
  }

  @Override
  public CompletionStage<Void> send(EventEnvelope envelope) {
    if (envelope.type().equals(EventTypes.ABORTED)) {
      aborts.incrementAndGet();
    }
    if (envelope.type().equals(EventTypes.REQUESTED)) {
      requests.incrementAndGet();
      JsonNode answer =
          answers.apply(
              envelope.payload().path("operationId").asString(), envelope.payload().path("input"));
      if (answer != null) {
        consumer.accept(
            answer.has("error")
                ? new EventEnvelope(EventTypes.ERROR, envelope.id(), answer.get("error"))
                : EventEnvelope.responded(envelope.id(), answer));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void onEnvelope(Consumer<EventEnvelope> to) {
    consumer = to;
  }

  @Override
  public CompletionStage<Void> closed() {
    return closed;
  }

  @Override
  public void close() {
    closed.complete(null);
  }
}
