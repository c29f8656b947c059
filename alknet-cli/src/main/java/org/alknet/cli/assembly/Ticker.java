package org.alknet.cli.assembly;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs an action at intervals until it is closed.
 *
 * <p>Thread-safe. Owns one daemon thread.
 */
final class Ticker implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Ticker.class.getName());

  private final CountDownLatch end = new CountDownLatch(1);

  private Ticker() {}

  /**
   * Starts.
   *
   * @param name of the thread
   */
  static Ticker start(String name, Duration interval, Runnable action) {
    Ticker ticker = new Ticker();
    Thread thread = new Thread(() -> ticker.run(interval, action), name);
    thread.setDaemon(true);
    thread.start();
    return ticker;
  }

  private void run(Duration interval, Runnable action) {
    try {
      while (!end.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
        try {
          action.run();
        } catch (RuntimeException bug) {
          LOG.log(Level.ERROR, "event=tick_failed", bug);
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end.countDown();
  }
}
