package org.alknet.store.sqlite.internal;

import java.sql.SQLException;

/**
 * {@code PRAGMA data_version} on a connection that does nothing else (spec/store-sqlite.md section
 * 6.1).
 *
 * <p>Not thread-safe; confined to the watcher's thread.
 */
public final class DataVersionProbe implements VersionProbe {
  private final Sessions sessions;
  private Session session;

  /** Connects. */
  public DataVersionProbe(Sessions sessions) throws SQLException {
    this.sessions = sessions;
    this.session = sessions.watcher();
  }

  @Override
  public long version() throws SQLException {
    return session.number("PRAGMA data_version");
  }

  @Override
  public void reopen() throws SQLException {
    Session next = sessions.watcher();
    session.close();
    session = next;
  }

  @Override
  public void close() throws SQLException {
    session.close();
  }
}
