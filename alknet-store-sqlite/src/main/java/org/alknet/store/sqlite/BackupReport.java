package org.alknet.store.sqlite;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A backup that was written and checked.
 *
 * <p>Immutable.
 *
 * @param path the file; confidential, it holds token hashes and encrypted credentials
 * @param bytes its size
 * @param schemaVersion version of its tables
 * @param peers rows in it
 * @param credentials rows in it
 */
public record BackupReport(Path path, long bytes, int schemaVersion, long peers, long credentials) {
  /** Checks that nothing is missing. */
  public BackupReport {
    Objects.requireNonNull(path, "path");
  }
}
