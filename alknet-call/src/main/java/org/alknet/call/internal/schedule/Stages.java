package org.alknet.call.internal.schedule;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The few things the dispatcher does with stages. */
public final class Stages {
  private static final Logger LOG = System.getLogger(Stages.class.getName());

  private Stages() {}

  /** Hears how a stage ends, with the failure itself instead of its wrapping. */
  public static <T> void listen(
      CompletionStage<T> stage, BiConsumer<@Nullable T, @Nullable Throwable> listener) {
    CompletionStage<T> observed =
        stage.whenComplete(
            (value, failure) -> {
              try {
                listener.accept(value, unwrap(failure));
              } catch (Throwable bug) {
                // A stage keeps what its listener throws to itself; a bug has to be seen.
                LOG.log(Level.ERROR, "a listener failed", bug);
                throw bug;
              }
            });
    Objects.requireNonNull(observed);
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
