package org.alknet.cli.client;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Hands the values of a subscription to a sink, one at a time: the next one is asked for when the
 * sink is done, so that a slow reader slows the producer.
 *
 * <p>Thread-safe. Signals arrive one after the other, as {@link Flow} says.
 */
public final class Subscription implements Flow.Subscriber<ResponseEnvelope> {
  /** Takes a value; blocks while its reader is slow. */
  @FunctionalInterface
  public interface Sink {
    /** Takes a value. */
    void accept(JsonNode value) throws IOException;
  }

  private final Sink sink;
  private final long count;
  private final CompletableFuture<Optional<CallError>> end = new CompletableFuture<>();
  private volatile Flow.@Nullable Subscription upstream;
  private long received;

  private Subscription(Sink sink, long count) {
    this.sink = sink;
    this.count = count;
  }

  /**
   * Subscribes.
   *
   * @param count values after which it ends; 0 for no limit
   */
  public static Subscription start(
      Flow.Publisher<ResponseEnvelope> publisher, long count, Sink sink) {
    Subscription subscription = new Subscription(sink, count);
    publisher.subscribe(subscription);
    return subscription;
  }

  /**
   * Returns the end: empty if the stream completed or there were enough values, else the error it
   * ended with. Fails with what the sink threw.
   */
  public CompletionStage<Optional<CallError>> end() {
    return end;
  }

  /** Ends the subscription at the remote. */
  public void cancel() {
    Flow.Subscription active = upstream;
    if (active != null) {
      active.cancel();
    }
    end.complete(Optional.empty());
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    upstream = subscription;
    subscription.request(1);
  }

  @Override
  public void onNext(ResponseEnvelope element) {
    if (end.isDone()) {
      return;
    }
    if (element.error().isPresent()) {
      end.complete(element.error());
      return;
    }
    try {
      sink.accept(element.output().orElseThrow());
    } catch (IOException unwritten) {
      end.completeExceptionally(unwritten);
      cancel();
      return;
    }
    received++;
    Flow.Subscription active = upstream;
    if (received == count) {
      cancel();
    } else if (active != null) {
      active.request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    end.complete(Optional.empty());
  }
}
