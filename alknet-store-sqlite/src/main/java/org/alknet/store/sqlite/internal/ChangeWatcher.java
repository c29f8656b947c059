package org.alknet.store.sqlite.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to look at the version of the file, and has the tables read again when it moved
 * (spec/store-sqlite.md section 6).
 *
 * <p>The version is the only evidence. Hints, kicks and the clock merely choose the moments of
 * looking: were every hint lost, the heartbeat would still find every change. A hint comes when
 * frames are <em>written</em>, but a commit is visible only after the disk has them, which raises
 * no event; so a hint begins a while of close looking whose pace decays: every millisecond, then
 * every 5, then every 25. The version is remembered <em>before</em> the tables are read, and a
 * reading that failed is repeated by itself.
 *
 * <p>{@link #hint}, {@link #kick}, {@link #look} and {@link #stop} are thread-safe; everything else
 * is confined to the thread in {@link #run}.
 */
public final class ChangeWatcher implements DirectoryHint.Sink {
  private static final Logger LOG = System.getLogger(ChangeWatcher.class.getName());
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long FIRST_RETRY = 100 * MILLISECOND;
  private static final long LAST_RETRY = 5_000 * MILLISECOND;

  /** A burst of commits is read at intervals: a reading is followed by a rest as long as itself. */
  private static final long LONGEST_REST = 10 * MILLISECOND;

  private static final long RESTART_PAUSE = 1_000 * MILLISECOND;
  private static final int MAX_RESTARTS = 10;

  /** How looking is timed. */
  public enum Mode {
    /** Directory events and a heartbeat. */
    HINTED,
    /** A fixed interval. */
    POLL,
    /** Only when asked. */
    MANUAL
  }

  /** What is done about changes; called on the watcher's thread. */
  public interface Target {
    /**
     * Reads the tables and publishes them.
     *
     * @param everything whether the rows of notifications cannot be relied upon to name the tables
     * @param hintedAt when the first hint of this change came, or the time it was found
     * @throws StoreException if it could not be done; it will be tried again
     */
    void refresh(boolean everything, long hintedAt) throws StoreException;

    /** Called once each heartbeat, whatever was found. */
    void heartbeat();

    /** The file could not be asked for its version. */
    void probeFailed(SQLException failure);

    /** A heartbeat found what no hint had announced. */
    void hintMissed();

    /** From now on the file is polled. */
    void fellBack(String reason);

    /** An unexpected failure ended the loop for the given time; it starts again, or not. */
    void died(Throwable failure, boolean startsAgain);

    /** The loop works again after {@link #died}. */
    void revived();
  }

  /**
   * The times.
   *
   * @param mode how to begin
   * @param poll interval of {@link Mode#POLL}
   * @param heartbeat longest time between two looks in {@link Mode#HINTED}
   */
  public record Pace(Mode mode, Duration poll, Duration heartbeat) {}

  private final VersionProbe probe;
  private final Target target;
  private final Parker parker;
  private final LongSupplier ticker;
  private final long poll;
  private final long heartbeat;

  private final AtomicBoolean hinted = new AtomicBoolean();
  private final AtomicBoolean kicked = new AtomicBoolean();
  private final AtomicReference<@Nullable String> lost = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<Void>> asked = new AtomicReference<>();
  private final AtomicLong checks = new AtomicLong();
  private volatile boolean stopped;
  private volatile boolean sleepingLong;
  private volatile boolean resting;
  private volatile Mode mode;

  private long restUntil;
  private long last;
  private long lastBeat;
  private long lastCheck;
  private boolean lookAgain;

  private final CloseLook close = new CloseLook();

  /** Whether the hint at {@link #pendingSince} has not been explained yet. */
  private boolean hintWaits;

  private boolean pending;
  private boolean everything;
  private long pendingSince;
  private int failures;
  private long retryAt;

  private final HintMisses misses = new HintMisses();
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private int deaths;
  private boolean dead;

  /** Prepares a watcher; the probe belongs to it from now on. */
  public ChangeWatcher(
      Pace pace, VersionProbe probe, Target target, Parker parker, LongSupplier ticker) {
    this.mode = pace.mode();
    this.poll = pace.poll().toNanos();
    this.heartbeat = pace.heartbeat().toNanos();
    this.probe = probe;
    this.target = target;
    this.parker = parker;
    this.ticker = ticker;
  }

  /** Takes the version from which changes count. Comes before the first reading of the tables. */
  public void baseline() throws SQLException {
    last = probe.version();
    lastBeat = ticker.getAsLong();
    lastCheck = lastBeat;
    restUntil = lastBeat;
  }

  /** Returns how looking is timed now. */
  public Mode mode() {
    return mode;
  }

  /** Returns how often the version was read. */
  public long checks() {
    return checks.get();
  }

  /** Gives up hints before the start, because they could not be proved. */
  public void doNotTrustHints() {
    mode = Mode.POLL;
  }

  @Override
  public void hint() {
    hinted.set(true);
    // While it looks every few milliseconds anyway, a storm of events must not make it spin.
    if (sleepingLong) {
      parker.unpark();
    }
  }

  @Override
  public void lost(String reason) {
    lost.set(reason);
    parker.unpark();
  }

  /** Has it look at once, because this process has committed something. */
  public void kick() {
    kicked.set(true);
    if (!resting) {
      parker.unpark();
    }
  }

  /** Has it look at once; the stage completes when what was committed before is published. */
  public CompletableFuture<Void> look() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> joined =
        asked.updateAndGet(earlier -> earlier != null ? earlier : mine);
    if (stopped && joined != null && asked.compareAndSet(joined, null)) {
      joined.completeExceptionally(new StoreException.Backend(WriterLoop.CLOSED));
    }
    parker.unpark();
    return joined != null ? joined : mine;
  }

  /** Ends {@link #run}; whoever waits for a look is told. */
  public void stop() {
    stopped = true;
    parker.unpark();
  }

  /** Looks until stopped. A failure that nobody expected ends it for a second, ten times. */
  public void run() {
    while (!stopped) {
      try {
        if (dead) {
          parker.park(heartbeat);
          target.heartbeat();
          failAsked("the watcher has ended");
        } else {
          step();
          if (deaths > 0) {
            deaths = 0;
            target.revived();
          }
        }
      } catch (InterruptedException interrupted) {
        stopped = true;
      } catch (RuntimeException | Error unexpected) {
        rest(unexpected);
      }
    }
    failAsked(WriterLoop.CLOSED);
    try {
      probe.close();
    } catch (SQLException failed) {
      LOG.log(Level.DEBUG, "the probe did not close", failed);
    }
  }

  private void rest(Throwable unexpected) {
    if (!dead) {
      deaths++;
      dead = deaths > MAX_RESTARTS;
      LOG.log(Level.ERROR, "event=store_watcher_died attempt=" + deaths, unexpected);
      target.died(unexpected, !dead);
    }
    try {
      parker.park(RESTART_PAUSE);
    } catch (InterruptedException interrupted) {
      stopped = true;
    }
  }

  private void failAsked(String reason) {
    CompletableFuture<Void> late = asked.getAndSet(null);
    if (late != null) {
      waiting.add(late);
    }
    finishWaiting(new StoreException.Backend(reason));
  }

  /** Waits for a reason to look, and looks. */
  void step() throws InterruptedException {
    waitForReason();
    if (stopped) {
      return;
    }
    long now = ticker.getAsLong();
    takeLoss();
    boolean kick = kicked.getAndSet(false);
    boolean hint = takeHint(now);
    boolean asks = takeAsked();
    boolean beat = mode != Mode.MANUAL && now - lastBeat >= heartbeat;
    if (beat) {
      lastBeat = now;
      target.heartbeat();
    }
    boolean due = pending && now - retryAt >= 0;
    if (mode == Mode.POLL || close.isOn() || lookAgain || kick || hint || asks || beat || due) {
      boolean announced = kick || asks || close.isOn() || mode != Mode.HINTED;
      check(now, announced);
      if (pending && (failures == 0 || due || asks)) {
        refresh(now);
      }
    }
    if (!lookAgain && !pending) {
      finishWaiting(null);
    }
    countMiss(now);
  }

  /** Lets a reading be followed by as long a rest, for as long as nobody asks for a look. */
  private void takeARest() throws InterruptedException {
    resting = true;
    try {
      long left = restUntil - ticker.getAsLong();
      while (left > 0 && !stopped && asked.get() == null) {
        parker.park(left);
        left = restUntil - ticker.getAsLong();
      }
    } finally {
      resting = false;
    }
  }

  private void waitForReason() throws InterruptedException {
    takeARest();
    long delay = delay(ticker.getAsLong());
    sleepingLong = delay > MILLISECOND;
    try {
      boolean reason =
          stopped
              || kicked.get()
              || asked.get() != null
              || lost.get() != null
              || (sleepingLong && hinted.get());
      if (!reason) {
        parker.park(delay);
      }
    } finally {
      sleepingLong = false;
    }
  }

  private long delay(long now) {
    if (lookAgain) {
      return MILLISECOND;
    }
    long delay = Long.MAX_VALUE;
    if (mode == Mode.POLL) {
      delay = poll;
    } else if (mode == Mode.HINTED) {
      delay = Math.max(0, lastBeat + heartbeat - now);
      delay = Math.min(delay, closeLook(now));
    }
    return pending ? Math.min(delay, Math.max(MILLISECOND, retryAt - now)) : delay;
  }

  private long closeLook(long now) {
    long delay = close.delay(now);
    if (!close.isOn()) {
      hintWaits = false;
    }
    return delay;
  }

  private void takeLoss() {
    String reason = lost.getAndSet(null);
    if (reason != null && mode == Mode.HINTED) {
      fallBack(reason);
    }
  }

  private void fallBack(String reason) {
    mode = Mode.POLL;
    close.end();
    target.fellBack(reason);
  }

  private boolean takeHint(long now) {
    if (!hinted.getAndSet(false) || mode != Mode.HINTED) {
      return false;
    }
    if (!hintWaits) {
      hintWaits = true;
      pendingSince = now;
    }
    close.begin(now);
    misses.explained();
    return true;
  }

  private boolean takeAsked() {
    CompletableFuture<Void> one = asked.getAndSet(null);
    if (one != null) {
      waiting.add(one);
    }
    return !waiting.isEmpty();
  }

  private void check(long now, boolean announced) {
    long before = lastCheck;
    lastCheck = now;
    checks.incrementAndGet();
    lookAgain = false;
    long version;
    try {
      version = probe.version();
    } catch (SQLException failed) {
      if (SqliteErrors.isBusy(failed)) {
        // A new connection would take the present version for its first and miss this change.
        lookAgain = true;
      } else {
        reconnect(now, failed);
      }
      return;
    }
    if (version == last) {
      return;
    }
    last = version;
    if (!pending && !hintWaits) {
      pendingSince = now;
    }
    pending = true;
    if (!announced) {
      misses.suspect(now);
    }
    close.found(now, before);
  }

  private void reconnect(long now, SQLException failure) {
    target.probeFailed(failure);
    pending = true;
    everything = true;
    try {
      probe.reopen();
      last = probe.version();
    } catch (SQLException again) {
      LOG.log(Level.DEBUG, "the probe cannot be opened", again);
      backOff(now);
    }
  }

  private void refresh(long now) {
    try {
      target.refresh(everything, pendingSince);
      pending = false;
      everything = false;
      failures = 0;
      hintWaits = false;
      long over = ticker.getAsLong();
      restUntil = over + Math.min(LONGEST_REST, over - now);
    } catch (StoreException failed) {
      backOff(now);
      finishWaiting(failed);
    }
  }

  private void backOff(long now) {
    failures++;
    long pause = Math.min(LAST_RETRY, FIRST_RETRY << Math.min(failures - 1, 10));
    retryAt = now + pause;
  }

  private void countMiss(long now) {
    if (misses.count(now)) {
      target.hintMissed();
      if (misses.areTooMany() && mode == Mode.HINTED) {
        fallBack("directory events were missed " + HintMisses.TOO_MANY + " times");
      }
    }
  }

  private void finishWaiting(@Nullable StoreException failure) {
    List<CompletableFuture<Void>> done = List.copyOf(waiting);
    waiting.clear();
    for (CompletableFuture<Void> one : done) {
      if (failure == null) {
        one.complete(null);
      } else {
        one.completeExceptionally(failure);
      }
    }
  }
}
