package org.alknet.store.sqlite.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Version 1 of the tables, as text (spec/store-sqlite.md section 9). The schema itself writes the
 * notifications, so that any writer wakes every process, a shell included.
 */
public final class Schema {
  /** {@code alnt}, in the header of every file of ours. */
  public static final long APPLICATION_ID = 0x616C_6E74;

  /** What this program reads and writes. */
  public static final int VERSION = 1;

  /** Channel of the table of peers. */
  public static final String PEERS_CHANNEL = "peers_changed";

  /** Channel of the table of credentials. */
  public static final String CREDENTIALS_CHANNEL = "credentials_changed";

  /** Channel of the assembly layer; reloads no table. */
  public static final String CONTROL_CHANNEL = "alknet_control";

  /** The channels that belong to us and are pruned by us. */
  public static final List<String> OWN_CHANNELS =
      List.of(PEERS_CHANNEL, CREDENTIALS_CHANNEL, CONTROL_CHANNEL);

  static final String PEERS =
      """
      CREATE TABLE IF NOT EXISTS peers (
        peer_id         TEXT PRIMARY KEY NOT NULL CHECK (length(peer_id) BETWEEN 1 AND 255),
        fingerprints    TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(fingerprints) AND json_type(fingerprints) = 'array'),
        auth_token_hash TEXT,
        scopes          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(scopes) AND json_type(scopes) = 'array'),
        resources       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(resources) AND json_type(resources) = 'object'),
        display_name    TEXT,
        enabled         INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1))
      ) STRICT""";

  static final String CREDENTIALS =
      """
      CREATE TABLE IF NOT EXISTS credentials (
        provider    TEXT PRIMARY KEY NOT NULL CHECK (length(provider) BETWEEN 1 AND 255),
        key_version INTEGER NOT NULL CHECK (key_version BETWEEN 0 AND 4294967295),
        salt        BLOB NOT NULL,
        iv          BLOB NOT NULL,
        data        BLOB NOT NULL
      ) STRICT""";

  /** Not strict, and not ours alone: the columns are those of honker's own table. */
  static final String NOTIFICATIONS =
      """
      CREATE TABLE IF NOT EXISTS _honker_notifications (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        channel TEXT NOT NULL,
        payload TEXT NOT NULL,
        created_at INTEGER NOT NULL DEFAULT (unixepoch())
      )""";

  static final String NOTIFICATIONS_INDEX =
      "CREATE INDEX IF NOT EXISTS _honker_notifications_recent"
          + " ON _honker_notifications(channel, id)";

  static final String TOKEN_INDEX =
      "CREATE UNIQUE INDEX IF NOT EXISTS alknet_peers_token"
          + " ON peers(auth_token_hash) WHERE auth_token_hash IS NOT NULL";

  private static final String CLAIMED =
      "SELECT 1 FROM peers p, json_each(p.fingerprints) a, json_each(NEW.fingerprints) b"
          + " WHERE a.value = b.value AND ";

  private static final String REFUSE =
      ") BEGIN SELECT RAISE(ABORT, '" + SqliteErrors.FINGERPRINT_CLAIMED + "'); END";

  private Schema() {}

  /** Returns the statements that make a store out of an empty file, each of them idempotent. */
  static List<String> statements() {
    List<String> all =
        new ArrayList<>(
            List.of(PEERS, CREDENTIALS, NOTIFICATIONS, NOTIFICATIONS_INDEX, TOKEN_INDEX));
    all.addAll(triggers("peers", "peer_id", PEERS_CHANNEL));
    all.addAll(triggers("credentials", "provider", CREDENTIALS_CHANNEL));
    all.add(
        "CREATE TRIGGER IF NOT EXISTS alknet_peers_fp_bi BEFORE INSERT ON peers WHEN EXISTS ("
            + CLAIMED
            + "p.peer_id <> NEW.peer_id"
            + REFUSE);
    all.add(
        "CREATE TRIGGER IF NOT EXISTS alknet_peers_fp_bu BEFORE UPDATE OF peer_id, fingerprints"
            + " ON peers WHEN EXISTS ("
            + CLAIMED
            + "p.peer_id NOT IN (NEW.peer_id, OLD.peer_id)"
            + REFUSE);
    return all;
  }

  /** Returns each statement as SQLite keeps it in its schema table. */
  static List<String> storedForms() {
    return statements().stream().map(Schema::storedForm).toList();
  }

  private static String storedForm(String statement) {
    return statement.replaceFirst("IF NOT EXISTS ", "");
  }

  private static List<String> triggers(String table, String key, String channel) {
    String put = notification(channel, "put", key, "NEW");
    String remove = notification(channel, "remove", key, "OLD");
    return List.of(
        trigger(table, "ai", "INSERT", put + ";"),
        trigger(
            table,
            "au",
            "UPDATE",
            remove + String.format(Locale.ROOT, " WHERE OLD.%s <> NEW.%s; ", key, key) + put + ";"),
        trigger(table, "ad", "DELETE", remove + ";"));
  }

  private static String trigger(String table, String suffix, String event, String body) {
    return String.format(
        Locale.ROOT,
        "CREATE TRIGGER IF NOT EXISTS alknet_%s_%s AFTER %s ON %s BEGIN %s END",
        table,
        suffix,
        event,
        table,
        body);
  }

  private static String notification(String channel, String op, String key, String row) {
    return String.format(
        Locale.ROOT,
        "INSERT INTO _honker_notifications(channel, payload)"
            + " SELECT '%s', json_object('op','%s','%s',%s.%s)",
        channel,
        op,
        key,
        row,
        key);
  }
}
