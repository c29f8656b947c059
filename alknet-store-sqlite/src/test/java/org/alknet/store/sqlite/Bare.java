package org.alknet.store.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A connection without any code of ours, as other programs have it. */
final class Bare implements AutoCloseable {
  private final Connection connection;

  Bare(Path file) throws SQLException {
    connection = DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  static List<String> run(Path file, String... statements) throws SQLException {
    try (Bare bare = new Bare(file)) {
      return bare.run(statements);
    }
  }

  /** Executes the statements and returns the first column of all their rows. */
  List<String> run(String... statements) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        if (statement.execute(sql)) {
          try (ResultSet result = statement.getResultSet()) {
            while (result.next()) {
              rows.add(String.valueOf(result.getString(1)));
            }
          }
        }
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
