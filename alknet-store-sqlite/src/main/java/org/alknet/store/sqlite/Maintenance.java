package org.alknet.store.sqlite;

import java.io.File;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.alknet.core.credential.StoreException;
import org.alknet.core.observe.LogLine;
import org.alknet.store.sqlite.internal.FileGuards;
import org.alknet.store.sqlite.internal.Migrations;
import org.alknet.store.sqlite.internal.Notifications;
import org.alknet.store.sqlite.internal.PeerRows;
import org.alknet.store.sqlite.internal.Schema;
import org.alknet.store.sqlite.internal.Session;
import org.alknet.store.sqlite.internal.Sessions;
import org.alknet.store.sqlite.internal.Snapshot;
import org.alknet.store.sqlite.internal.SnapshotReader;
import org.alknet.store.sqlite.internal.SqliteErrors;

/**
 * Backups, restores and checks, each on a session of its own (spec/store-sqlite.md section 16).
 * Copies are made by SQLite; the files of the store are never opened.
 *
 * <p>Thread-safe; blocks its caller.
 */
final class Maintenance {
  private static final Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final long LARGE_WAL_BYTES = 16L << 20;
  private static final int MAX_FINDINGS = 20;
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final Sessions sessions;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Maintenance(Sessions sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  BackupReport backup(Path to, boolean overwrite) throws StoreException {
    Path target = to.toAbsolutePath().normalize();
    FileGuards.requirePlain(target);
    refuseOwnFiles(target);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) && !overwrite) {
      throw new StoreException.Backend(target + " exists and is not overwritten");
    }
    Path partial = target.resolveSibling("." + target.getFileName() + "." + randomName());
    try {
      if (!FileGuards.create(partial)) {
        throw new StoreException.Backend("cannot create " + partial);
      }
      try (Session session = sessions.maintenance()) {
        session.update("VACUUM INTO ?", partial.toString());
      }
      force(partial, StandardOpenOption.WRITE);
      BackupReport report = verify(partial, target);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      force(Objects.requireNonNull(target.getParent()), StandardOpenOption.READ);
      return report;
    } catch (SQLException failed) {
      throw SqliteErrors.of(failed);
    } catch (IOException failed) {
      throw new StoreException.Backend(
          "cannot write " + target + ": " + failed.getMessage(), failed);
    } finally {
      discard(partial);
    }
  }

  /** Checks that a file can be restored. */
  Path verifySource(Path from) throws StoreException {
    Path source = from.toAbsolutePath().normalize();
    FileGuards.requirePlain(source);
    refuseOwnFiles(source);
    if (!Files.isRegularFile(source)) {
      throw new StoreException.Backend("no backup at " + source);
    }
    try (Session session = Sessions.readOnly(source)) {
      if (Migrations.identify(session) == 0) {
        throw new StoreException.Backend(Migrations.NOT_OURS);
      }
      requireIntegrity(session);
      return source;
    } catch (SQLException failed) {
      throw SqliteErrors.isBroken(failed)
          ? new StoreException.Backend(Migrations.NOT_OURS, failed)
          : SqliteErrors.of(failed);
    }
  }

  /** Writes the present state beside the store, before something replaces it. */
  Path saveBeforeRestore() throws StoreException {
    Path saved =
        FileGuards.sibling(
            sessions.file(),
            ".before-restore-" + STAMP.format(clock.instant()) + "-" + randomName() + ".bak");
    return backup(saved, false).path();
  }

  /** Replaces the pages of the store by those of a verified source; runs on the writing session. */
  long restore(Session session, Path source, long keepNotifications)
      throws SQLException, StoreException {
    session.execute("restore from '" + source + "'");
    Migrations.migrate(session, keepNotifications);
    session.execute("BEGIN IMMEDIATE");
    // Whoever only follows the notifications has to wake too.
    Notifications.insert(session, Schema.PEERS_CHANNEL, "{\"op\":\"restore\"}");
    Notifications.insert(session, Schema.CREDENTIALS_CHANNEL, "{\"op\":\"restore\"}");
    long mark = Notifications.highWaterMark(session);
    session.execute("COMMIT");
    return mark;
  }

  CheckReport check(boolean deep) throws StoreException {
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    long notifications;
    try (Session session = sessions.reader()) {
      session.query(
          (deep ? "PRAGMA integrity_check(" : "PRAGMA quick_check(") + MAX_FINDINGS + ")",
          row -> {
            if (!row.getString(1).equals("ok")) {
              problems.add("damaged: " + row.getString(1));
            }
          });
      problems.addAll(Migrations.differences(session));
      Snapshot rows =
          new SnapshotReader(session, new PeerRows())
              .read(Snapshot.EMPTY, true, Set.of())
              .snapshot();
      problems.addAll(rows.badRows());
      notifications = session.number("SELECT count(*) FROM _honker_notifications");
      warnings.addAll(aboutFiles());
    } catch (SQLException failed) {
      if (!SqliteErrors.isBroken(failed)) {
        throw SqliteErrors.of(failed);
      }
      problems.add("damaged: " + SqliteErrors.of(failed).getMessage());
      notifications = 0;
    } catch (IOException failed) {
      throw new StoreException.Backend("cannot look at the files", failed);
    }
    return new CheckReport(deep, problems, warnings, notifications);
  }

  private List<String> aboutFiles() throws IOException {
    List<String> warnings = new ArrayList<>();
    Path file = sessions.file();
    Path directory = Objects.requireNonNull(file.getParent());
    warnings.addAll(FileGuards.complaints(directory));
    for (Path each : FileGuards.files(file)) {
      warnings.addAll(FileGuards.complaints(each));
    }
    if (!Files.getOwner(file).equals(Files.getOwner(directory))) {
      warnings.add(file + " belongs to " + Files.getOwner(file) + ", its directory does not");
    }
    Path wal = FileGuards.sibling(file, "-wal");
    if (Files.exists(wal) && Files.size(wal) > LARGE_WAL_BYTES) {
      warnings.add("the WAL has " + Files.size(wal) + " bytes; is a process suspended?");
    }
    return warnings;
  }

  private static BackupReport verify(Path partial, Path target)
      throws SQLException, IOException, StoreException {
    try (Session session = Sessions.readOnly(partial)) {
      requireIntegrity(session);
      return new BackupReport(
          target,
          Files.size(partial),
          Migrations.identify(session),
          session.number("SELECT count(*) FROM peers"),
          session.number("SELECT count(*) FROM credentials"));
    }
  }

  private static void requireIntegrity(Session session) throws SQLException, StoreException {
    String verdict = session.text("PRAGMA integrity_check(1)");
    if (!verdict.equals("ok")) {
      throw new StoreException.Backend("damaged: " + verdict);
    }
  }

  /** Opening one of them, even to write over it, would release SQLite's locks. */
  private void refuseOwnFiles(Path path) throws StoreException {
    try {
      for (Path own : FileGuards.files(sessions.file())) {
        if (path.equals(own) || (Files.exists(path) && Files.exists(own) && isSame(path, own))) {
          throw new StoreException.Backend(path + " belongs to the store itself");
        }
      }
    } catch (IOException failed) {
      throw new StoreException.Backend("cannot look at " + path, failed);
    }
  }

  /** Compares by what {@code stat} says; {@code Files.isSameFile} promises no more. */
  private static boolean isSame(Path one, Path other) throws IOException {
    return Files.isSameFile(one, other);
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    if (Files.isDirectory(path) && File.separatorChar == '\\') {
      return; // Windows knows no such thing for directories.
    }
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private static void discard(Path partial) {
    try {
      Files.deleteIfExists(partial);
    } catch (IOException failed) {
      LOG.log(
          Level.WARNING,
          LogLine.event("store_leftover").field("path", partial.toString()).toString());
    }
  }

  private String randomName() {
    byte[] bytes = new byte[4];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
