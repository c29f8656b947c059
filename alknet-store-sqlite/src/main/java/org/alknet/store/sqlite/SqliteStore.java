package org.alknet.store.sqlite;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.core.credential.StoreException;
import org.alknet.core.observe.LogLine;
import org.alknet.store.sqlite.internal.ChangeWatcher;
import org.alknet.store.sqlite.internal.ColumnJson;
import org.alknet.store.sqlite.internal.DataVersionProbe;
import org.alknet.store.sqlite.internal.DirectoryHint;
import org.alknet.store.sqlite.internal.FileGuards;
import org.alknet.store.sqlite.internal.NativeLibrary;
import org.alknet.store.sqlite.internal.Notifications;
import org.alknet.store.sqlite.internal.Schema;
import org.alknet.store.sqlite.internal.Session;
import org.alknet.store.sqlite.internal.Sessions;
import org.alknet.store.sqlite.internal.Snapshot;
import org.alknet.store.sqlite.internal.SqliteErrors;
import org.alknet.store.sqlite.internal.StoreFile;
import org.alknet.store.sqlite.internal.WriterLoop;
import org.jspecify.annotations.Nullable;

/**
 * Peers and encrypted credentials in one SQLite file (spec/store-sqlite.md). Any number of
 * processes of one host may have it open: what one of them commits, all of them see within
 * milliseconds.
 *
 * <pre>{@code
 * try (SqliteStore store = SqliteStore.open(dir.resolve("alknet.db"), SqliteStoreOptions.defaults())) {
 *   store.onChange(change -> endpoint.recheckIdentities());
 *   store.identities().putPeer(peer).toCompletableFuture().join();
 * }
 * }</pre>
 *
 * <p>While a store is open nothing in the process may open its three files other than through it,
 * not even to read or copy them: closing a descriptor releases the locks of the whole process
 * (section 7.3).
 *
 * <p>Thread-safe. Stages complete and listeners run on the executor of the options. Failures are
 * {@link StoreException}s.
 */
public final class SqliteStore implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SqliteStore.class.getName());
  private static final long PROOF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long JOIN_MILLIS = 5_000;
  private static final int MAX_PAYLOAD_BYTES = 1024;

  private final StoreFile.Opened file;
  private final SqliteStoreOptions options;
  private final HealthBoard health;
  private final Callbacks callbacks;
  private final Publisher publisher;
  private final ChangeWatcher watcher;
  private final DirectoryHint hint;
  private final @Nullable WriterLoop writer;
  private final Writes writes;
  private final Maintenance maintenance;
  private final SqliteIdentityProvider identities;
  private final SqliteCredentialStore credentials;
  private final Thread watching;
  private final AtomicBoolean closed = new AtomicBoolean();

  private SqliteStore(StoreFile.Opened file, SqliteStoreOptions options, Wiring wiring)
      throws StoreException {
    this.file = file;
    this.options = options;
    health = new HealthBoard(wiring.clock(), wiring.ticker(), options.metrics());
    callbacks = new Callbacks(options.executor());
    publisher =
        new Publisher(
            file.sessions(), file.identity(), health, options, wiring.ticker(), callbacks);
    hint = wiring.hints().apply(file.sessions().file());
    DataVersionProbe probe;
    try {
      probe = new DataVersionProbe(file.sessions());
      watcher =
          new ChangeWatcher(
              new ChangeWatcher.Pace(mode(options), options.pollInterval(), options.heartbeat()),
              probe,
              publisher,
              wiring.watching(),
              wiring.ticker());
    } catch (SQLException failed) {
      throw SqliteErrors.of(failed);
    }
    Session session = file.writer();
    writer =
        session == null
            ? null
            : new WriterLoop(
                file.sessions(),
                session,
                new Monitor(),
                wiring.pausing(),
                options.keepNotifications());
    writes = new Writes(writer, watcher, publisher, health, callbacks, options);
    maintenance = new Maintenance(file.sessions(), wiring.clock());
    identities = new SqliteIdentityProvider(publisher, writes);
    credentials = new SqliteCredentialStore(publisher, writes);
    watching = new Thread(watcher::run, "alknet-store-watch");
    watching.setDaemon(true);
  }

  /**
   * Loads SQLite and what reads from it, once for the process: what {@link #open} does first and
   * takes a moment. For those who have something else to do meanwhile and call this on another
   * thread. Opens no file.
   *
   * @param database the store that is going to be opened; the library is unpacked in its directory,
   *     which must be its owner's alone, unless the property {@code org.sqlite.tmpdir} names
   *     another
   * @throws StoreException if it cannot be loaded, which {@link #open} would say as well
   */
  public static void loadLibrary(Path database) throws StoreException {
    NativeLibrary.load(Objects.requireNonNull(database.toAbsolutePath().getParent()));
    try {
      Sessions.rehearse();
    } catch (SQLException failed) {
      throw SqliteErrors.of(failed);
    }
  }

  /**
   * Opens a store, loads it and begins to follow it; blocks until it answers.
   *
   * @param database the file, or where it is to be
   * @throws StoreException if there is none and none may be created, others can write it, it is not
   *     ours, newer than this program, damaged, or cannot be used; the message says what to do
   */
  public static SqliteStore open(Path database, SqliteStoreOptions options) throws StoreException {
    return open(database, options, Wiring.system());
  }

  static SqliteStore open(Path database, SqliteStoreOptions options, Wiring wiring)
      throws StoreException {
    StoreFile.Opened file =
        StoreFile.open(
            new StoreFile.Request(
                Objects.requireNonNull(database, "database"),
                options.mode() == OpenMode.CREATE,
                options.mode() == OpenMode.READ_ONLY,
                options.durability() == Durability.FULL,
                options.busyTimeout(),
                options.allowNetworkFs(),
                options.keepNotifications(),
                wiring.maxPages()));
    SqliteStore store;
    try {
      store = new SqliteStore(file, options, wiring);
    } catch (StoreException | RuntimeException failed) {
      closeWriter(file, failed);
      throw failed;
    }
    store.start();
    return store;
  }

  /** Nothing that is committed between the baseline and the load is lost: the load sees it. */
  private void start() throws StoreException {
    try {
      if (watcher.mode() == ChangeWatcher.Mode.HINTED && !trustHints()) {
        watcher.doNotTrustHints();
        LOG.log(Level.INFO, "event=store_watch_polls reason=\"no directory events\"");
      }
      publisher.modeIs(watcher.mode());
      watcher.baseline();
      publisher.load();
    } catch (SQLException | StoreException | RuntimeException failed) {
      watching.start();
      startWriter();
      close();
      if (failed instanceof SQLException sql) {
        throw SqliteErrors.of(sql);
      }
      if (failed instanceof StoreException known) {
        throw known;
      }
      throw (RuntimeException) failed;
    }
    startWriter();
    watching.start();
    logOpened();
  }

  private void startWriter() {
    if (writer != null) {
      writer.start();
    }
  }

  private boolean trustHints() {
    try {
      hint.start(watcher);
      return hint.prove(PROOF_NANOS);
    } catch (IOException failed) {
      LOG.log(Level.DEBUG, "the directory cannot be watched", failed);
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void logOpened() {
    Snapshot snapshot = publisher.snapshot();
    if (file.migration().changed()) {
      LOG.log(
          Level.INFO,
          LogLine.event("store_migrated")
              .field("from", Integer.toString(file.migration().from()))
              .field("to", Integer.toString(file.migration().to()))
              .toString());
    }
    LOG.log(
        Level.INFO,
        LogLine.event("store_opened")
            .field("path", file.sessions().file().toString())
            .field("version", Integer.toString(file.migration().to()))
            .field("peers", Integer.toString(snapshot.peers().size()))
            .field("credentials", Integer.toString(snapshot.credentials().all().size()))
            .field("watch", watcher.mode().name())
            .toString());
  }

  /** Returns the version of the tables this program writes; opening brings older ones to it. */
  public static int newestSchema() {
    return Schema.VERSION;
  }

  /** Returns the peers; the same object each time, which ends with this store. */
  public SqliteIdentityProvider identities() {
    return identities;
  }

  /** Returns the credentials; the same object each time, which ends with this store. */
  public SqliteCredentialStore credentials() {
    return credentials;
  }

  /** Tells a listener of every change from now on, whoever makes it. */
  public Subscription onChange(StoreListener listener) {
    return publisher.onChange(listener);
  }

  /**
   * Tells a listener of the notifications of a channel that are committed from now on.
   *
   * @param channel any, those of other programs included
   */
  public Subscription subscribe(String channel, NotificationListener listener) {
    return publisher.subscribe(channel, listener);
  }

  /**
   * Sends a notification to every process that listens.
   *
   * @param channel {@code peers_changed}, {@code credentials_changed} or {@code alknet_control}
   * @param jsonPayload a JSON object of at most 1 KiB, without secrets
   * @return its id; fails with {@link StoreException.Serialization} for another payload
   * @throws IllegalArgumentException for a channel that is not ours
   */
  public CompletionStage<Long> notify(String channel, String jsonPayload) {
    if (!Schema.OWN_CHANNELS.contains(channel)) {
      throw new IllegalArgumentException("not a channel of ours: " + channel);
    }
    try {
      if (jsonPayload.getBytes(StandardCharsets.UTF_8).length > MAX_PAYLOAD_BYTES
          || !ColumnJson.isObject("payload", jsonPayload)) {
        throw new StoreException.Serialization(
            "payload: not a JSON object of at most " + MAX_PAYLOAD_BYTES + " bytes", null);
      }
    } catch (StoreException refused) {
      return CompletableFuture.failedStage(refused);
    }
    return writes.number(
        "notify",
        session -> {
          Notifications.insert(session, channel, jsonPayload);
          return Notifications.highWaterMark(session);
        });
  }

  /**
   * Does all of these in one transaction, or none.
   *
   * @return completes like a single write; fails with the first failure
   */
  public CompletionStage<Void> batch(List<StoreOp> operations) {
    return writes.many("batch", operations, false);
  }

  /** Looks at the file now. The stage completes when reads see what was committed before. */
  public CompletionStage<Void> refresh() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    CompletionStage<Void> looked = watcher.look();
    looked.whenComplete(
        (nothing, failure) ->
            callbacks.execute(
                () -> {
                  if (failure == null) {
                    done.complete(null);
                  } else {
                    done.completeExceptionally(failure);
                  }
                }));
    return done.minimalCompletionStage();
  }

  /** Returns whether the store keeps its promises. Never blocks. */
  public StoreHealth health() {
    return health.health();
  }

  /** Returns what the store consists of; asks the file system for sizes. */
  public StoreInfo info() {
    Snapshot snapshot = publisher.snapshot();
    Path path = file.sessions().file();
    return new StoreInfo(
        path,
        file.migration().to(),
        size(path),
        size(FileGuards.sibling(path, "-wal")),
        snapshot.peers().size(),
        snapshot.credentials().all().size(),
        snapshot.badRows().size(),
        WatchMode.valueOf(watcher.mode().name()),
        snapshot.generation(),
        snapshot.seen());
  }

  /**
   * Writes a compact, consistent and checked copy, beside writers at work. Blocks.
   *
   * @param target a new file, created for its owner alone; confidential
   * @param overwrite whether a file of that name is replaced
   */
  public BackupReport backupTo(Path target, boolean overwrite) throws StoreException {
    requireOpen();
    return maintenance.backup(target, overwrite);
  }

  /**
   * Replaces the content by that of a backup, for every process that has the store open, and saves
   * the present content beside the store before. Blocks. Revoked peers may come back: show the
   * result to a person.
   *
   * @return the difference to the state before
   * @throws StoreException if the source is not ours, newer, or damaged; then nothing is changed
   */
  public StoreChange restoreFrom(Path source) throws StoreException {
    requireOpen();
    Path verified = maintenance.verifySource(source);
    if (writer == null) {
      throw new StoreException.Backend("store is read-only");
    }
    Path saved = maintenance.saveBeforeRestore();
    LOG.log(
        Level.INFO,
        LogLine.event("store_restore")
            .field("from", verified.toString())
            .field("saved", saved.toString())
            .toString());
    join(refresh());
    Snapshot before = publisher.snapshot();
    long keep = options.keepNotifications();
    join(writes.alone("restore", session -> maintenance.restore(session, verified, keep)));
    return Differences.between(before, publisher.snapshot(), StoreChange.Source.LOCAL);
  }

  /**
   * Checks file, schema, rows and permissions. Blocks.
   *
   * @param deep whether every index is compared with its table as well
   */
  public CheckReport check(boolean deep) throws StoreException {
    requireOpen();
    return maintenance.check(deep);
  }

  /**
   * Writes both tables as JSON lines, as reads see them now: peers in the form of the configuration
   * file, token hashes included, then credentials, still encrypted. Confidential.
   *
   * @param out flushed, not closed
   * @throws StoreException.Backend if writing fails
   */
  public void exportJson(Writer out) throws StoreException {
    requireOpen();
    try {
      JsonTransfer.write(publisher.snapshot(), out);
    } catch (IOException failed) {
      throw new StoreException.Backend("cannot write the export", failed);
    }
  }

  /**
   * Reads what {@link #exportJson} wrote, in one transaction: all of it or nothing.
   *
   * @param in read to its end on the caller's thread, not closed
   * @return completes like a single write; fails naming the line that is wrong
   */
  public CompletionStage<Void> importJson(Reader in, ImportMode mode) {
    List<StoreOp> operations;
    try {
      operations = JsonTransfer.read(in);
    } catch (StoreException refused) {
      return CompletableFuture.failedStage(refused);
    } catch (IOException failed) {
      return CompletableFuture.failedStage(
          new StoreException.Backend("cannot read the import", failed));
    }
    return writes.many("import", operations, mode == ImportMode.REPLACE);
  }

  /**
   * Ends the store: writes that wait are done as far as {@code close_timeout} allows and the rest
   * fail, then the watcher ends, and the WAL is emptied if no other process reads it. Afterwards
   * nobody is known. Again does nothing.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean interrupted = false;
    try {
      if (writer != null) {
        writer.drain(options.closeTimeout());
      }
      watcher.stop();
      watching.join(JOIN_MILLIS);
    } catch (InterruptedException early) {
      interrupted = true;
      watcher.stop();
    }
    if (!watching.isAlive()) {
      publisher.closeReader();
    }
    if (writer != null) {
      writer.closeSession();
    }
    hint.close();
    publisher.close();
    callbacks.close();
    LOG.log(
        Level.INFO,
        LogLine.event("store_closed").field("path", file.sessions().file().toString()).toString());
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Names the file. */
  @Override
  public String toString() {
    return "SqliteStore[" + file.sessions().file() + "]";
  }

  private void requireOpen() throws StoreException {
    if (closed.get()) {
      throw new StoreException.Backend(WriterLoop.CLOSED);
    }
  }

  private static ChangeWatcher.Mode mode(SqliteStoreOptions options) {
    return switch (options.watch()) {
      case AUTO, HINTED -> ChangeWatcher.Mode.HINTED;
      case POLL -> ChangeWatcher.Mode.POLL;
      case MANUAL -> ChangeWatcher.Mode.MANUAL;
    };
  }

  private static long size(Path path) {
    try {
      return Files.exists(path) ? Files.size(path) : 0;
    } catch (IOException gone) {
      return 0;
    }
  }

  private static <T extends @Nullable Object> void join(CompletionStage<T> stage)
      throws StoreException {
    try {
      stage.toCompletableFuture().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof StoreException known) {
        throw known;
      }
      throw new StoreException.Backend("internal error", failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StoreException.Backend("interrupted", interrupted);
    }
  }

  private static void closeWriter(StoreFile.Opened file, Exception failed) {
    Session session = file.writer();
    try {
      if (session != null) {
        session.close();
      }
    } catch (SQLException second) {
      failed.addSuppressed(second);
    }
  }

  /** What the writer asks before and tells after. */
  private final class Monitor implements WriterLoop.Monitor {
    @Override
    public void beforeWrite() throws StoreException {
      try {
        if (!file.identity().isUnchanged()) {
          health.raise(HealthBoard.Cause.REPLACED, Publisher.REPLACED);
        }
      } catch (IOException failed) {
        throw new StoreException.Backend("cannot look at the file", failed);
      }
      String refused = health.writesRefusedBecause().orElse("");
      if (!refused.isEmpty()) {
        throw new StoreException.Backend(refused);
      }
    }

    @Override
    public void failed(SQLException failure) {
      if (SqliteErrors.isBroken(failure)) {
        health.raise(HealthBoard.Cause.DAMAGED, "the file is damaged");
      } else if (SqliteErrors.isFull(failure)) {
        health.raise(HealthBoard.Cause.DISK, "the disk is full");
      }
    }

    @Override
    public void succeeded() {
      health.clear(HealthBoard.Cause.DISK);
    }
  }
}
