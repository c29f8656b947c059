package org.alknet.testkit;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs the completions and callbacks of one end of a pair one after another, as the event loop of a
 * real connection does, without a thread of its own.
 *
 * <p>Tasks are added while the pair's lock is held and run after it was left, by whoever calls
 * {@link #kick()} first. A task that causes further tasks returns before they run, so a callback
 * that answers a callback that answers a callback never deepens the stack.
 *
 * <p>Thread-safe.
 */
final class Trampoline implements Executor {
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private final Executor executor;

  Trampoline(Executor executor) {
    this.executor = executor;
  }

  /** Adds a task, to be run by the next {@link #kick()}; a task never throws. */
  void add(Runnable task) {
    tasks.add(task);
  }

  @Override
  public void execute(Runnable task) {
    add(task);
    kick();
  }

  /** Has the waiting tasks run, unless they are being run already. */
  void kick() {
    if (!tasks.isEmpty()) {
      executor.execute(this::drain);
    }
  }

  private void drain() {
    // Asked again after running is false: a task may have come between the last poll and that.
    while (!tasks.isEmpty() && running.compareAndSet(false, true)) {
      try {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
      } finally {
        running.set(false);
      }
    }
  }
}
