package org.alknet.store.sqlite.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * The way from a path to an open store: guards, creation, identification, journal mode, migration,
 * check, in this order (spec/store-sqlite.md section 10). Nothing of a foreign file is changed.
 */
public final class StoreFile {
  private static final int WAL_ATTEMPTS = 10;
  private static final long WAL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private StoreFile() {}

  /**
   * What is asked for.
   *
   * @param create whether a missing file is created
   * @param readOnly whether nothing may be changed
   * @param maxPages size beyond which the disk counts as full, 0 for none
   */
  public record Request(
      Path database,
      boolean create,
      boolean readOnly,
      boolean full,
      Duration busyTimeout,
      boolean allowNetworkFs,
      long keepNotifications,
      long maxPages) {}

  /**
   * An open store.
   *
   * @param sessions opens further sessions of it
   * @param writer absent if it is read-only; belongs to the caller
   * @param identity of the file behind the sessions
   * @param migration what was done to the schema
   */
  public record Opened(
      Sessions sessions,
      @Nullable Session writer,
      FileIdentity identity,
      Migrations.Outcome migration) {}

  /** Opens a store. */
  public static Opened open(Request request) throws StoreException {
    Path absolute = request.database().toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null) {
      throw new StoreException.Backend("not a file: " + absolute);
    }
    FileGuards.prepareDirectory(parent, request.create());
    Path file = FileGuards.resolve(absolute);
    Path directory = Objects.requireNonNull(file.getParent());
    FileGuards.requireLocal(directory, request.allowNetworkFs());
    if (!Files.exists(file)) {
      if (!request.create()) {
        throw new StoreException.Backend("no store at " + file);
      }
      FileGuards.requireOwnDirectory(directory);
      FileGuards.create(file);
    }
    for (Path each : FileGuards.files(file)) {
      FileGuards.check(each);
    }
    NativeLibrary.load(directory);
    Sessions sessions =
        new Sessions(
            file, request.full(), request.busyTimeout(), request.readOnly(), request.maxPages());
    try {
      FileIdentity identity = FileIdentity.of(file);
      Opened opened =
          request.readOnly()
              ? openReadOnly(sessions, identity)
              : openWriter(sessions, identity, request.keepNotifications());
      return opened;
    } catch (IOException failed) {
      throw new StoreException.Backend("cannot use " + file, failed);
    } catch (SQLException failed) {
      throw SqliteErrors.isNotADatabase(failed)
          ? new StoreException.Backend(Migrations.NOT_OURS, failed)
          : SqliteErrors.of(failed);
    }
  }

  private static Opened openWriter(Sessions sessions, FileIdentity identity, long keep)
      throws SQLException, StoreException {
    Session writer = sessions.writer();
    try {
      Migrations.identify(writer);
      useWal(writer);
      Migrations.Outcome migration = Migrations.migrate(writer, keep);
      quickCheck(writer);
      return new Opened(sessions, writer, identity, migration);
    } catch (SQLException | StoreException | RuntimeException failed) {
      close(writer, failed);
      throw failed;
    }
  }

  private static Opened openReadOnly(Sessions sessions, FileIdentity identity)
      throws SQLException, StoreException {
    try (Session reader = sessions.reader()) {
      int version = Migrations.identify(reader);
      if (version != Schema.VERSION) {
        throw new StoreException.Backend(
            "store schema version "
                + version
                + " is older than this program ("
                + Schema.VERSION
                + ") and is not changed when opened read-only");
      }
      quickCheck(reader);
      return new Opened(sessions, null, identity, new Migrations.Outcome(version, version));
    }
  }

  /** Switching the mode does not always wait for a lock, so it is tried again. */
  private static void useWal(Session writer) throws SQLException, StoreException {
    Parker pause = Parker.system();
    for (int attempt = 1; ; attempt++) {
      try {
        String mode = writer.text("PRAGMA journal_mode=WAL");
        if (!mode.equals("wal")) {
          throw new StoreException.Backend("journal mode wal refused, it stays " + mode);
        }
        return;
      } catch (SQLException failed) {
        if (!SqliteErrors.isBusy(failed) || attempt == WAL_ATTEMPTS) {
          throw failed;
        }
        try {
          pause.park(WAL_PAUSE_NANOS);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new StoreException.Backend("interrupted while opening", interrupted);
        }
      }
    }
  }

  private static void quickCheck(Session session) throws SQLException, StoreException {
    String verdict = session.text("PRAGMA quick_check(1)");
    if (!verdict.equals("ok")) {
      throw new StoreException.Backend("damaged: " + verdict);
    }
  }

  private static void close(Session session, Exception failed) {
    try {
      session.close();
    } catch (SQLException second) {
      failed.addSuppressed(second);
    }
  }
}
