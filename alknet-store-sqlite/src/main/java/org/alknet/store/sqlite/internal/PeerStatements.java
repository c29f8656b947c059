package org.alknet.store.sqlite.internal;

import java.sql.SQLException;
import java.util.Arrays;
import org.alknet.core.credential.StoreException;
import org.jspecify.annotations.Nullable;

/** SQL about the table of peers; each call runs inside the caller's transaction. */
public final class PeerStatements {
  private static final String COLUMNS =
      "peer_id, fingerprints, auth_token_hash, scopes, resources, display_name, enabled";

  /**
   * The columns, and the whole row as one text, by which it is known again; null where a column
   * holds bytes, which only a table that was not made by us can.
   */
  static final String SELECT =
      "SELECT "
          + COLUMNS
          + ", CASE WHEN 'blob' NOT IN (typeof(peer_id), typeof(fingerprints),"
          + " typeof(auth_token_hash), typeof(scopes), typeof(resources), typeof(display_name),"
          + " typeof(enabled)) THEN json_array("
          + COLUMNS
          + ") END FROM peers";

  private static final String UPSERT =
      "INSERT INTO peers(peer_id, fingerprints, auth_token_hash, scopes, resources, display_name,"
          + " enabled) VALUES (?, ?, ?, ?, ?, ?, ?)"
          + " ON CONFLICT (peer_id) DO UPDATE SET fingerprints = excluded.fingerprints,"
          + " auth_token_hash = excluded.auth_token_hash, scopes = excluded.scopes,"
          + " resources = excluded.resources, display_name = excluded.display_name,"
          + " enabled = excluded.enabled";

  /**
   * Fires no guard against claimed credentials, which looks at every peer: the fingerprints are
   * those the row has already, and the column is not named among the changed ones.
   */
  private static final String UPDATE_ALL_BUT_FINGERPRINTS =
      "UPDATE peers SET auth_token_hash = ?3, scopes = ?4, resources = ?5, display_name = ?6,"
          + " enabled = ?7 WHERE peer_id = ?1 AND fingerprints = ?2";

  private static final String UPDATE =
      "UPDATE peers SET peer_id = ?, fingerprints = ?, auth_token_hash = ?, scopes = ?,"
          + " resources = ?, display_name = ?, enabled = ? WHERE peer_id = ?";

  private static final String DELETE = "DELETE FROM peers WHERE peer_id = ?";

  private PeerStatements() {}

  /** Adds or replaces a row. */
  public static void put(Session session, @Nullable Object[] columns) throws SQLException {
    if (session.update(UPDATE_ALL_BUT_FINGERPRINTS, columns) == 0) {
      session.update(UPSERT, columns);
    }
  }

  /**
   * Replaces a row, its key included.
   *
   * @throws StoreException.NotFound if there is none
   * @throws StoreException.Backend if the new key is another row's
   */
  public static void update(Session session, String peerId, @Nullable Object[] columns)
      throws SQLException, StoreException {
    @Nullable Object[] parameters = Arrays.copyOf(columns, columns.length + 1);
    parameters[columns.length] = peerId;
    if (peerId.equals(columns[0]) && session.update(UPDATE_ALL_BUT_FINGERPRINTS, columns) == 1) {
      return;
    }
    int changed;
    try {
      changed = session.update(UPDATE, parameters);
    } catch (SQLException failed) {
      if (SqliteErrors.isDuplicateKey(failed)) {
        throw new StoreException.Backend("peer_id already exists: " + columns[0], failed);
      }
      throw failed;
    }
    if (changed == 0) {
      throw new StoreException.NotFound(peerId);
    }
  }

  /**
   * Removes a row.
   *
   * @throws StoreException.NotFound if there is none
   */
  public static void remove(Session session, String peerId) throws SQLException, StoreException {
    if (session.update(DELETE, peerId) == 0) {
      throw new StoreException.NotFound(peerId);
    }
  }

  /** Removes every row. */
  public static void clear(Session session) throws SQLException {
    session.update("DELETE FROM peers");
  }
}
