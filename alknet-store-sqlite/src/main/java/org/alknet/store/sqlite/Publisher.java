package org.alknet.store.sqlite;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.alknet.core.credential.StoreException;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.observe.LogLine;
import org.alknet.store.sqlite.internal.ChangeWatcher;
import org.alknet.store.sqlite.internal.CredentialIndex;
import org.alknet.store.sqlite.internal.FileGuards;
import org.alknet.store.sqlite.internal.FileIdentity;
import org.alknet.store.sqlite.internal.PeerIndex;
import org.alknet.store.sqlite.internal.PeerRows;
import org.alknet.store.sqlite.internal.Session;
import org.alknet.store.sqlite.internal.Sessions;
import org.alknet.store.sqlite.internal.Snapshot;
import org.alknet.store.sqlite.internal.SnapshotReader;
import org.alknet.store.sqlite.internal.SqliteErrors;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tables into the snapshot readers see, and tells whoever waits for it. There is one way
 * to a new snapshot, whoever wrote: reading the tables again.
 *
 * <p>Reading methods are thread-safe; what {@link ChangeWatcher.Target} asks for happens on the
 * watcher's thread, which owns the reading session.
 */
final class Publisher implements ChangeWatcher.Target {
  static final String REPLACED = "database file was replaced or removed; restart the process";

  private static final Logger LOG = System.getLogger(Publisher.class.getName());
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long LARGE_WAL_BYTES = 16L << 20;
  private static final int BEATS_PER_WAL_LOOK = 64;
  private static final int MAX_LOGGED = 10;

  private final Sessions sessions;
  private final FileIdentity identity;
  private final HealthBoard health;
  private final CoreMetrics metrics;
  private final LongSupplier ticker;
  private final Optional<Duration> denyAfter;
  private final ChangeFeed changes;
  private final NotificationFeed notifications;

  private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> waiters =
      new ConcurrentSkipListMap<>();

  /** Marks of commits of this process that no snapshot includes yet. */
  private final NavigableSet<Long> ownMarks = new ConcurrentSkipListSet<>();

  /** Held while a snapshot is made, so that nobody subscribes between reading and publishing. */
  private final ReentrantLock publishing = new ReentrantLock();

  private volatile Snapshot current = Snapshot.EMPTY;
  private volatile boolean closed;
  private volatile String mode = "manual";

  private final PeerRows rows = new PeerRows();

  // Confined to the watcher's thread.
  private @Nullable Session reader;
  private boolean denied;
  private boolean warnedOfWal;
  private int beats;

  Publisher(
      Sessions sessions,
      FileIdentity identity,
      HealthBoard health,
      SqliteStoreOptions options,
      LongSupplier ticker,
      Callbacks callbacks) {
    this.sessions = sessions;
    this.identity = identity;
    this.health = health;
    this.metrics = options.metrics();
    this.denyAfter = options.denyAfter();
    this.ticker = ticker;
    this.changes = new ChangeFeed(callbacks);
    this.notifications = new NotificationFeed(callbacks);
  }

  Snapshot snapshot() {
    return current;
  }

  Subscription onChange(StoreListener listener) {
    return changes.add(listener, current);
  }

  Subscription subscribe(String channel, NotificationListener listener) {
    publishing.lock();
    try {
      return notifications.add(channel, listener, current.seen());
    } finally {
      publishing.unlock();
    }
  }

  void modeIs(ChangeWatcher.Mode value) {
    mode = value.name().toLowerCase(Locale.ROOT);
  }

  /** Announces a commit of this process before it happens; whether its mark can be waited for. */
  boolean expect(long mark) {
    ownMarks.add(mark);
    // A mark that was published already means the counter went back, or the triggers are gone.
    return mark > current.seen();
  }

  /** Takes back {@link #expect}. */
  void forget(long mark) {
    ownMarks.remove(mark);
  }

  /** Returns a stage that completes when readers see everything up to this mark. */
  CompletableFuture<Void> await(long mark) {
    CompletableFuture<Void> waiter =
        waiters.computeIfAbsent(mark, missing -> new CompletableFuture<>());
    if (closed || current.seen() >= mark) {
      release(mark);
    }
    return waiter;
  }

  /** The first reading, which has to succeed; it loads classes as well, and may take its time. */
  void load() throws StoreException {
    long unused = read(true, ticker.getAsLong());
  }

  @Override
  public void refresh(boolean everything, long hintedAt) throws StoreException {
    long nanos = read(everything, hintedAt);
    if (nanos > SLOW_NANOS) {
      LOG.log(
          Level.WARNING,
          LogLine.event("store_refresh_slow")
              .field("millis", Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos)))
              .field("peers", Integer.toString(current.peers().size()))
              .toString());
    }
  }

  /** Reads what changed and publishes it; returns how long that took. */
  private long read(boolean everything, long hintedAt) throws StoreException {
    long start = ticker.getAsLong();
    try {
      if (!identity.isUnchanged()) {
        health.raise(HealthBoard.Cause.REPLACED, REPLACED);
        throw new StoreException.Backend(REPLACED);
      }
      publish(everything || denied);
    } catch (SQLException failed) {
      throw refreshFailed(failed);
    } catch (IOException failed) {
      health.raise(HealthBoard.Cause.REFRESH, "cannot refresh: the file cannot be looked at");
      throw new StoreException.Backend("cannot look at the file", failed);
    }
    denied = false;
    health.clear(HealthBoard.Cause.REFRESH);
    health.clear(HealthBoard.Cause.LAG);
    long end = ticker.getAsLong();
    metrics.count("store_refresh_total", Map.of("result", "ok"), 1);
    metrics.time("store_refresh_seconds", Map.of(), end - start);
    metrics.time("store_wake_seconds", Map.of("mode", mode), end - hintedAt);
    return end - start;
  }

  private StoreException refreshFailed(SQLException failed) {
    metrics.count("store_refresh_total", Map.of("result", "failed"), 1);
    StoreException reason = SqliteErrors.of(failed);
    if (SqliteErrors.isBroken(failed)) {
      health.raise(HealthBoard.Cause.DAMAGED, "the file is damaged: " + reason.getMessage());
    }
    health.raise(HealthBoard.Cause.REFRESH, "cannot refresh: " + reason.getMessage());
    LOG.log(Level.ERROR, "event=store_refresh_failed", reason);
    if (!SqliteErrors.isBusy(failed)) {
      closeReader();
    }
    return reason;
  }

  private void publish(boolean everything) throws SQLException {
    Session session = reader;
    if (session == null) {
      session = sessions.reader();
      reader = session;
    }
    Snapshot before;
    SnapshotReader.Reading reading;
    publishing.lock();
    try {
      before = current;
      reading =
          new SnapshotReader(session, rows).read(before, everything, notifications.channels());
      replace(reading.snapshot());
    } finally {
      publishing.unlock();
    }
    metrics.count("store_tables_read_total", Map.of(), reading.tables());
    announce(before, reading.snapshot());
    if (reading.wentBack()) {
      waiters.keySet().forEach(this::release);
      notifications.restarted();
    } else {
      notifications.published(reading.entries());
    }
  }

  private void replace(Snapshot next) {
    publishing.lock();
    try {
      if (!closed) {
        current = next;
      }
    } finally {
      publishing.unlock();
    }
  }

  private void announce(Snapshot before, Snapshot next) {
    StoreChange.Source source = sourceOf(next.seen());
    changes.published(next, source);
    reportRows(before, next);
    waiters.headMap(next.seen(), true).keySet().forEach(this::release);
    metrics.gauge("store_generation", Map.of(), next.generation());
    metrics.gauge("store_rows", Map.of("table", "peers"), next.peers().size());
    metrics.gauge("store_rows", Map.of("table", "credentials"), next.credentials().all().size());
    metrics.gauge("store_bad_rows", Map.of(), next.badRows().size());
    if (before.generation() > 0) {
      logChange(Differences.between(before, next, source));
    }
  }

  private StoreChange.Source sourceOf(long seen) {
    NavigableSet<Long> included = ownMarks.headSet(seen, true);
    boolean local = !included.isEmpty();
    included.clear();
    return local ? StoreChange.Source.LOCAL : StoreChange.Source.EXTERNAL;
  }

  private void release(long mark) {
    CompletableFuture<Void> waiter = waiters.remove(mark);
    if (waiter != null) {
      waiter.complete(null);
    }
  }

  private void reportRows(Snapshot before, Snapshot next) {
    List<String> bad = next.badRows();
    if (bad.isEmpty()) {
      health.clear(HealthBoard.Cause.BAD_ROWS);
      return;
    }
    health.raise(HealthBoard.Cause.BAD_ROWS, bad.size() + " unclear rows are left out");
    if (!bad.equals(before.badRows())) {
      bad.stream()
          .limit(MAX_LOGGED)
          .forEach(
              row ->
                  LOG.log(
                      Level.ERROR, LogLine.event("store_bad_row").field("row", row).toString()));
    }
  }

  private static void logChange(StoreChange change) {
    if (change.isEmpty() || !LOG.isLoggable(Level.INFO)) {
      return;
    }
    LogLine line =
        LogLine.event("store_changed")
            .field("source", change.source().name().toLowerCase(Locale.ROOT))
            .field("generation", Long.toString(change.generation()));
    ids(line, "added", change.added());
    ids(line, "removed", change.removed());
    ids(line, "disabled", change.disabled());
    ids(line, "enabled", change.enabled());
    ids(line, "recredentialed", change.recredentialed());
    ids(line, "rescoped", change.rescoped());
    ids(line, "providers_added", change.providersAdded());
    ids(line, "providers_replaced", change.providersReplaced());
    ids(line, "providers_removed", change.providersRemoved());
    LOG.log(Level.INFO, line.toString());
  }

  private static void ids(LogLine line, String name, Set<String> ids) {
    if (!ids.isEmpty()) {
      List<String> first = ids.stream().sorted().limit(MAX_LOGGED).toList();
      line.field(name, ids.size() + ":" + String.join(",", first));
    }
  }

  @Override
  public void heartbeat() {
    try {
      if (!identity.isUnchanged()) {
        if (health.writesRefusedBecause().isEmpty()) {
          LOG.log(Level.ERROR, "event=store_file_replaced");
        }
        health.raise(HealthBoard.Cause.REPLACED, REPLACED);
      }
      if (beats++ % BEATS_PER_WAL_LOOK == 0) {
        lookAtWal();
      }
    } catch (IOException failed) {
      LOG.log(Level.DEBUG, "the file cannot be looked at", failed);
    }
    denyIfStale();
  }

  private void lookAtWal() throws IOException {
    Path wal = FileGuards.sibling(sessions.file(), "-wal");
    boolean large = Files.exists(wal) && Files.size(wal) > LARGE_WAL_BYTES;
    if (large && !warnedOfWal) {
      LOG.log(
          Level.WARNING,
          LogLine.event("store_wal_large")
              .field("bytes", Long.toString(Files.size(wal)))
              .toString());
    }
    warnedOfWal = large;
  }

  /** Under {@code deny_after}, whoever may have been revoked meanwhile is no longer let in. */
  private void denyIfStale() {
    OptionalLong since = health.staleSince();
    if (denied || denyAfter.isEmpty() || since.isEmpty()) {
      return;
    }
    if (ticker.getAsLong() - since.getAsLong() < denyAfter.get().toNanos()) {
      return;
    }
    LOG.log(Level.ERROR, "event=store_denies reason=stale");
    denied = true;
    Snapshot before = current;
    Snapshot nobody =
        new Snapshot(
            PeerIndex.EMPTY,
            CredentialIndex.EMPTY,
            before.seen(),
            before.generation() + 1,
            List.of(),
            List.of());
    replace(nobody);
    announce(before, nobody);
  }

  @Override
  public void probeFailed(SQLException failure) {
    if (SqliteErrors.isBroken(failure)) {
      health.raise(
          HealthBoard.Cause.DAMAGED,
          "the file is damaged: " + SqliteErrors.of(failure).getMessage());
    }
    LOG.log(Level.WARNING, "event=store_probe_failed", SqliteErrors.of(failure));
  }

  @Override
  public void hintMissed() {
    metrics.count("store_hint_miss_total", Map.of(), 1);
    LOG.log(Level.WARNING, "event=store_hint_missed");
  }

  @Override
  public void fellBack(String reason) {
    modeIs(ChangeWatcher.Mode.POLL);
    LOG.log(Level.WARNING, LogLine.event("store_watch_polls").field("reason", reason).toString());
  }

  @Override
  public void died(Throwable failure, boolean startsAgain) {
    health.raise(
        HealthBoard.Cause.WATCHER,
        startsAgain ? "the watcher starts again" : "the watcher has ended; restart the process");
  }

  @Override
  public void revived() {
    health.clear(HealthBoard.Cause.WATCHER);
  }

  /** Forgets everything: from now on nobody is known. */
  void close() {
    publishing.lock();
    try {
      closed = true;
      current = Snapshot.EMPTY;
    } finally {
      publishing.unlock();
    }
    waiters.keySet().forEach(this::release);
  }

  /** Closes the reading session, on the thread that used it or after its end. */
  void closeReader() {
    Session last = reader;
    reader = null;
    if (last != null) {
      try {
        last.close();
      } catch (SQLException failed) {
        LOG.log(Level.DEBUG, "the reader did not close", failed);
      }
    }
  }
}
