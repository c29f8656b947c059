package org.alknet.store.sqlite;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Where code of others runs: an executor that was given, or one daemon thread. What is queued here
 * is bounded by what waits elsewhere: one task for each listener and one for each write.
 *
 * <p>Thread-safe.
 */
final class Callbacks implements Executor {
  private static final Logger LOG = System.getLogger(Callbacks.class.getName());
  private static final long LAST_SECONDS = 1;

  private final Executor executor;
  private final @Nullable ThreadPoolExecutor own;
  private final AtomicReference<@Nullable Thread> ownThread = new AtomicReference<>();

  Callbacks(Optional<Executor> given) {
    own = given.isPresent() ? null : newThread();
    executor = own != null ? own : given.orElseThrow();
  }

  private ThreadPoolExecutor newThread() {
    ThreadPoolExecutor created =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "alknet-store-callbacks");
              thread.setDaemon(true);
              ownThread.set(thread);
              return thread;
            });
    created.allowCoreThreadTimeOut(true);
    return created;
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException refused) {
      // Whoever waits has to be told all the same; the giver closed the executor too early.
      LOG.log(Level.DEBUG, "a callback runs where it was made", refused);
      task.run();
    }
  }

  /** Lets what is queued run, and ends the thread if it is ours. */
  void close() {
    if (own == null) {
      return;
    }
    own.shutdown();
    if (Thread.currentThread().equals(ownThread.get())) {
      return;
    }
    try {
      if (!own.awaitTermination(LAST_SECONDS, TimeUnit.SECONDS)) {
        LOG.log(Level.WARNING, "event=store_listener_still_running");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A task that is asked for often, runs one at a time, and runs once more if asked meanwhile. */
  static final class Serial {
    private final Executor executor;
    private final Runnable body;
    private final AtomicInteger wanted = new AtomicInteger();

    Serial(Executor executor, Runnable body) {
      this.executor = executor;
      this.body = body;
    }

    void wake() {
      if (wanted.getAndIncrement() == 0) {
        executor.execute(this::run);
      }
    }

    private void run() {
      int served;
      do {
        served = wanted.get();
        try {
          body.run();
        } catch (RuntimeException bug) {
          LOG.log(Level.ERROR, "a listener failed", bug);
        }
      } while (wanted.addAndGet(-served) != 0);
    }
  }
}
