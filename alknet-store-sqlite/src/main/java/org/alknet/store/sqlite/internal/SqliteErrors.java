package org.alknet.store.sqlite.internal;

import java.sql.SQLException;
import java.util.Set;
import org.alknet.core.credential.StoreException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What SQLite's result codes mean to a caller of the store (spec/store-sqlite.md section 21). No
 * message carries SQL or a value of a row.
 */
public final class SqliteErrors {
  static final String FINGERPRINT_CLAIMED = "fingerprint already claimed";
  private static final String MALFORMED_JSON = "malformed JSON";
  private static final int PRIMARY = 0xff;
  private static final Set<Integer> BUSY =
      Set.of(SQLiteErrorCode.SQLITE_BUSY.code, SQLiteErrorCode.SQLITE_LOCKED.code);
  private static final Set<Integer> BROKEN =
      Set.of(SQLiteErrorCode.SQLITE_CORRUPT.code, SQLiteErrorCode.SQLITE_NOTADB.code);

  private SqliteErrors() {}

  /** Translates a failure; the cause is kept. */
  public static StoreException of(SQLException failure) {
    SQLiteErrorCode code = code(failure);
    String message = String.valueOf(failure.getMessage());
    if (code == SQLiteErrorCode.SQLITE_CONSTRAINT_TRIGGER
        && message.contains(FINGERPRINT_CLAIMED)) {
      return backend("fingerprint already claimed by another peer", failure);
    }
    if (code == SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE) {
      return backend("auth token hash already claimed by another peer", failure);
    }
    if (code == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY) {
      return backend("peer_id already exists", failure);
    }
    if (primary(failure) == SQLiteErrorCode.SQLITE_CONSTRAINT.code) {
      return new StoreException.Serialization("a column was rejected by the schema", failure);
    }
    if (message.contains(MALFORMED_JSON)) {
      return new StoreException.Serialization("stored JSON: malformed", failure);
    }
    return backend(code.name() + ": " + code.message, failure);
  }

  /** Whether somebody else holds a lock, so that another attempt may succeed. */
  public static boolean isBusy(SQLException failure) {
    return BUSY.contains(primary(failure));
  }

  /** Whether the file is damaged or no database. */
  public static boolean isBroken(SQLException failure) {
    return BROKEN.contains(primary(failure));
  }

  /** Whether there was no room on the disk. */
  public static boolean isFull(SQLException failure) {
    return primary(failure) == SQLiteErrorCode.SQLITE_FULL.code;
  }

  /** Whether a row with the same primary key exists. */
  public static boolean isDuplicateKey(SQLException failure) {
    return code(failure) == SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY;
  }

  /** Whether the file is no database at all. */
  public static boolean isNotADatabase(SQLException failure) {
    return primary(failure) == SQLiteErrorCode.SQLITE_NOTADB.code;
  }

  private static StoreException backend(String message, SQLException cause) {
    return new StoreException.Backend(message, cause);
  }

  private static int primary(SQLException failure) {
    return code(failure).code & PRIMARY;
  }

  private static SQLiteErrorCode code(SQLException failure) {
    return failure instanceof SQLiteException sqlite
        ? sqlite.getResultCode()
        : SQLiteErrorCode.UNKNOWN_ERROR;
  }
}
