package org.alknet.store.sqlite.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.alknet.core.credential.StoreException;
import org.alknet.testkit.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** The state machine of the watcher, on a timeline of its own. */
class ChangeWatcherTest {
  private static final Duration HEARTBEAT = Duration.ofMillis(250);

  private final Timeline time = new Timeline();
  private final Probe probe = new Probe();
  private final Target target = new Target();

  private ChangeWatcher watcher(ChangeWatcher.Mode mode) throws SQLException {
    ChangeWatcher watcher =
        new ChangeWatcher(
            new ChangeWatcher.Pace(mode, Duration.ofMillis(5), HEARTBEAT),
            probe,
            target,
            time,
            time::now);
    watcher.baseline();
    return watcher;
  }

  private void runFor(ChangeWatcher watcher, Duration duration) throws InterruptedException {
    long end = time.now() + duration.toNanos();
    time.at(duration, () -> {});
    while (time.now() < end) {
      watcher.step();
    }
  }

  @Test
  void anIdleStoreIsLookedAtFourTimesASecond() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);

    runFor(watcher, Duration.ofSeconds(60));

    assertThat(watcher.checks()).isBetween(239L, 241L);
    assertThat(target.beats).isBetween(239, 241);
    assertThat(target.refreshes).isEmpty();
  }

  @Test
  void theHeartbeatFindsWhatNoHintAnnounced() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    long start = time.now();
    time.at(Duration.ofMillis(10), probe::commit);

    runFor(watcher, Duration.ofMillis(400));

    assertThat(target.refreshes).hasSize(1);
    assertThat((target.refreshes.get(0).at() - start) / 1e6).isLessThanOrEqualTo(250);
    assertThat(target.misses).isEqualTo(1);
    assertThat(watcher.mode()).isEqualTo(ChangeWatcher.Mode.HINTED);
  }

  @Test
  void theThirdMissInTenMinutesSwitchesToPolling() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);

    for (int i = 0; i < 3; i++) {
      assertThat(watcher.mode()).isEqualTo(ChangeWatcher.Mode.HINTED);
      time.at(Duration.ofMillis(10), probe::commit);
      runFor(watcher, Duration.ofMinutes(3));
    }

    assertThat(watcher.mode()).isEqualTo(ChangeWatcher.Mode.POLL);
    assertThat(target.fallBacks).hasSize(1);
    long start = time.now();
    time.at(Duration.ofMillis(10), probe::commit);
    runFor(watcher, Duration.ofMillis(30));
    assertThat(target.last().at() - start).isLessThanOrEqualTo(15_000_000);
  }

  @Test
  void missesFarApartAreForgiven() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);

    for (int i = 0; i < 4; i++) {
      time.at(Duration.ofMillis(10), probe::commit);
      runFor(watcher, Duration.ofMinutes(6));
    }

    assertThat(target.misses).isEqualTo(4);
    assertThat(watcher.mode()).isEqualTo(ChangeWatcher.Mode.HINTED);
  }

  @Test
  void aHintThatComesRightAfterTheHeartbeatFoundTheChangeIsNoMiss() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    time.at(Duration.ofMillis(249), probe::commit);
    time.at(Duration.ofMillis(255), watcher::hint);

    runFor(watcher, Duration.ofSeconds(1));

    assertThat(target.refreshes).hasSize(1);
    assertThat(target.misses).isZero();
  }

  @Test
  void aCommitVisibleLongAfterItsHintIsFoundWhileLookingClosely() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    long start = time.now();
    time.at(Duration.ofMillis(20), watcher::hint);
    time.at(Duration.ofMillis(320), probe::commit);

    runFor(watcher, Duration.ofMillis(400));

    assertThat(target.refreshes).hasSize(1);
    assertThat(target.refreshes.get(0).at() - start).isBetween(320_000_000L, 325_000_000L);
    assertThat(target.misses).isZero();
  }

  @Test
  void closeLookingDecays() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    watcher.hint();

    runFor(watcher, Duration.ofMillis(100));
    long first = watcher.checks();
    runFor(watcher, Duration.ofMillis(900));
    long second = watcher.checks() - first;
    runFor(watcher, Duration.ofSeconds(4));
    long third = watcher.checks() - first - second;
    runFor(watcher, Duration.ofSeconds(1));
    long fourth = watcher.checks() - first - second - third;

    assertThat(first).isBetween(95L, 105L);
    assertThat(second).isBetween(170L, 195L);
    assertThat(third).isBetween(150L, 190L);
    assertThat(fourth).isLessThanOrEqualTo(5);
  }

  @Test
  void closeLookingEndsSoonAfterTheChangeThatExplainsTheHint() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    watcher.hint();
    time.at(Duration.ofMillis(3), probe::commit);
    runFor(watcher, Duration.ofMillis(30));
    long checks = watcher.checks();

    runFor(watcher, Duration.ofSeconds(1));

    assertThat(target.refreshes).hasSize(1);
    assertThat(watcher.checks() - checks).isLessThanOrEqualTo(5);
  }

  /** The hint may be that of the next commit, whose frames are written but not yet on the disk. */
  @Test
  void aHintSinceTheLookBeforeTheChangeKeepsLookingCloselyAlive() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    watcher.hint();
    time.at(Duration.ofNanos(3_200_000), probe::commit);
    time.at(Duration.ofNanos(3_500_000), watcher::hint);
    time.at(Duration.ofMillis(60), probe::commit);
    long start = time.now();

    runFor(watcher, Duration.ofMillis(100));

    assertThat(target.refreshes).hasSize(2);
    assertThat(target.last().at() - start).isLessThanOrEqualTo(62_000_000);
  }

  @Test
  void aStormOfHintsDoesNotMakeItSpin() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    for (int i = 0; i < 10_000; i++) {
      time.at(Duration.ofNanos(i * 10_000L), watcher::hint);
    }

    runFor(watcher, Duration.ofMillis(100));

    assertThat(watcher.checks()).isLessThanOrEqualTo(110);
  }

  @Test
  void aBurstOfCommitsCostsFarFewerReadings() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    watcher.hint();
    for (int i = 0; i < 1_000; i++) {
      time.at(Duration.ofNanos(i * 20_000L), probe::commit);
    }

    runFor(watcher, Duration.ofMillis(100));

    assertThat(target.refreshes).hasSizeBetween(1, 30);
    assertThat(target.last().version()).isEqualTo(probe.version);
  }

  @Test
  void anAnswerOfBusyIsAskedAgainWithoutForgettingTheLastVersion() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    probe.failure = new SQLiteException("busy", SQLiteErrorCode.SQLITE_BUSY);
    probe.commit();
    watcher.hint();
    time.at(Duration.ofMillis(20), () -> probe.failure = null);

    runFor(watcher, Duration.ofMillis(40));

    assertThat(probe.reopened).isZero();
    assertThat(target.refreshes).hasSize(1);
    assertThat(target.refreshes.get(0).everything()).isFalse();
  }

  @Test
  void aHardErrorReconnectsAndReadsEverythingOnce() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    probe.failure = new SQLiteException("I/O", SQLiteErrorCode.SQLITE_IOERR);

    runFor(watcher, Duration.ofSeconds(1));

    assertThat(probe.reopened).isEqualTo(1);
    assertThat(target.probeFailures).isEqualTo(1);
    assertThat(target.refreshes).hasSize(1);
    assertThat(target.refreshes.get(0).everything()).isTrue();
  }

  @Test
  void aFailedReadingIsRepeatedByItselfWithGrowingPauses() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    target.failing = true;
    probe.commit();
    watcher.hint();
    long start = time.now();

    runFor(watcher, Duration.ofSeconds(20));

    List<Long> pauses = new ArrayList<>();
    for (int i = 1; i < target.attempts.size(); i++) {
      pauses.add(Math.round((target.attempts.get(i) - target.attempts.get(i - 1)) / 1e8));
    }
    assertThat(pauses).startsWith(1L, 2L, 4L, 8L, 16L, 32L, 50L);
    assertThat(target.attempts.get(0) - start).isLessThanOrEqualTo(1_000_000);
    target.failing = false;
    runFor(watcher, Duration.ofSeconds(6));
    assertThat(target.refreshes).hasSize(1);
  }

  @Test
  void manualLooksOnlyWhenAsked() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.MANUAL);
    probe.commit();
    time.at(Duration.ofHours(1), watcher::hint);
    List<CompletableFuture<Void>> looks = new ArrayList<>();
    time.at(
        Duration.ofHours(2),
        () -> {
          assertThat(target.refreshes).isEmpty();
          looks.add(watcher.look());
        });

    while (looks.isEmpty()) {
      watcher.step();
    }

    assertThat(looks.get(0)).isDone();
    assertThat(target.refreshes).hasSize(1);
    assertThat(target.beats).isZero();
  }

  @Test
  void aKickLooksAtOnceAndIsNoMiss() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    long start = time.now();
    time.at(
        Duration.ofMillis(10),
        () -> {
          probe.commit();
          watcher.kick();
        });

    runFor(watcher, Duration.ofMillis(300));

    assertThat(target.refreshes.get(0).at() - start).isEqualTo(10_000_000);
    assertThat(target.misses).isZero();
  }

  @Test
  void whoeverAsksIsToldAfterTheReadingAndOfItsFailure() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.MANUAL);
    probe.commit();
    target.failing = true;
    CompletableFuture<Void> first = watcher.look();
    CompletableFuture<Void> joined = watcher.look();
    watcher.step();
    assertThat(joined).isSameAs(first);
    assertThat(Await.failure(first, StoreException.Backend.class)).hasMessageContaining("refused");

    target.failing = false;
    CompletableFuture<Void> second = watcher.look();
    watcher.step();

    assertThat(Await.result(second)).isNull();
    assertThat(target.refreshes).hasSize(1);
  }

  @Test
  void theLossOfHintsIsAnsweredWithPolling() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    time.at(Duration.ofMillis(10), () -> watcher.lost("the directory is gone"));

    runFor(watcher, Duration.ofMillis(100));

    assertThat(watcher.mode()).isEqualTo(ChangeWatcher.Mode.POLL);
    assertThat(target.fallBacks).containsExactly("the directory is gone");
    assertThat(watcher.checks()).isGreaterThanOrEqualTo(17);
  }

  @Test
  void anUnexpectedFailureStartsTheLoopAgainTenTimes() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    target.broken = true;
    long start = time.now();
    time.at(Duration.ofSeconds(60), () -> target.broken = false);
    time.at(Duration.ofSeconds(61), watcher::stop);

    watcher.run();

    assertThat(target.deaths).hasSize(11).endsWith(false).startsWith(true);
    assertThat(target.revivals).isZero();
    assertThat(time.millisSince(start)).isEqualTo(61_000);
    assertThat(Await.failure(watcher.look(), StoreException.Backend.class))
        .hasMessageContaining("store closed");
    assertThat(probe.closed).isTrue();
  }

  @Test
  void readingTakesAtMostHalfOfTheTimeHoweverManyCommitsThereAre() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    target.millisEach = 4;
    for (int i = 1; i <= 1_000; i++) {
      time.at(Duration.ofMillis(i), probe::commit);
      time.at(Duration.ofMillis(i), watcher::kick);
    }

    runFor(watcher, Duration.ofMillis(1_100));

    assertThat(target.refreshes).hasSizeBetween(100, 127);
    assertThat(target.last().version()).isEqualTo(probe.version);
    for (int i = 1; i < target.refreshes.size(); i++) {
      assertThat(target.refreshes.get(i).at() - target.refreshes.get(i - 1).at())
          .isGreaterThanOrEqualTo(8_000_000);
    }
  }

  @Test
  void whoAsksForALookWaitsForNoRest() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    target.millisEach = 10;
    time.at(Duration.ofMillis(1), probe::commit);
    time.at(Duration.ofMillis(1), watcher::kick);
    time.at(Duration.ofMillis(12), probe::commit);
    List<CompletableFuture<Void>> looks = new ArrayList<>();
    time.at(Duration.ofMillis(12), () -> looks.add(watcher.look()));
    long start = time.now();

    runFor(watcher, Duration.ofMillis(50));

    assertThat(target.refreshes).hasSize(2);
    assertThat((target.last().at() - start) / 1e6).isLessThan(21);
    assertThat(looks.get(0)).isCompleted();
  }

  @Test
  void aLoopThatWorksAgainIsReported() throws Exception {
    ChangeWatcher watcher = watcher(ChangeWatcher.Mode.HINTED);
    target.broken = true;
    time.at(Duration.ofMillis(2_500), () -> target.broken = false);
    time.at(Duration.ofSeconds(10), watcher::stop);

    watcher.run();

    assertThat(target.deaths).containsOnly(true);
    assertThat(target.revivals).isEqualTo(1);
  }

  private static final class Probe implements VersionProbe {
    private long version = 7;
    private @Nullable SQLException failure;
    private int reopened;
    private boolean closed;

    void commit() {
      version++;
    }

    @Override
    public long version() throws SQLException {
      if (failure != null) {
        throw failure;
      }
      return version;
    }

    @Override
    public void reopen() {
      reopened++;
      failure = null;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private record Refresh(long at, boolean everything, long version) {}

  private final class Target implements ChangeWatcher.Target {
    private final List<Refresh> refreshes = new ArrayList<>();
    private final List<Long> attempts = new ArrayList<>();
    private final List<String> fallBacks = new ArrayList<>();
    private final List<Boolean> deaths = new ArrayList<>();
    private int beats;
    private int misses;
    private int probeFailures;
    private int revivals;
    private boolean failing;
    private boolean broken;
    private int millisEach;

    Refresh last() {
      return refreshes.get(refreshes.size() - 1);
    }

    @Override
    public void refresh(boolean everything, long hintedAt) throws StoreException {
      attempts.add(time.now());
      if (failing) {
        throw new StoreException.Backend("refused by the test");
      }
      refreshes.add(new Refresh(time.now(), everything, probe.version));
      time.pass(Duration.ofMillis(millisEach));
    }

    @Override
    public void heartbeat() {
      beats++;
      if (broken) {
        throw new IllegalStateException("broken by the test");
      }
    }

    @Override
    public void probeFailed(SQLException failure) {
      probeFailures++;
    }

    @Override
    public void hintMissed() {
      misses++;
    }

    @Override
    public void fellBack(String reason) {
      fallBacks.add(reason);
    }

    @Override
    public void died(Throwable failure, boolean startsAgain) {
      deaths.add(startsAgain);
    }

    @Override
    public void revived() {
      revivals++;
    }
  }
}
