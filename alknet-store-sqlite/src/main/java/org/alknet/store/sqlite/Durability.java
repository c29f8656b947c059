package org.alknet.store.sqlite;

/** What a completed write survives (spec/store-sqlite.md section 18). */
public enum Durability {
  /** A power cut. */
  FULL,
  /** The death of the process; after a power cut the last writes may be gone, revocations too. */
  NORMAL
}
