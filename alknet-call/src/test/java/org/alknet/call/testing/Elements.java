package org.alknet.call.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.testkit.Await;

/** A subscriber that asks for as many elements as a test says and keeps them. */
public final class Elements implements Flow.Subscriber<ResponseEnvelope> {
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final List<ResponseEnvelope> received = new ArrayList<>();
  private final long initialDemand;
  private int signalsAfterEnd;

  private Elements(long initialDemand) {
    this.initialDemand = initialDemand;
  }

  /** Subscribes and asks for everything. */
  public static Elements all(Flow.Publisher<ResponseEnvelope> publisher) {
    return of(publisher, Long.MAX_VALUE);
  }

  /** Subscribes and asks for so many; 0 for none. */
  public static Elements of(Flow.Publisher<ResponseEnvelope> publisher, long demand) {
    Elements elements = new Elements(demand);
    publisher.subscribe(elements);
    return elements;
  }

  /** Asks for more. */
  public void request(long n) {
    Await.result(subscription).request(n);
  }

  /** Cancels. */
  public void cancel() {
    Await.result(subscription).cancel();
  }

  /** Waits for the end and returns everything that came. */
  public List<ResponseEnvelope> toEnd() {
    Await.result(end);
    return received();
  }

  /** Waits for the failure at the end. */
  public Throwable toFailure() {
    return Await.failure(end, Throwable.class);
  }

  /** Returns what has come so far. */
  public synchronized List<ResponseEnvelope> received() {
    return List.copyOf(received);
  }

  /** Waits until so many have come. */
  public List<ResponseEnvelope> await(int count) {
    Await.until(count + " elements", () -> received().size() >= count);
    return received();
  }

  /** Whether the end has come. */
  public boolean isEnded() {
    return end.isDone();
  }

  /** Returns how many signals came after the end. */
  public synchronized int signalsAfterEnd() {
    return signalsAfterEnd;
  }

  @Override
  public void onSubscribe(Flow.Subscription from) {
    subscription.complete(from);
    if (initialDemand > 0) {
      from.request(initialDemand);
    }
  }

  @Override
  public synchronized void onNext(ResponseEnvelope element) {
    if (end.isDone()) {
      signalsAfterEnd++;
    }
    received.add(element);
  }

  @Override
  public synchronized void onError(Throwable failure) {
    if (!end.completeExceptionally(failure)) {
      signalsAfterEnd++;
    }
  }

  @Override
  public synchronized void onComplete() {
    if (!end.complete(null)) {
      signalsAfterEnd++;
    }
  }
}
