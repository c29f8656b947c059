package org.alknet.store.sqlite.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.alknet.core.credential.StoreException;
import org.alknet.core.identity.PeerEntry;
import org.jspecify.annotations.Nullable;

/**
 * Rows of peers and what they were decoded to. The whole table is read after every change, and all
 * rows but a few are as they were: those keep the peer they were decoded to, so that what is
 * decoded, checked and compared again is only what was written.
 *
 * <p>Not thread-safe; belongs to whoever reads one file again and again.
 */
public final class PeerRows {
  private static final int COLUMNS = 7;

  private Map<String, Row> known = Map.of();
  private Map<String, Row> reading = new HashMap<>();

  /** Remembers nothing yet. */
  public PeerRows() {}

  private static final class Row {
    private final @Nullable Object[] columns;
    private final PeerEntry peer;

    Row(@Nullable Object[] columns, PeerEntry peer) {
      this.columns = columns;
      this.peer = peer;
    }
  }

  /** Begins with the first row of the table. */
  void begin() {
    reading = new HashMap<>();
  }

  /**
   * Returns the peer of a row.
   *
   * @throws StoreException.Serialization if it does not say clearly who may do what
   */
  PeerEntry decode(ResultSet row) throws SQLException, StoreException {
    @Nullable Object[] columns = new @Nullable Object[COLUMNS];
    for (int i = 0; i < COLUMNS - 1; i++) {
      columns[i] = row.getString(i + 1);
    }
    columns[COLUMNS - 1] = row.getLong(COLUMNS);
    String id = String.valueOf(columns[0]);
    Row before = known.get(id);
    Row now =
        before != null && Arrays.equals(before.columns, columns)
            ? before
            : new Row(columns, PeerRowCodec.decode(columns));
    reading.put(id, now);
    return now.peer;
  }

  /** All rows were read. */
  void end() {
    known = reading;
    reading = new HashMap<>();
  }
}
