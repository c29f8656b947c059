package org.alknet.store.sqlite;

/** How changes by other processes are noticed (spec/store-sqlite.md section 6.2). */
public enum WatchMode {
  /** {@link #HINTED} if directory events have been seen to work, else {@link #POLL}. */
  AUTO,
  /** Directory events start a while of close looking; a heartbeat finds what they missed. */
  HINTED,
  /** Looks at a fixed interval. */
  POLL,
  /** Looks only when asked, and after writes of its own: for one-shot commands. */
  MANUAL
}
