package org.alknet.call.internal.schedule;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Real time, with one daemon thread. */
public final class SystemTimer implements CallTimer {
  private final ScheduledThreadPoolExecutor thread;

  /** Starts the thread when it is first needed. */
  public SystemTimer() {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            action -> {
              Thread daemon = new Thread(action, "alknet-call-timer");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable action) {
    try {
      ScheduledFuture<?> future = thread.schedule(action, delayNanos, TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      return Scheduled.NONE;
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
