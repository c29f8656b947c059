package org.alknet.store.sqlite;

/** What an import does with entries that are there already. */
public enum ImportMode {
  /** Adds and replaces; what the import does not mention stays. */
  MERGE,
  /** Removes everything first, in the same transaction. */
  REPLACE
}
