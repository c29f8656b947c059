package org.alknet.store.sqlite.internal;

import java.sql.SQLException;

/** The only evidence of a change: a number that moves when another connection commits. */
public interface VersionProbe extends AutoCloseable {
  /** Reads the number. */
  long version() throws SQLException;

  /** Connects anew; numbers from before mean nothing afterwards. */
  void reopen() throws SQLException;

  @Override
  void close() throws SQLException;
}
