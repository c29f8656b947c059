package org.alknet.http.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.StreamingHandler;
import tools.jackson.databind.node.JsonNodeFactory;

/** A streaming handler that counts, one number for every element asked for. */
public final class Ticks {
  /** What comes after the last number. */
  private enum End {
    COMPLETE,
    ERROR,
    SILENCE
  }

  private final long count;
  private final End end;
  private final String padding;
  private final AtomicLong produced = new AtomicLong();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  private Ticks(long count, End end, int paddingBytes) {
    this.count = count;
    this.end = end;
    this.padding = "x".repeat(paddingBytes);
  }

  /** Counts to a number and ends. */
  public static Ticks to(long count) {
    return new Ticks(count, End.COMPLETE, 0);
  }

  /** Counts to a number and ends with an error. */
  public static Ticks failingAfter(long count) {
    return new Ticks(count, End.ERROR, 0);
  }

  /** Counts to a number and then says nothing for ever. */
  public static Ticks silentAfter(long count) {
    return new Ticks(count, End.SILENCE, 0);
  }

  /** Counts for ever, with a text of so many characters beside each number. */
  public static Ticks endless(int paddingBytes) {
    return new Ticks(Long.MAX_VALUE, End.SILENCE, paddingBytes);
  }

  /** Returns the handler. */
  public StreamingHandler handler() {
    return (input, ctx) ->
        subscriber -> {
          Counting counting = new Counting(subscriber, ctx.requestId());
          subscriber.onSubscribe(counting);
          started.complete(null);
        };
  }

  /** Returns how many were produced, for all subscribers together. */
  public long produced() {
    return produced.get();
  }

  /** Completes when somebody subscribed. */
  public CompletableFuture<Void> started() {
    return started;
  }

  /** Completes when somebody cancelled. */
  public CompletableFuture<Void> cancelled() {
    return cancelled;
  }

  private final class Counting implements Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> subscriber;
    private final String id;
    private final AtomicBoolean over = new AtomicBoolean();
    private long next;

    Counting(Flow.Subscriber<? super ResponseEnvelope> subscriber, String id) {
      this.subscriber = subscriber;
      this.id = id;
    }

    @Override
    public synchronized void request(long n) {
      for (long i = 0; i < n && !over.get() && next < count; i++) {
        next++;
        produced.incrementAndGet();
        subscriber.onNext(
            ResponseEnvelope.ok(
                id,
                padding.isEmpty()
                    ? JsonNodeFactory.instance.objectNode().put("n", next)
                    : JsonNodeFactory.instance.objectNode().put("n", next).put("x", padding)));
      }
      if (next >= count && end != End.SILENCE && over.compareAndSet(false, true)) {
        if (end == End.ERROR) {
          subscriber.onNext(ResponseEnvelope.err(id, CallError.of("ENOUGH", "no more", false)));
        }
        subscriber.onComplete();
      }
    }

    @Override
    public void cancel() {
      over.set(true);
      cancelled.complete(null);
    }
  }
}
