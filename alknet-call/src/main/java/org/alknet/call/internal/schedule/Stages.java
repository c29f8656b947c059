package org.alknet.call.internal.schedule;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The few things the dispatcher does with stages. */
public final class Stages {
  private Stages() {}

  /** Hears how a stage ends, with the failure itself instead of its wrapping. */
  public static <T> void listen(
      CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> listener) {
    // Whatever the listener throws is a bug and must be seen.
    CompletionStage<T> observed =
        stage.whenComplete((value, failure) -> listener.accept(value, unwrap(failure)));
    if (observed == null) {
      throw new IllegalStateException("a stage without successor");
    }
  }

  /** Returns the cause that a stage wrapped. */
  public static @Nullable Throwable unwrap(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
