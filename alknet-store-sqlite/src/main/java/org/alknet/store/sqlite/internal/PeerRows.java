package org.alknet.store.sqlite.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
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
  private static final int WHOLE = COLUMNS + 1;

  private Map<String, PeerEntry> known = Map.of();
  private Map<String, PeerEntry> reading = new HashMap<>();

  /** Remembers nothing yet. */
  public PeerRows() {}

  /** Begins with the first row of the table. */
  void begin() {
    reading = new HashMap<>();
  }

  /**
   * Returns the peer of a row of {@link PeerStatements#SELECT}.
   *
   * @throws StoreException.Serialization if it does not say clearly who may do what
   */
  PeerEntry decode(ResultSet row) throws SQLException, StoreException {
    // One text instead of seven columns: most of the time of a reading is the driver's.
    String whole = row.getString(WHOLE);
    if (whole == null) {
      return PeerRowCodec.decode(columns(row));
    }
    PeerEntry peer = known.get(whole);
    if (peer == null) {
      peer = PeerRowCodec.decode(columns(row));
    }
    reading.put(whole, peer);
    return peer;
  }

  private static @Nullable Object[] columns(ResultSet row) throws SQLException {
    @Nullable Object[] columns = new @Nullable Object[COLUMNS];
    for (int i = 0; i < COLUMNS - 1; i++) {
      columns[i] = row.getString(i + 1);
    }
    columns[COLUMNS - 1] = row.getLong(COLUMNS);
    return columns;
  }

  /** All rows were read. */
  void end() {
    known = reading;
    reading = new HashMap<>();
  }
}
