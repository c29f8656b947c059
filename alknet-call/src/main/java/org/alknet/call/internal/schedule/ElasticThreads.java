package org.alknet.call.internal.schedule;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads for handlers where the JVM has no virtual ones. To wake a thread costs more than most
 * handlers do, so no more are awake than there are processors while work moves on, and the rest of
 * the work waits for them. Handlers may block all the same: once work has waited for a moment,
 * every piece of it gets a thread. Threads that find nothing to do sleep, and end after a while.
 *
 * <p>The number of threads has no limit here; who hands work in bounds it.
 *
 * <p>Thread-safe. The lock is held for bookkeeping only.
 */
final class ElasticThreads extends AbstractExecutorService {
  /** How long work waits for a thread that is awake. */
  private static final long PATIENCE_NANOS = Duration.ofMillis(2).toNanos();

  /** Threads added at one look: a burst of short tasks needs time, not thousands of threads. */
  private static final long MOST_HELP = 16;

  private final String name;
  private final int processors;
  private final long idleNanos;
  private final Object lock = new Object();
  private final Thread watcher;

  @GuardedBy("lock")
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  /** Those asleep; the last to fall asleep is the first to be woken. */
  @GuardedBy("lock")
  private final ArrayDeque<Worker> asleep = new ArrayDeque<>();

  @GuardedBy("lock")
  private int awake;

  @GuardedBy("lock")
  private long taken;

  @GuardedBy("lock")
  private int started;

  @GuardedBy("lock")
  private boolean watched;

  @GuardedBy("lock")
  private boolean shutdown;

  /**
   * Creates an executor without threads.
   *
   * @param processors how many threads are awake while nothing waits for long
   * @param idle after which a thread without work ends
   */
  ElasticThreads(String name, int processors, Duration idle) {
    this.name = Objects.requireNonNull(name, "name");
    this.processors = processors;
    this.idleNanos = idle.toNanos();
    this.watcher = new Thread(this::watch, name + "-watch");
    watcher.setDaemon(true);
  }

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    Worker worker = null;
    boolean alert = false;
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException("the handler threads are stopped");
      }
      tasks.add(task);
      if (awake < processors) {
        worker = rouse();
      } else if (!watched) {
        watched = true;
        alert = true;
      }
    }
    if (worker != null) {
      worker.go();
    }
    if (alert) {
      alertWatcher();
    }
  }

  /** Picks a thread for more work; the caller lets it go after leaving the lock. */
  @GuardedBy("lock")
  private Worker rouse() {
    awake++;
    Worker worker = asleep.poll();
    if (worker == null) {
      started++;
      return new Worker(started);
    }
    worker.roused = true;
    return worker;
  }

  // ---- work that waits

  private void alertWatcher() {
    synchronized (watcher) {
      if (watcher.getState() == Thread.State.NEW) {
        watcher.start();
      }
    }
    LockSupport.unpark(watcher);
  }

  private void watch() {
    long before = 0;
    int waiting = 0;
    while (true) {
      List<Worker> help = new ArrayList<>();
      boolean rest;
      synchronized (lock) {
        if (shutdown && tasks.isEmpty()) {
          return;
        }
        // What was here at the last look and is here still has waited long enough.
        long late = Math.min(MOST_HELP, waiting - (taken - before));
        for (; late > 0; late--) {
          help.add(rouse());
        }
        before = taken;
        // Those just roused take one each.
        waiting = tasks.size() - help.size();
        rest = tasks.isEmpty();
        watched = !rest;
      }
      help.forEach(Worker::go);
      if (rest) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, PATIENCE_NANOS);
      }
    }
  }

  // ---- the end

  @Override
  public void shutdown() {
    List<Worker> sleepers;
    synchronized (lock) {
      shutdown = true;
      sleepers = new ArrayList<>(asleep);
      asleep.clear();
      awake += sleepers.size();
      sleepers.forEach(worker -> worker.roused = true);
    }
    sleepers.forEach(Worker::go);
    LockSupport.unpark(watcher);
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    synchronized (lock) {
      List<Runnable> unstarted = new ArrayList<>(tasks);
      tasks.clear();
      return unstarted;
    }
  }

  @Override
  public boolean isShutdown() {
    synchronized (lock) {
      return shutdown;
    }
  }

  @Override
  public boolean isTerminated() {
    synchronized (lock) {
      return shutdown && awake == 0;
    }
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    long deadline = System.nanoTime() + unit.toNanos(timeout);
    synchronized (lock) {
      while (!(shutdown && awake == 0)) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(lock, Math.max(left, 1_000_000));
      }
      return true;
    }
  }

  /** Returns how many threads there are, asleep or awake. */
  int threads() {
    synchronized (lock) {
      return awake + asleep.size();
    }
  }

  /** One thread. It is awake until it finds nothing to do. */
  private final class Worker implements Runnable {
    private final Thread thread;
    private volatile boolean roused = true;

    Worker(int number) {
      thread = new Thread(this, name + "-" + number);
      thread.setDaemon(true);
    }

    /** Starts or wakes the thread. */
    void go() {
      if (thread.getState() != Thread.State.NEW) {
        LockSupport.unpark(thread);
        return;
      }
      boolean running = false;
      try {
        thread.start();
        running = true;
      } finally {
        if (!running) {
          synchronized (lock) {
            awake--; // the system has no thread to give; the work waits for another
          }
        }
      }
    }

    @Override
    public void run() {
      while (true) {
        Runnable task;
        synchronized (lock) {
          task = tasks.poll();
          if (task != null) {
            taken++;
          } else {
            awake--;
            if (shutdown) {
              lock.notifyAll();
              return;
            }
            roused = false;
            asleep.push(this);
          }
        }
        if (task != null) {
          perform(task);
        } else if (!sleep()) {
          return;
        }
      }
    }

    /** Waits to be roused; false if it is time to end. */
    private boolean sleep() {
      Thread.interrupted(); // what a handler left behind is not meant for the next one
      long deadline = System.nanoTime() + idleNanos;
      while (!roused) {
        long left = deadline - System.nanoTime();
        if (left > 0) {
          LockSupport.parkNanos(ElasticThreads.this, left);
        } else {
          synchronized (lock) {
            if (!roused) {
              asleep.remove(this);
              return false;
            }
          }
        }
      }
      return true;
    }

    private void perform(Runnable task) {
      try {
        task.run();
      } catch (Throwable failure) {
        // As if the thread had died of it, but without the cost of another.
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
      }
    }
  }
}
