package org.alknet.store.sqlite.internal;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.alknet.core.credential.StoreException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * Opens the connections of a store, each with the pragmas its purpose asks for
 * (spec/store-sqlite.md section 8). Extension loading is off everywhere.
 *
 * <p>Immutable.
 */
public final class Sessions {
  private static final boolean MAC =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");

  private final Path file;
  private final boolean full;
  private final Duration busyTimeout;
  private final boolean readOnly;
  private final long maxPages;

  /**
   * Remembers how to open.
   *
   * @param full whether a commit waits until the disk has it
   * @param busyTimeout how long a statement waits for a lock
   * @param readOnly whether even readers may change nothing, side files apart
   * @param maxPages size beyond which the disk counts as full, 0 for none
   */
  public Sessions(Path file, boolean full, Duration busyTimeout, boolean readOnly, long maxPages) {
    this.file = file;
    this.full = full;
    this.busyTimeout = busyTimeout;
    this.readOnly = readOnly;
    this.maxPages = maxPages;
  }

  /** Returns the database file. */
  public Path file() {
    return file;
  }

  /** Opens for writing; the journal mode is left to the caller. */
  public Session writer() throws SQLException {
    Session session =
        with(
            open(file, false, busyTimeout),
            "synchronous=" + (full ? "FULL" : "NORMAL"),
            "foreign_keys=ON",
            "secure_delete=ON",
            "wal_autocheckpoint=1000");
    if (maxPages > 0) {
      with(session, "max_page_count=" + maxPages);
    }
    return full && MAC ? with(session, "fullfsync=ON") : session;
  }

  /** Opens for reading tables. */
  public Session reader() throws SQLException {
    return queryOnly(busyTimeout);
  }

  /** Opens for reading {@code data_version}, which never waits. */
  public Session watcher() throws SQLException {
    return queryOnly(Duration.ZERO);
  }

  /** Opens for work on the file as a whole, such as a backup. */
  public Session maintenance() throws SQLException {
    return open(file, readOnly, busyTimeout);
  }

  /** Opens any database file read-only, such as a backup. */
  public static Session readOnly(Path file) throws SQLException {
    return open(file, true, Duration.ofSeconds(1));
  }

  /** Does with an empty database in memory what is done with a store, so that its classes load. */
  public static void rehearse() throws SQLException, StoreException {
    try (Session session = open(":memory:", false, Duration.ZERO)) {
      List<String> unused = ColumnJson.strings("row", session.text("SELECT ?", "[\"a\"]"));
    }
  }

  private Session queryOnly(Duration timeout) throws SQLException {
    return with(open(file, readOnly, timeout), "query_only=ON");
  }

  private static Session open(Path file, boolean readOnly, Duration timeout) throws SQLException {
    return open(file.toString(), readOnly, timeout);
  }

  private static Session open(String path, boolean readOnly, Duration timeout) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setBusyTimeout(Math.toIntExact(timeout.toMillis()));
    config.enableLoadExtension(false);
    if (readOnly) {
      config.setReadOnly(true);
    } else {
      // The file is always created beforehand, with its permissions.
      config.resetOpenMode(SQLiteOpenMode.CREATE);
    }
    Session session =
        new Session(new JDBC4Connection("jdbc:sqlite:" + path, path, config.toProperties()));
    return with(session, "trusted_schema=OFF", "cell_size_check=ON", "temp_store=MEMORY");
  }

  private static Session with(Session session, String... pragmas) throws SQLException {
    try {
      for (String pragma : pragmas) {
        session.execute("PRAGMA " + pragma);
      }
      return session;
    } catch (SQLException failed) {
      try {
        session.close();
      } catch (SQLException second) {
        failed.addSuppressed(second);
      }
      throw failed;
    }
  }
}
