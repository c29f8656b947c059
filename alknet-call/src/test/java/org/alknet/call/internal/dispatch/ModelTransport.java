package org.alknet.call.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.jspecify.annotations.Nullable;

/**
 * One end of a channel whose envelopes move one at a time when a test says so, and which checks
 * what the protocol promises: one terminal event for each request, and nothing after it.
 */
final class ModelTransport implements EnvelopeTransport {
  /** An envelope on its way, and who waits until it was accepted. */
  private record Moving(EventEnvelope envelope, CompletableFuture<Void> accepted) {}

  private final CompletableFuture<Void> closed;
  private final Queue<Moving> outgoing = new ArrayDeque<>();

  /** Requests the other end has sent here: their kind, or null once they had their last event. */
  private final Map<String, Boolean> owed = new HashMap<>();

  private final Map<String, Boolean> over = new HashMap<>();
  private @Nullable ModelTransport other;
  private @Nullable Consumer<EventEnvelope> consumer;

  private ModelTransport(CompletableFuture<Void> closed) {
    this.closed = closed;
  }

  record Ends(ModelTransport left, ModelTransport right) {}

  static Ends pair() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    ModelTransport left = new ModelTransport(closed);
    ModelTransport right = new ModelTransport(closed);
    left.other = right;
    right.other = left;
    return new Ends(left, right);
  }

  @Override
  public CompletionStage<Void> send(EventEnvelope envelope) {
    check(envelope);
    Moving moving = new Moving(envelope, new CompletableFuture<>());
    outgoing.add(moving);
    return moving.accepted;
  }

  private void check(EventEnvelope envelope) {
    String id = envelope.id();
    if (envelope.type().equals(EventTypes.REQUESTED)) {
      return;
    }
    Boolean streaming = owed.get(id);
    if (streaming == null) {
      // What is left is an abort of a request of our own, or a frame after the last one.
      assertThat(over).as("a frame after the end: %s", envelope).doesNotContainKey(id);
      assertThat(envelope.type()).isEqualTo(EventTypes.ABORTED);
      return;
    }
    boolean last = !envelope.type().equals(EventTypes.RESPONDED) || !streaming;
    if (last) {
      owed.remove(id);
      over.put(id, true);
    }
  }

  /** Moves the oldest envelope to the other end; false if there is none. */
  boolean move() {
    Moving moving = outgoing.poll();
    ModelTransport to = other;
    if (moving == null || to == null) {
      return false;
    }
    EventEnvelope envelope = moving.envelope;
    if (envelope.type().equals(EventTypes.REQUESTED)) {
      to.owed.put(
          envelope.id(), envelope.payload().path("operationId").asString().equals("/m/stream"));
    }
    Consumer<EventEnvelope> receiver = to.consumer;
    if (receiver != null) {
      receiver.accept(envelope);
    }
    moving.accepted.complete(null);
    return true;
  }

  /** Returns how many requests came here and had no last event. */
  int unanswered() {
    return owed.size();
  }

  /** Returns how many requests had their last event. */
  int answered() {
    return over.size();
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
