package org.alknet.core.internal.endpoint;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The default place where handlers run. */
public final class HandlerExecutors {
  private static final int CORE_THREADS = 8;
  private static final int MAX_THREADS = 256;

  private HandlerExecutors() {}

  /**
   * Returns a new executor, which its caller shuts down: virtual threads where the JVM has them (21
   * and later), else an elastic pool of at most 256 named threads that rejects what exceeds it.
   */
  public static ExecutorService create(String name) {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException olderJvm) {
      return pool(name);
    } catch (IllegalAccessException | InvocationTargetException unavailable) {
      return pool(name); // a preview feature that is switched off
    }
  }

  private static ExecutorService pool(String name) {
    AtomicInteger count = new AtomicInteger();
    ThreadFactory threads =
        task -> {
          Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    return new ThreadPoolExecutor(
        CORE_THREADS, MAX_THREADS, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
  }
}
