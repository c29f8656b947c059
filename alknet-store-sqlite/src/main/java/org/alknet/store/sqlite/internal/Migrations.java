package org.alknet.store.sqlite.internal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.core.credential.StoreException;

/**
 * Makes a file a store of the current version, or refuses it (spec/store-sqlite.md section 10).
 * Steps are ordered, idempotent and never edited after a release.
 */
public final class Migrations {
  /** What every refusal of a foreign file says. */
  public static final String NOT_OURS = "not an alknet store";

  private static final List<String> PEER_COLUMNS =
      List.of(
          "peer_id",
          "fingerprints",
          "auth_token_hash",
          "scopes",
          "resources",
          "display_name",
          "enabled");

  private static final List<Migration> STEPS =
      List.of(new Migration(1, "create the tables", Schema.statements()));

  private static final Pattern NAME =
      Pattern.compile("^CREATE (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER) (\\w+)");

  private Migrations() {}

  /** One step; it runs inside the transaction of all of them. */
  record Migration(int to, String description, List<String> statements) {
    Migration {
      statements = List.copyOf(statements);
    }
  }

  /** Which version a file had, and which it has now. */
  public record Outcome(int from, int to) {
    /** Whether anything was changed. */
    public boolean changed() {
      return from != to;
    }
  }

  /**
   * Refuses a file that is neither empty nor ours, without changing it.
   *
   * @return the version of the file, 0 if it is to be initialised
   */
  public static int identify(Session session) throws SQLException, StoreException {
    session.execute("BEGIN");
    try {
      return check(session);
    } finally {
      session.execute("ROLLBACK");
    }
  }

  /** Brings the file to the current version in one transaction, and prunes old notifications. */
  public static Outcome migrate(Session session, long keepNotifications)
      throws SQLException, StoreException {
    return migrate(session, keepNotifications, () -> {});
  }

  /**
   * As {@link #migrate(Session, long)}.
   *
   * @param afterEach runs after every statement, for tests that end the process there
   */
  static Outcome migrate(Session session, long keepNotifications, Runnable afterEach)
      throws SQLException, StoreException {
    session.execute("BEGIN IMMEDIATE");
    try {
      int from = check(session);
      for (Migration step : STEPS) {
        if (step.to() > from) {
          for (String statement : step.statements()) {
            session.execute(statement);
            afterEach.run();
          }
        }
      }
      if (from != Schema.VERSION) {
        session.execute("PRAGMA application_id=" + Schema.APPLICATION_ID);
        afterEach.run();
        session.execute("PRAGMA user_version=" + Schema.VERSION);
        afterEach.run();
      }
      Notifications.prune(session, keepNotifications);
      session.execute("COMMIT");
      return new Outcome(from, Schema.VERSION);
    } catch (SQLException | StoreException | RuntimeException failed) {
      rollBack(session, failed);
      throw failed;
    }
  }

  /** Says what of the schema is missing or differs from ours, and what else reacts to writes. */
  public static List<String> differences(Session session) throws SQLException {
    List<String> expected = new ArrayList<>(Schema.storedForms());
    List<String> problems = new ArrayList<>();
    session.query(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
        row -> {
          boolean known = expected.remove(row.getString(4));
          boolean trigger = row.getString(1).equals("trigger");
          boolean ours =
              row.getString(2).startsWith("alknet_")
                  || row.getString(3).equals("peers")
                  || row.getString(3).equals("credentials");
          if (!known && (ours || trigger)) {
            problems.add(row.getString(1) + " " + row.getString(2) + " is not the schema's");
          }
        });
    for (String missing : expected) {
      Matcher name = NAME.matcher(missing);
      // honker may have made its table with other white space; that one is as good as ours.
      if (name.find()
          && (!name.group(1).startsWith("_honker_")
              || session.number("SELECT count(*) FROM sqlite_schema WHERE name = ?", name.group(1))
                  == 0)) {
        problems.add("missing: " + name.group(1));
      }
    }
    return problems;
  }

  private static int check(Session session) throws SQLException, StoreException {
    long application = session.number("PRAGMA application_id");
    if (application != Schema.APPLICATION_ID && (application != 0 || !emptyOrOurs(session))) {
      throw new StoreException.Backend(NOT_OURS);
    }
    long version = session.number("PRAGMA user_version");
    if (version > Schema.VERSION || version < 0) {
      throw new StoreException.Backend(
          "store schema version "
              + version
              + " is newer than this program ("
              + Schema.VERSION
              + ")");
    }
    return (int) version;
  }

  /** An empty database, one that only honker has used, or one with our table of peers. */
  private static boolean emptyOrOurs(Session session) throws SQLException {
    List<String> columns = new ArrayList<>();
    session.query("SELECT name FROM pragma_table_info('peers')", r -> columns.add(r.getString(1)));
    if (!columns.isEmpty()) {
      return columns.equals(PEER_COLUMNS);
    }
    return session.number(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
                + " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
                + " AND name NOT LIKE '\\_honker\\_%' ESCAPE '\\'")
        == 0;
  }

  static void rollBack(Session session, Exception failed) {
    try {
      session.execute("ROLLBACK");
    } catch (SQLException second) {
      // SQLite may have rolled back by itself; then there is nothing left to undo.
      failed.addSuppressed(second);
    }
  }
}
