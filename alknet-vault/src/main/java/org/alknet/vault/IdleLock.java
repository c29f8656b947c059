package org.alknet.vault;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls back when an unlocked vault was not used for a while.
 *
 * <p>One pending task per unlocked vault: it looks at the time of the last use when it runs and
 * either reports idleness or waits for the rest, so that using the vault costs one clock reading.
 *
 * <p>Not thread-safe: guarded by the vault's lock. Specification: {@code spec/vault.md §23 G12}.
 */
final class IdleLock {
  /** Runs one task later; tests run it by hand. */
  interface Timer {
    /** Runs the task once after the delay, on a thread of the timer. */
    void schedule(Runnable task, long delayNanos);

    /** Forgets what is pending. */
    void stop();
  }

  private final long idleNanos;
  private final LongSupplier nanoTime;
  private final Timer timer;
  private long lastUseNanos;

  IdleLock(Duration idle, LongSupplier nanoTime, Timer timer) {
    this.idleNanos = Nanos.saturated(idle);
    this.nanoTime = nanoTime;
    this.timer = timer;
  }

  void start(Runnable check) {
    touch();
    timer.schedule(check, idleNanos);
  }

  void touch() {
    lastUseNanos = nanoTime.getAsLong();
  }

  /** Whether the vault was idle long enough; if not, the check is scheduled again. */
  boolean isIdle(Runnable check) {
    long rest = idleNanos - (nanoTime.getAsLong() - lastUseNanos);
    if (rest > 0) {
      timer.schedule(check, rest);
      return false;
    }
    return true;
  }

  void stop() {
    timer.stop();
  }

  /** A timer with one daemon thread, which lives from the first schedule to the next stop. */
  static final class DaemonTimer implements Timer {
    static final String THREAD_NAME = "alknet-vault-idle-lock";

    private @Nullable ScheduledThreadPoolExecutor executor;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the task reports nothing and does not throw
    public void schedule(Runnable task, long delayNanos) {
      if (executor == null) {
        executor = new ScheduledThreadPoolExecutor(1, DaemonTimer::daemon);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
      }
      executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
      if (executor != null) {
        // Not shutdownNow: the caller may be the timer's own thread, and an interrupt would disturb
        // whoever it tells next.
        executor.shutdown();
        executor = null;
      }
    }

    private static Thread daemon(Runnable work) {
      Thread thread = new Thread(work, THREAD_NAME);
      thread.setDaemon(true);
      return thread;
    }
  }
}
