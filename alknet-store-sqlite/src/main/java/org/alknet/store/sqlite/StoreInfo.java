package org.alknet.store.sqlite;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What a store consists of at the moment.
 *
 * <p>Immutable.
 *
 * @param path the file, as it was opened
 * @param schemaVersion version of the tables
 * @param databaseBytes size of the file
 * @param walBytes size of what is not yet in it, 0 if there is nothing
 * @param peers readable rows, disabled peers included
 * @param credentials readable rows
 * @param badRows rows that are left out because they are unclear
 * @param watch how changes are noticed now; never {@link WatchMode#AUTO}
 * @param generation counts the states this process has published
 * @param seen highest notification id the present state includes
 */
public record StoreInfo(
    Path path,
    int schemaVersion,
    long databaseBytes,
    long walBytes,
    int peers,
    int credentials,
    int badRows,
    WatchMode watch,
    long generation,
    long seen) {
  /** Checks that nothing is missing. */
  public StoreInfo {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(watch, "watch");
  }
}
