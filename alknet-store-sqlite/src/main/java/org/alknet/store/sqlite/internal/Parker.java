package org.alknet.store.sqlite.internal;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How one thread waits and others wake it; tests put their own clock in its place. */
public interface Parker {
  /** Waits at most this long, or until somebody wakes it; a wake that came before counts. */
  void park(long nanos) throws InterruptedException;

  /** Ends the wait, or the next one. */
  void unpark();

  /** Returns a parker on the clock of the machine. */
  static Parker system() {
    Semaphore wakes = new Semaphore(0);
    return new Parker() {
      @Override
      public void park(long nanos) throws InterruptedException {
        if (wakes.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
          wakes.drainPermits();
        }
      }

      @Override
      public void unpark() {
        if (wakes.availablePermits() == 0) {
          wakes.release();
        }
      }
    };
  }
}
