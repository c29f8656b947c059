package org.alknet.vault;

import static org.alknet.vault.Vectors.ABANDON;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class IdleLockTest {
  private static final Duration IDLE = Duration.ofMinutes(5);

  private final FakeNanoTime clock = new FakeNanoTime();
  private final ManualTimer timer = new ManualTimer();
  private final RecordingLogger logger = new RecordingLogger();
  private final VaultServiceHandle vault =
      VaultServiceHandle.builder()
          .autoLockAfter(IDLE)
          .nanoTime(clock)
          .timer(timer)
          .logger(logger)
          .build();

  /** Holds at most one task, as the vault promises, and runs it when told to. */
  private static final class ManualTimer implements IdleLock.Timer {
    private final List<Runnable> pending = new ArrayList<>();
    private final List<Long> delays = new ArrayList<>();
    private int stops;

    @Override
    public void schedule(Runnable task, long delayNanos) {
      assertThat(pending).isEmpty();
      pending.add(task);
      delays.add(delayNanos);
    }

    @Override
    public void stop() {
      pending.clear();
      stops++;
    }

    void runPending() {
      pending.remove(0).run();
    }
  }

  private void unlock() {
    vault.unlock(ABANDON.toCharArray(), null);
  }

  @Test
  void locksAfterTheIdleTime() {
    unlock();
    assertThat(timer.delays).containsExactly(IDLE.toNanos());
    clock.advance(IDLE);
    timer.runPending();
    assertThat(vault.isUnlocked()).isFalse();
    assertThat(timer.stops).isEqualTo(1);
    assertThat(logger.lines())
        .containsExactly("INFO event=vault_unlocked", "INFO event=vault_locked cause=idle");
  }

  @Test
  void everyOperationStartsTheTimeAgain() {
    unlock();
    clock.advance(IDLE.minusSeconds(1));
    vault.encrypt("text", 2);
    clock.advance(Duration.ofSeconds(1));
    timer.runPending();
    assertThat(vault.isUnlocked()).isTrue();
    assertThat(timer.delays).containsExactly(IDLE.toNanos(), IDLE.minusSeconds(1).toNanos());
    clock.advance(IDLE.minusSeconds(1).minusNanos(1));
    timer.runPending();
    assertThat(vault.isUnlocked()).isTrue();
    clock.advanceNanos(1);
    timer.runPending();
    assertThat(vault.isUnlocked()).isFalse();
  }

  @Test
  void unlockingCountsAsUse() {
    unlock();
    clock.advance(IDLE.minusSeconds(1));
    timer.runPending();
    assertThat(vault.isUnlocked()).isTrue();
    assertThat(timer.delays).containsExactly(IDLE.toNanos(), Duration.ofSeconds(1).toNanos());
  }

  @Test
  void lockForgetsThePendingCheck() {
    unlock();
    vault.lock();
    assertThat(timer.pending).isEmpty();
    assertThat(timer.stops).isEqualTo(1);
  }

  @Test
  void lateCheckOfALockedVaultDoesNothing() {
    unlock();
    Runnable late = timer.pending.get(0);
    vault.lock();
    clock.advance(IDLE);
    late.run();
    assertThat(timer.pending).isEmpty();
    assertThat(logger.lines())
        .containsExactly("INFO event=vault_unlocked", "INFO event=vault_locked");
  }

  @Test
  void lateCheckNeverWatchesTheNextSeed() {
    // A check that already waited for the vault's lock used to schedule itself beside the new one.
    unlock();
    Runnable late = timer.pending.get(0);
    vault.lock();
    unlock();
    late.run();
    assertThat(timer.pending).hasSize(1);
    clock.advance(IDLE);
    late.run();
    assertThat(vault.isUnlocked()).isTrue();
    timer.runPending();
    assertThat(vault.isUnlocked()).isFalse();
  }

  @Test
  void idleTimeOfAnyLengthIsAccepted() {
    try (VaultServiceHandle patient =
        VaultServiceHandle.builder()
            .autoLockAfter(Duration.ofSeconds(Long.MAX_VALUE))
            .timer(timer)
            .build()) {
      patient.unlock(ABANDON.toCharArray(), null);
      assertThat(timer.delays).containsExactly(Long.MAX_VALUE);
    }
  }

  @Test
  void vaultsOfOneBuilderLockIndependently() throws InterruptedException {
    // They used to share a timer, so that locking one switched off the other's automatic lock.
    CountDownLatch locked = new CountDownLatch(1);
    VaultServiceHandle.Builder builder =
        VaultServiceHandle.builder().autoLockAfter(Duration.ofMillis(500)).logger(logger);
    VaultServiceHandle first = builder.build();
    VaultServiceHandle second = builder.logger(new SignallingLogger("cause=idle", locked)).build();
    first.unlock(ABANDON.toCharArray(), null);
    second.unlock(ABANDON.toCharArray(), null);
    first.lock();
    assertThat(locked.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(second.isUnlocked()).isFalse();
  }

  @Test
  void offByDefault() {
    try (VaultServiceHandle plain = VaultServiceHandle.builder().timer(timer).build()) {
      plain.unlock(ABANDON.toCharArray(), null);
      assertThat(timer.pending).isEmpty();
    }
  }

  @Test
  void daemonTimerRunsOnceAndItsThreadEndsWithStop() throws InterruptedException {
    IdleLock.DaemonTimer daemon = new IdleLock.DaemonTimer();
    CountDownLatch ran = new CountDownLatch(1);
    Thread[] runner = new Thread[1];
    daemon.schedule(
        () -> {
          runner[0] = Thread.currentThread();
          ran.countDown();
        },
        1);
    assertThat(ran.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(runner[0].isDaemon()).isTrue();
    assertThat(runner[0].getName()).isEqualTo(IdleLock.DaemonTimer.THREAD_NAME);
    daemon.stop();
    runner[0].join(20_000);
    assertThat(runner[0].isAlive()).isFalse();
    daemon.stop();
  }

  @Test
  void realTimerLocksTheVault() throws InterruptedException {
    CountDownLatch locked = new CountDownLatch(1);
    System.Logger signalling = new SignallingLogger("cause=idle", locked);
    VaultServiceHandle real =
        VaultServiceHandle.builder().autoLockAfter(Duration.ofNanos(1)).logger(signalling).build();
    real.unlock(ABANDON.toCharArray(), null);
    assertThat(locked.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(real.isUnlocked()).isFalse();
  }

  /** Opens a latch when a line with the marker arrives. */
  private static final class SignallingLogger implements System.Logger {
    private final String marker;
    private final CountDownLatch latch;

    SignallingLogger(String marker, CountDownLatch latch) {
      this.marker = marker;
      this.latch = latch;
    }

    @Override
    public String getName() {
      return "signalling";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      signal(message);
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      signal(format);
    }

    private void signal(@Nullable String line) {
      if (line != null && line.contains(marker)) {
        latch.countDown();
      }
    }
  }
}
