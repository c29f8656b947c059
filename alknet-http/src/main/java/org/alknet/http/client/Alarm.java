package org.alknet.http.client;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Lets real time pass on the timer of the JDK, and goes on on an executor. A wait that is cancelled
 * leaves nothing behind.
 *
 * <p>Thread-safe.
 */
final class Alarm implements Waits {
  private final Executor executor;

  Alarm(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  @Override
  public CompletableFuture<Void> pause(Duration time) {
    CompletableFuture<Void> pause = new CompletableFuture<>();
    CompletableFuture<Void> timer =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, Math.max(0, time.toNanos()), TimeUnit.NANOSECONDS);
    CompletableFuture<Void> rung =
        timer.thenRun(
            () -> {
              try {
                executor.execute(() -> pause.complete(null));
              } catch (RejectedExecutionException closed) {
                pause.complete(null); // whoever waits still has to hear of it
              }
            });
    Objects.requireNonNull(rung);
    CompletableFuture<Void> watched =
        pause.whenComplete(
            (nothing, failure) -> {
              if (pause.isCancelled()) {
                timer.cancel(false);
              }
            });
    Objects.requireNonNull(watched);
    return pause;
  }
}
