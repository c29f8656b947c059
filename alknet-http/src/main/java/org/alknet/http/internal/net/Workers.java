package org.alknet.http.internal.net;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what may block or take long: files, large bodies, handlers of deployments. Bounded in
 * threads and in waiting work; what is too much is refused.
 *
 * <p>Thread-safe.
 */
final class Workers implements Executor {
  private static final int MAX_THREADS = 32;
  private static final int MAX_WAITING = 4096;

  private final AtomicInteger names = new AtomicInteger();
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          MAX_THREADS,
          MAX_THREADS,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MAX_WAITING),
          task -> {
            Thread thread = new Thread(task, "alknet-http-worker-" + names.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  Workers() {
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs work.
   *
   * @throws RejectedExecutionException if too much waits, or after {@link #close()}
   */
  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  /** Lets work that waits come to its end, and takes on no more. */
  void close() {
    threads.shutdown();
  }
}
