package org.alknet.call.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.call.wire.EventEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * One end of a foreign transport in memory: whole envelopes, one shared channel for both
 * directions, delivery on a thread of its own.
 */
public final class PipeTransport implements EnvelopeTransport {
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread daemon = new Thread(task, "pipe-transport");
            daemon.setDaemon(true);
            return daemon;
          });
  private final CompletableFuture<Void> closed;
  private final AtomicInteger sent = new AtomicInteger();
  private @Nullable PipeTransport other;
  private @Nullable Consumer<EventEnvelope> consumer;

  private PipeTransport(CompletableFuture<Void> closed) {
    this.closed = closed;
  }

  /** Both ends of a transport. */
  public record Ends(PipeTransport left, PipeTransport right) {}

  /** Returns two connected ends. */
  public static Ends pair() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    PipeTransport left = new PipeTransport(closed);
    PipeTransport right = new PipeTransport(closed);
    left.other = right;
    right.other = left;
    return new Ends(left, right);
  }

  /** Returns how many envelopes this end has sent. */
  public int sent() {
    return sent.get();
  }

  @Override
  public CompletionStage<Void> send(EventEnvelope envelope) {
    PipeTransport peer = other;
    if (peer == null || closed.isDone()) {
      return CompletableFuture.failedFuture(new IllegalStateException("closed"));
    }
    sent.incrementAndGet();
    return CompletableFuture.runAsync(() -> peer.deliver(envelope), peer.thread);
  }

  private void deliver(EventEnvelope envelope) {
    Consumer<EventEnvelope> to = consumer;
    if (to != null) {
      to.accept(envelope);
    }
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
