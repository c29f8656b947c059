package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FakeClockTest {
  private final FakeClock time = new FakeClock();
  private final ScheduledExecutorService scheduler = time.scheduler();
  private final List<String> ran = new ArrayList<>();

  @Test
  void tickerAndWallClockMoveTogetherAndOnlyWhenTold() {
    Clock wall = time.clock();
    long tick = time.ticker().getAsLong();
    Instant instant = wall.instant();
    assertThat(wall.instant()).isEqualTo(instant);

    time.advance(Duration.ofMillis(1_500));

    assertThat(time.nanoTime() - tick).isEqualTo(1_500_000_000L);
    assertThat(wall.millis() - instant.toEpochMilli()).isEqualTo(1_500);
    assertThat(wall.withZone(ZoneId.of("Asia/Tokyo")).instant()).isEqualTo(wall.instant());
  }

  @Test
  void shiftedWallClockLeavesTickerAndTimersAlone() {
    long tick = time.nanoTime();
    Instant before = time.instant();
    schedule("timer", 1);

    time.shiftWallClock(Duration.ofHours(-1));
    time.runDueTasks();

    assertThat(time.instant()).isEqualTo(before.minus(Duration.ofHours(1)));
    assertThat(time.nanoTime()).isEqualTo(tick);
    assertThat(ran).isEmpty();
  }

  @Test
  void tasksRunInOrderOfTimeAndThenOfScheduling() {
    schedule("second", 2);
    schedule("first", 1);
    schedule("also second", 2);
    schedule("too late", 4);
    assertThat(time.waitingTasks()).isEqualTo(4);

    time.advance(Duration.ofSeconds(3));

    assertThat(ran).containsExactly("first", "second", "also second");
    assertThat(time.waitingTasks()).isEqualTo(1);
  }

  @Test
  void eachTaskSeesItsOwnTimeAndMayScheduleMore() {
    long start = time.nanoTime();
    List<Long> seen = new ArrayList<>();
    Runnable inner = () -> seen.add(time.nanoTime() - start);
    Runnable outer =
        () -> {
          seen.add(time.nanoTime() - start);
          assertThat((Future<?>) scheduler.schedule(inner, 5, TimeUnit.NANOSECONDS)).isNotDone();
        };
    Future<?> scheduled = scheduler.schedule(outer, 10, TimeUnit.NANOSECONDS);

    time.advance(Duration.ofNanos(100));

    assertThat(scheduled).isDone();
    assertThat(seen).containsExactly(10L, 15L);
    assertThat(time.nanoTime() - start).isEqualTo(100);
  }

  @Test
  void executedTaskWaitsForTheNextAdvance() {
    scheduler.execute(() -> ran.add("executed"));
    assertThat(ran).isEmpty();

    time.runDueTasks();

    assertThat(ran).containsExactly("executed");
  }

  @Test
  void fixedRateRepeatsUntilCancelled() {
    ScheduledFuture<?> ticking =
        scheduler.scheduleAtFixedRate(() -> ran.add("tick"), 1, 2, TimeUnit.SECONDS);

    time.advance(Duration.ofSeconds(6));
    ticking.cancel(false);
    time.advance(Duration.ofSeconds(6));

    assertThat(ran).containsExactly("tick", "tick", "tick");
    assertThat(time.waitingTasks()).isZero();
  }

  @Test
  void fixedDelayRepeatsToo() {
    ScheduledFuture<?> ticking =
        scheduler.scheduleWithFixedDelay(() -> ran.add("tick"), 0, 2, TimeUnit.SECONDS);

    time.advance(Duration.ofSeconds(4));

    assertThat(ran).hasSize(3);
    assertThat(ticking.getDelay(TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void periodicTaskThatThrowsStops() {
    ScheduledFuture<?> failing =
        scheduler.scheduleAtFixedRate(
            () -> {
              throw new IllegalStateException("broken");
            },
            1,
            1,
            TimeUnit.SECONDS);

    time.advance(Duration.ofSeconds(5));

    assertThat((Future<?>) failing).isDone();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(failing::get)
        .withMessageContaining("broken");
    assertThat(time.waitingTasks()).isZero();
  }

  @Test
  void failureNobodyCanSeeComesOutOfTheAdvance() {
    scheduler.execute(
        () -> {
          throw new IllegalStateException("nobody holds my future");
        });

    assertThatIllegalStateException()
        .isThrownBy(time::runDueTasks)
        .withMessage("nobody holds my future");
    time.runDueTasks();
  }

  @Test
  void taskMayNotAdvanceTheClock() {
    Future<?> nested = scheduler.submit(() -> time.advance(Duration.ofSeconds(1)));

    time.runDueTasks();

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(nested::get)
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void timeDoesNotGoBack() {
    assertThatIllegalArgumentException().isThrownBy(() -> time.advance(Duration.ofNanos(-1)));
  }

  @Test
  void delayWithoutEndNeverComes() {
    Future<?> never = scheduler.schedule(() -> ran.add("never"), Long.MAX_VALUE, TimeUnit.DAYS);

    time.advance(Duration.ofDays(36_500));

    assertThat(never).isNotDone();
  }

  @Test
  void afterShutdownWaitingTimersRunAndNewOnesAreRefused() {
    schedule("waiting", 1);
    Future<?> periodic =
        scheduler.scheduleAtFixedRate(() -> ran.add("periodic"), 1, 1, TimeUnit.SECONDS);

    scheduler.shutdown();
    assertThat(scheduler.isTerminated()).isFalse();
    time.advance(Duration.ofSeconds(1));

    assertThat(ran).containsExactly("waiting");
    assertThat(periodic).isCancelled();
    assertThat(scheduler.isTerminated()).isTrue();
    assertThatExceptionOfType(RejectedExecutionException.class)
        .isThrownBy(() -> schedule("late", 1));
  }

  @Test
  void shutdownNowHandsBackWhatWaits() {
    schedule("waiting", 1);

    assertThat(scheduler.shutdownNow()).hasSize(1);

    assertThat(scheduler.isTerminated()).isTrue();
  }

  private void schedule(String name, int seconds) {
    Future<?> unused = scheduler.schedule(() -> ran.add(name), seconds, TimeUnit.SECONDS);
    assertThat(unused).isNotDone();
  }
}
