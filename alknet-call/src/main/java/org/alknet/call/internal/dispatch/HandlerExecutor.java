package org.alknet.call.internal.dispatch;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The handler executor as the dispatcher uses it. New work may be refused, which becomes a wire
 * error. The end of work that was accepted is always told: if the executor refuses, by one thread
 * of our own, because the thread that reports the end belongs to the transport and must not run the
 * application's code.
 *
 * <p>What waits for that thread is bounded by the tables of requests: each has one end. The thread
 * goes away when there is nothing to do, so nobody has to stop it.
 *
 * <p>Thread-safe.
 */
final class HandlerExecutor implements Executor {
  private static final long IDLE_SECONDS = 1;

  private final Executor executor;
  private final ThreadPoolExecutor reserve;

  HandlerExecutor(Executor executor) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.reserve =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            action -> {
              Thread daemon = new Thread(action, "alknet-call-reserve");
              daemon.setDaemon(true);
              return daemon;
            });
    reserve.allowCoreThreadTimeOut(true);
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
      reserve.execute(work);
    }
  }
}
