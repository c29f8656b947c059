package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waiting in tests, with a deadline so generous that only a hang reaches it.
 *
 * <p>Thread-safe.
 */
public final class Await {
  /** How long anything may take before it counts as hung. */
  public static final Duration DEADLINE = Duration.ofSeconds(60);

  private Await() {}

  /**
   * Waits for a stage to complete normally and returns its result.
   *
   * @throws AssertionError if it fails, with the failure as its cause, or never completes
   */
  public static <T> T result(CompletionStage<T> stage) {
    try {
      return join(stage);
    } catch (ExecutionException e) {
      throw new AssertionError("expected a result, failed with " + unwrap(e), unwrap(e));
    }
  }

  /**
   * Waits for a stage to fail and returns the failure without its {@link CompletionException}s.
   *
   * @throws AssertionError if it fails with another type, succeeds or never completes
   */
  public static <X extends Throwable> X failure(CompletionStage<?> stage, Class<X> type) {
    Object result;
    try {
      result = join(stage);
    } catch (ExecutionException e) {
      assertThat(unwrap(e)).isInstanceOf(type);
      return type.cast(unwrap(e));
    }
    throw new AssertionError("expected " + type.getSimpleName() + ", got the result " + result);
  }

  /** Waits for a stage to complete either way; empty if it completed normally. */
  public static Optional<Throwable> failureOf(CompletionStage<?> stage) {
    try {
      join(stage);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(unwrap(e));
    }
  }

  /**
   * Polls until the condition holds.
   *
   * @param what names the condition in the message
   * @throws AssertionError if it does not hold in time
   */
  public static void until(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE.toNanos()) {
        throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + what);
      }
      pause();
    }
  }

  /** The interval between two looks. */
  static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
  }

  /** Returns what a failed stage failed with, without the wrappers stages put around it. */
  public static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof ExecutionException || inner instanceof CompletionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  private static <T> T join(CompletionStage<T> stage) throws ExecutionException {
    try {
      return stage.toCompletableFuture().get(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("a stage did not complete within " + DEADLINE.toSeconds() + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for a stage", e);
    }
  }
}
