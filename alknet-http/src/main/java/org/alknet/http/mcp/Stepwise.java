package org.alknet.http.mcp;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A result that takes several steps, one after the other. Cancelling it cancels the step under way;
 * a step that fails ends it.
 *
 * <p>Thread-safe.
 */
final class Stepwise<T> {
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile CompletableFuture<?> step = new CompletableFuture<>();

  Stepwise() {
    CompletableFuture<T> watched =
        result.whenComplete(
            (value, failure) -> {
              if (result.isCancelled()) {
                step.cancel(true);
              }
            });
    Objects.requireNonNull(watched);
  }

  /** What follows a step that went well. */
  @FunctionalInterface
  interface Next<S> {
    void accept(S value) throws Exception;
  }

  /** What follows a step that failed. */
  @FunctionalInterface
  interface Rescue {
    void accept(Throwable failure) throws Exception;
  }

  CompletableFuture<T> result() {
    return result;
  }

  void done(T value) {
    result.complete(value);
  }

  void fail(Throwable failure) {
    result.completeExceptionally(failure);
  }

  /** Goes on after a step. */
  <S> void then(CompletionStage<S> next, Next<S> action) {
    then(next, action, this::fail);
  }

  /** Goes on after a step, whichever way it ends. */
  <S> void then(CompletionStage<S> next, Next<S> action, Rescue rescue) {
    CompletableFuture<S> future = next.toCompletableFuture();
    step = future;
    if (result.isCancelled()) {
      future.cancel(true);
    }
    CompletableFuture<Void> unused =
        future.handle(
            (value, failure) -> {
              follow(value, failure, action, rescue);
              return (Void) null;
            });
    Objects.requireNonNull(unused);
  }

  private <S> void follow(
      @Nullable S value, @Nullable Throwable failure, Next<S> action, Rescue rescue) {
    if (result.isDone()) {
      if (value instanceof MessageEvents unwanted) {
        unwanted.cancel();
      }
      return;
    }
    try {
      if (failure == null) {
        action.accept(Objects.requireNonNull(value));
      } else {
        rescue.accept(unwrap(failure));
      }
    } catch (Exception next) {
      fail(next);
    }
  }

  /** Returns the failure a stage had, without what stages wrap round it. */
  static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
