package org.alknet.core.handler;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Tells everybody who listens that the node is about to stop, so that protocols can say goodbye.
 * The assembly layer creates one, hands it to handlers and to the endpoint, and triggers it once.
 *
 * <p>Thread-safe.
 */
public final class ShutdownSignal {
  private final CompletableFuture<Void> triggered = new CompletableFuture<>();

  /** Creates a signal that was not given yet. */
  public ShutdownSignal() {}

  /** Gives the signal; again does nothing. Listeners run on the calling thread. */
  public void trigger() {
    triggered.complete(null);
  }

  /** Whether the signal was given. */
  public boolean isTriggered() {
    return triggered.isDone();
  }

  /** Returns a stage that completes when the signal is given. */
  public CompletionStage<Void> whenTriggered() {
    return triggered.minimalCompletionStage();
  }
}
