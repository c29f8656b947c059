package org.alknet.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler of a {@link FakeClock}, which also keeps its time. State is guarded by this
 * object's monitor; tasks run outside of it.
 *
 * <p>Thread-safe.
 */
final class FakeScheduler extends AbstractExecutorService implements ScheduledExecutorService {
  private static final int MAX_TASKS = 1_000_000;

  private final PriorityQueue<Entry<?>> queue =
      new PriorityQueue<>(
          Comparator.<Entry<?>>comparingLong(e -> e.due).thenComparingLong(e -> e.sequence));
  private long now;
  private long sequence;
  private boolean advancing;
  private boolean shutdown;

  FakeScheduler(long now) {
    this.now = now;
  }

  synchronized long now() {
    return now;
  }

  synchronized int waitingTasks() {
    return queue.size();
  }

  void advance(long nanos) {
    long target;
    synchronized (this) {
      if (advancing) {
        throw new IllegalStateException("the clock is being advanced already");
      }
      target = Math.addExact(now, nanos);
      advancing = true;
    }
    try {
      int ran = 0;
      for (Entry<?> next = nextDue(target); next != null; next = nextDue(target)) {
        ran++;
        if (ran > MAX_TASKS) {
          throw new IllegalStateException("more than " + MAX_TASKS + " tasks in one step");
        }
        next.run();
      }
    } finally {
      synchronized (this) {
        advancing = false;
      }
    }
  }

  /** Takes the next task and moves to its time, or to the target if there is none before it. */
  private synchronized @Nullable Entry<?> nextDue(long target) {
    Entry<?> next = queue.peek();
    if (next == null || next.due > target) {
      now = target;
      return null;
    }
    now = Math.max(now, next.due);
    return queue.remove();
  }

  private <V> Entry<V> schedule(Entry<V> entry, long delayNanos) {
    add(entry, delayNanos);
    return entry;
  }

  private synchronized void add(Entry<?> entry, long delayNanos) {
    if (shutdown) {
      throw new RejectedExecutionException("this scheduler was shut down");
    }
    if (queue.size() >= MAX_TASKS) {
      throw new RejectedExecutionException(MAX_TASKS + " tasks are waiting");
    }
    // "Never" is often written as the largest number there is.
    entry.due = now + Math.min(Math.max(delayNanos, 0), Long.MAX_VALUE / 2);
    entry.sequence = sequence++;
    queue.add(entry);
  }

  private synchronized void addAgain(Entry<?> entry) {
    if (!shutdown) {
      entry.due = entry.period > 0 ? entry.due + entry.period : now - entry.period;
      entry.sequence = sequence++;
      queue.add(entry);
    }
  }

  private synchronized void remove(Entry<?> entry) {
    queue.remove(entry);
  }

  @Override
  public void execute(Runnable command) {
    Objects.requireNonNull(command, "command");
    add(new Direct(command), 0);
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return schedule(new Entry<>(Executors.callable(command), 0), unit.toNanos(delay));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return schedule(new Entry<>(callable, 0), unit.toNanos(delay));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return periodic(command, initialDelay, period, 1, unit);
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return periodic(command, initialDelay, delay, -1, unit);
  }

  private ScheduledFuture<?> periodic(
      Runnable command, long initialDelay, long period, int sign, TimeUnit unit) {
    if (period <= 0) {
      throw new IllegalArgumentException("a period is positive, not " + period);
    }
    return schedule(
        new Entry<>(Executors.callable(command), sign * unit.toNanos(period)),
        unit.toNanos(initialDelay));
  }

  @Override
  public synchronized void shutdown() {
    shutdown = true;
    List.copyOf(queue).stream().filter(Entry::isPeriodic).forEach(e -> e.cancel(false));
  }

  @Override
  public synchronized List<Runnable> shutdownNow() {
    shutdown = true;
    List<Runnable> waiting = new ArrayList<>(queue);
    queue.clear();
    return waiting;
  }

  /** From Java 19 on the inherited method would wait for tasks that only a test can run. */
  public void close() {
    shutdown();
  }

  @Override
  public synchronized boolean isShutdown() {
    return shutdown;
  }

  @Override
  public synchronized boolean isTerminated() {
    return shutdown && queue.isEmpty() && !advancing;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }

  @Override
  public <T> List<Future<T>> invokeAll(Collection<? extends Callable<T>> tasks) {
    throw waits();
  }

  @Override
  public <T> List<Future<T>> invokeAll(
      Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) {
    throw waits();
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks) {
    throw waits();
  }

  @Override
  public <T> T invokeAny(Collection<? extends Callable<T>> tasks, long timeout, TimeUnit unit) {
    throw waits();
  }

  private static UnsupportedOperationException waits() {
    return new UnsupportedOperationException(
        "would wait for tasks that run only when the clock is advanced");
  }

  private class Entry<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    /** Positive for a fixed rate, negative for a fixed delay, zero for once. */
    private final long period;

    private long due;
    private long sequence;

    Entry(Callable<V> task, long period) {
      super(task);
      this.period = period;
    }

    @Override
    public boolean isPeriodic() {
      return period != 0;
    }

    @Override
    public void run() {
      if (!isPeriodic()) {
        super.run();
      } else if (runAndReset()) {
        addAgain(this);
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      remove(this);
      return cancelled;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      synchronized (FakeScheduler.this) {
        return unit.convert(due - now, TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A task nobody holds a future of, so that its failure has to come out of the advance. */
  private final class Direct extends Entry<Object> {
    private final Runnable command;

    Direct(Runnable command) {
      super(Executors.callable(command), 0);
      this.command = command;
    }

    @Override
    public void run() {
      command.run();
    }
  }
}
