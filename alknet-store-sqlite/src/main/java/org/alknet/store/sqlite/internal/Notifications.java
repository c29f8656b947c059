package org.alknet.store.sqlite.internal;

import java.sql.SQLException;

/** Statements about the table of notifications (spec/store-sqlite.md section 13). */
public final class Notifications {
  private static final long MAX_AGE_SECONDS = 24 * 60 * 60;

  private Notifications() {}

  /** One row: that something happened, and a detail that may be useless. */
  public record Entry(long id, String channel, String payload, long createdAt) {}

  /**
   * Returns the highest id ever given. Unlike the highest id in the table it survives the deletion
   * of rows.
   */
  public static long highWaterMark(Session session) throws SQLException {
    return session.number("SELECT seq FROM sqlite_sequence WHERE name = '_honker_notifications'");
  }

  /** Adds a row. */
  public static void insert(Session session, String channel, String payload) throws SQLException {
    session.update(
        "INSERT INTO _honker_notifications(channel, payload) VALUES (?, ?)", channel, payload);
  }

  /** Drops old rows of our own channels; rows of others are never touched. */
  static void prune(Session session, long keep) throws SQLException {
    for (String channel : Schema.OWN_CHANNELS) {
      session.update(
          "DELETE FROM _honker_notifications WHERE channel = ?1 AND (created_at < unixepoch() - ?2"
              + " OR id <= coalesce((SELECT id FROM _honker_notifications WHERE channel = ?1"
              + " ORDER BY id DESC LIMIT 1 OFFSET ?3), 0))",
          channel,
          MAX_AGE_SECONDS,
          keep);
    }
  }
}
