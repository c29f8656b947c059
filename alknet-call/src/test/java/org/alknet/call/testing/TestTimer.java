package org.alknet.call.testing;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.testkit.FakeClock;

/** The timer of a runtime on a clock that a test moves. */
public final class TestTimer implements CallTimer {
  private final FakeClock clock;

  /** Runs on the clock. */
  public TestTimer(FakeClock clock) {
    this.clock = clock;
  }

  @Override
  public long nanos() {
    return clock.nanoTime();
  }

  @Override
  public Scheduled schedule(long delayNanos, Runnable action) {
    ScheduledFuture<?> future =
        clock.scheduler().schedule(action, delayNanos, TimeUnit.NANOSECONDS);
    return () -> future.cancel(false);
  }

  @Override
  public void close() {}
}
