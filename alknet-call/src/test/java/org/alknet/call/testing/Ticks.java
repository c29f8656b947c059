package org.alknet.call.testing;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.StreamingHandler;
import tools.jackson.databind.node.JsonNodeFactory;

/** A streaming handler that counts up, one number for every element asked for. */
public final class Ticks {
  private final long count;
  private final boolean fails;
  private final AtomicLong produced = new AtomicLong();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  private Ticks(long count, boolean fails) {
    this.count = count;
    this.fails = fails;
  }

  /** Counts to a number and ends. */
  public static Ticks to(long count) {
    return new Ticks(count, false);
  }

  /** Counts to a number and ends with an error. */
  public static Ticks failingAfter(long count) {
    return new Ticks(count, true);
  }

  /** Never ends, but produces only this many: then it is silent. */
  public static Ticks silentAfter(long count) {
    return new Ticks(-count - 1, false);
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
      endIfDone();
    }

    @Override
    public synchronized void request(long n) {
      long limit = count < 0 ? -count - 1 : count;
      for (long i = 0; i < n && !over.get() && next < limit; i++) {
        next++;
        produced.incrementAndGet();
        subscriber.onNext(
            ResponseEnvelope.ok(id, JsonNodeFactory.instance.objectNode().put("n", next)));
      }
      endIfDone();
    }

    private void endIfDone() {
      if (count > 0 && next >= count && over.compareAndSet(false, true)) {
        if (fails) {
          subscriber.onNext(ResponseEnvelope.err(id, CallError.forbidden("enough")));
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
