package org.alknet.call.internal.dispatch;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * The handler executor as the dispatcher uses it. New work may be refused, which becomes a wire
 * error; the end of work that was accepted is always told, here and now if need be.
 *
 * <p>Thread-safe.
 */
final class HandlerExecutor implements Executor {
  private final Executor executor;

  HandlerExecutor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  /** Starts new work; false if there is no thread for it. */
  boolean tryExecute(Runnable work) {
    try {
      executor.execute(work);
      return true;
    } catch (RejectedExecutionException full) {
      return false;
    }
  }

  @Override
  public void execute(Runnable work) {
    if (!tryExecute(work)) {
      work.run();
    }
  }
}
