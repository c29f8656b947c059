package org.alknet.store.sqlite.internal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** SQL about the table of credentials; each call runs inside the caller's transaction. */
public final class CredentialStatements {
  static final String SELECT = "SELECT provider, key_version, salt, iv, data FROM credentials";

  private static final String UPSERT =
      "INSERT INTO credentials(provider, key_version, salt, iv, data) VALUES (?, ?, ?, ?, ?)"
          + " ON CONFLICT (provider) DO UPDATE SET key_version = excluded.key_version,"
          + " salt = excluded.salt, iv = excluded.iv, data = excluded.data";

  private CredentialStatements() {}

  /** Adds or replaces a row. */
  public static void put(Session session, @Nullable Object[] columns) throws SQLException {
    session.update(UPSERT, columns);
  }

  /** Removes a row, and says whether there was one. */
  public static boolean delete(Session session, String provider) throws SQLException {
    return session.update("DELETE FROM credentials WHERE provider = ?", provider) > 0;
  }

  /** Removes every row. */
  public static void clear(Session session) throws SQLException {
    session.update("DELETE FROM credentials");
  }
}
