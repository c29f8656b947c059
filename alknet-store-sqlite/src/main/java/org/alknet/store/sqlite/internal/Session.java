package org.alknet.store.sqlite.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One connection with the statements it has prepared. Transactions are explicit statements; the
 * driver stays in its auto-commit mode and starts none of its own.
 *
 * <p>Not thread-safe: used by one thread at a time. Owns the connection.
 */
public final class Session implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Session(Connection connection) {
    this.connection = connection;
  }

  /** Reads one row of a result. */
  public interface Row<T extends @Nullable Object> {
    /** Reads the columns of the current row. */
    T read(ResultSet row) throws SQLException;
  }

  /** Receives every row of a result. */
  public interface Rows {
    /** Reads the columns of the current row. */
    void take(ResultSet row) throws SQLException;
  }

  /** Executes a statement without parameters and ignores what it returns. */
  public void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Begins or ends a transaction; the statement stays prepared. */
  public void transaction(String sql) throws SQLException {
    try {
      bind(sql).execute();
    } catch (SQLException failed) {
      throw forgetting(sql, failed);
    }
  }

  /**
   * Executes a statement that changes rows; it stays prepared.
   *
   * @return how many rows it changed, those of triggers not counted
   */
  public int update(String sql, @Nullable Object... parameters) throws SQLException {
    try {
      return bind(sql, parameters).executeUpdate();
    } catch (SQLException failed) {
      throw forgetting(sql, failed);
    }
  }

  /** Runs a query that stays prepared. */
  public void query(String sql, Rows rows, @Nullable Object... parameters) throws SQLException {
    // Closing the result resets the statement and with it ends the read transaction.
    try (ResultSet result = bind(sql, parameters).executeQuery()) {
      while (result.next()) {
        rows.take(result);
      }
    } catch (SQLException failed) {
      throw forgetting(sql, failed);
    }
  }

  /** Returns the first row of a query, or the fallback if there is none. */
  public <T extends @Nullable Object> T first(
      String sql, Row<T> row, T fallback, @Nullable Object... parameters) throws SQLException {
    try (ResultSet result = bind(sql, parameters).executeQuery()) {
      return result.next() ? row.read(result) : fallback;
    } catch (SQLException failed) {
      throw forgetting(sql, failed);
    }
  }

  /** Returns the number in the first row of a query, 0 if there is none. */
  public long number(String sql, @Nullable Object... parameters) throws SQLException {
    return first(sql, row -> row.getLong(1), 0L, parameters);
  }

  /** Returns the text in the first row of a query, empty if there is none. */
  public String text(String sql, @Nullable Object... parameters) throws SQLException {
    return first(sql, row -> String.valueOf(row.getString(1)), "", parameters);
  }

  private PreparedStatement bind(String sql, @Nullable Object... parameters) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    for (int i = 0; i < parameters.length; i++) {
      Object value = parameters[i];
      if (value instanceof byte[] bytes) {
        statement.setBytes(i + 1, bytes);
      } else {
        statement.setObject(i + 1, value);
      }
    }
    return statement;
  }

  /** After an error the driver has finalised the statement in all but a few cases. */
  private SQLException forgetting(String sql, SQLException failed) {
    PreparedStatement broken = prepared.remove(sql);
    if (broken != null) {
      try {
        broken.close();
      } catch (SQLException second) {
        failed.addSuppressed(second);
      }
    }
    return failed;
  }

  @Override
  public void close() throws SQLException {
    // Closing the connection closes its statements.
    connection.close();
  }
}
