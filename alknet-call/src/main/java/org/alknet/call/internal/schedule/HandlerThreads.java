package org.alknet.call.internal.schedule;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The threads handlers run on unless the application brings its own (spec/call.md G-23). */
public final class HandlerThreads {
  private static final Logger LOG = System.getLogger(HandlerThreads.class.getName());

  private static final Duration IDLE = Duration.ofSeconds(60);

  private HandlerThreads() {}

  /**
   * Starts an executor: virtual threads where the JVM has them, else daemon threads that come and
   * go. The limits of the call protocol bound their number.
   */
  public static ExecutorService start() {
    try {
      // Java 21 has it; this is compiled for 17.
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException none) {
      LOG.log(Level.DEBUG, "no virtual threads here, handlers run on platform threads");
    }
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    return new ElasticThreads("alknet-call", processors, IDLE);
  }
}
