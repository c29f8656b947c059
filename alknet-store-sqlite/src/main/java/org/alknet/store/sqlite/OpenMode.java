package org.alknet.store.sqlite;

/** What opening may do. */
public enum OpenMode {
  /** Creates the store if there is none. */
  CREATE,
  /** Fails if there is none. */
  EXISTING,
  /** Fails if there is none, changes nothing, and refuses every write. */
  READ_ONLY
}
