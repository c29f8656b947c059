package org.alknet.store.sqlite.internal;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.alknet.core.credential.EncryptedData;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;

/**
 * Reads the next snapshot in one read transaction: the high-water mark, the rows that explain the
 * change, and the tables they are about (spec/store-sqlite.md section 6.6).
 *
 * <p>Not thread-safe; confined to the watcher's thread.
 */
public final class SnapshotReader {
  /** More rows than this of one channel are told as an overflow. */
  public static final int MAX_ENTRIES = 1_000;

  private final Session session;
  private final PeerRows rows;

  /**
   * Reads through this session, which stays its owner's.
   *
   * @param rows what earlier readings of the same file found
   */
  public SnapshotReader(Session session, PeerRows rows) {
    this.session = session;
    this.rows = rows;
  }

  /**
   * One look at the file.
   *
   * @param snapshot the new state
   * @param entries the new rows of the channels asked for, at most {@link #MAX_ENTRIES} + 1 each
   * @param wentBack whether the mark is lower than before, as after a restore
   * @param tables how many tables were read
   */
  public record Reading(
      Snapshot snapshot,
      Map<String, List<Notifications.Entry>> entries,
      boolean wentBack,
      int tables) {}

  /**
   * Reads what changed since a state.
   *
   * @param everything whether to read both tables, whatever the rows say
   * @param channels whose rows somebody wants to see
   */
  public Reading read(Snapshot before, boolean everything, Set<String> channels)
      throws SQLException {
    session.transaction("BEGIN");
    try {
      long mark = Notifications.highWaterMark(session);
      boolean wentBack = mark < before.seen();
      Set<String> changed = changedChannels(before.seen());
      boolean both = everything || wentBack || changed.isEmpty();
      boolean peers = both || changed.contains(Schema.PEERS_CHANNEL);
      boolean credentials = both || changed.contains(Schema.CREDENTIALS_CHANNEL);
      Map<String, List<Notifications.Entry>> entries = new HashMap<>();
      for (String channel : channels) {
        if (changed.contains(channel)) {
          entries.put(channel, entries(channel, before.seen()));
        }
      }
      Snapshot next = before;
      if (peers) {
        next = readPeers(next);
      }
      if (credentials) {
        next = readCredentials(next);
      }
      next =
          new Snapshot(
              next.peers(),
              next.credentials(),
              mark,
              before.generation() + 1,
              next.badPeers(),
              next.badCredentials());
      return new Reading(next, entries, wentBack, (peers ? 1 : 0) + (credentials ? 1 : 0));
    } finally {
      session.transaction("ROLLBACK");
    }
  }

  private Set<String> changedChannels(long seen) throws SQLException {
    Set<String> channels = new HashSet<>();
    // Through the index, SQLite would look at every row for the sake of DISTINCT.
    session.query(
        "SELECT DISTINCT channel FROM _honker_notifications NOT INDEXED WHERE id > ?",
        row -> channels.add(row.getString(1)),
        seen);
    return channels;
  }

  private List<Notifications.Entry> entries(String channel, long seen) throws SQLException {
    List<Notifications.Entry> entries = new ArrayList<>();
    session.query(
        "SELECT id, channel, payload, created_at FROM _honker_notifications"
            + " WHERE channel = ? AND id > ? ORDER BY id LIMIT ?",
        row ->
            entries.add(
                new Notifications.Entry(
                    row.getLong(1), channel, String.valueOf(row.getString(3)), row.getLong(4))),
        channel,
        seen,
        MAX_ENTRIES + 1);
    return entries;
  }

  private Snapshot readPeers(Snapshot before) throws SQLException {
    List<PeerEntry> peers = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    rows.begin();
    session.query(
        PeerStatements.SELECT,
        row -> {
          try {
            peers.add(rows.decode(row));
          } catch (StoreException unclear) {
            bad.add("peer " + row.getString(1) + ": " + unclear.getMessage());
          }
        });
    rows.end();
    return new Snapshot(
        new PeerIndex(peers),
        before.credentials(),
        before.seen(),
        before.generation(),
        bad,
        before.badCredentials());
  }

  private Snapshot readCredentials(Snapshot before) throws SQLException {
    Map<String, EncryptedData> credentials = new HashMap<>();
    List<String> bad = new ArrayList<>();
    session.query(
        CredentialStatements.SELECT,
        row -> {
          try {
            credentials.put(row.getString(1), CredentialRowCodec.decode(row));
          } catch (StoreException unclear) {
            bad.add("credential " + row.getString(1) + ": " + unclear.getMessage());
          }
        });
    return new Snapshot(
        before.peers(),
        new CredentialIndex(credentials),
        before.seen(),
        before.generation(),
        before.badPeers(),
        bad);
  }
}
