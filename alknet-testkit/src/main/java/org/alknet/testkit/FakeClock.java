package org.alknet.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Time that passes only when a test says so, in its three forms: a monotonic ticker like {@link
 * System#nanoTime()}, a wall clock, and a scheduler. They agree with one another, except after
 * {@link #shiftWallClock}.
 *
 * <p>{@link #advance} stops at every due task and runs it on the calling thread, ordered by due
 * time and then by the order of scheduling; tasks that come to be due on the way run too. The
 * ticker starts one minute below zero, so that code which treats zero or negative values as special
 * is found out.
 *
 * <p>Thread-safe; one thread advances at a time.
 */
public final class FakeClock {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final long START_NANOS = -Duration.ofMinutes(1).toNanos();

  private final FakeScheduler scheduler = new FakeScheduler(START_NANOS);
  private volatile Duration wallShift = Duration.ZERO;

  /** Creates a clock that stands at the first instant of 2026 (UTC). */
  public FakeClock() {}

  /** Returns the monotonic time in nanoseconds; only differences mean something. */
  public long nanoTime() {
    return scheduler.now();
  }

  /** Returns {@link #nanoTime()} as a function. */
  public LongSupplier ticker() {
    return this::nanoTime;
  }

  /** Returns the wall clock's time. */
  public Instant instant() {
    return START.plusNanos(scheduler.now() - START_NANOS).plus(wallShift);
  }

  /** Returns a view of the wall clock in UTC, which moves with this one. */
  public Clock clock() {
    return new View(this, ZoneOffset.UTC);
  }

  /**
   * Returns the scheduler. Nothing it is given runs before the next {@link #advance}, not even
   * without delay. It refuses the methods that wait for a result ({@code invokeAll}, {@code
   * invokeAny}), {@code awaitTermination} never waits, and a task given to {@code execute} that
   * throws makes {@link #advance} throw. After {@code shutdown} waiting one-shot tasks still run
   * and periodic ones are cancelled.
   */
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** Returns how many tasks wait in the scheduler; a cancelled one does not. */
  public int waitingTasks() {
    return scheduler.waitingTasks();
  }

  /**
   * Moves ticker and wall clock forward and runs what becomes due, in order, on this thread. {@link
   * Duration#ZERO} runs what is due already.
   *
   * @throws IllegalArgumentException if the duration is negative
   * @throws IllegalStateException if another call is advancing, also if a task calls this, or if
   *     more than a million tasks ran and there is no end of them
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + by);
    }
    scheduler.advance(by.toNanos());
  }

  /** Runs what is due now; the same as advancing by nothing. */
  public void runDueTasks() {
    advance(Duration.ZERO);
  }

  /** Moves the wall clock alone, as an operator or NTP does; timers must not care. */
  public synchronized void shiftWallClock(Duration by) {
    wallShift = wallShift.plus(by);
  }

  private static final class View extends Clock {
    private final FakeClock source;
    private final ZoneId zone;

    View(FakeClock source, ZoneId zone) {
      this.source = source;
      this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new View(source, other);
    }

    @Override
    public Instant instant() {
      return source.instant();
    }
  }
}
