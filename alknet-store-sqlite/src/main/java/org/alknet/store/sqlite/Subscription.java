package org.alknet.store.sqlite;

/** A listener's place. Thread-safe. */
public interface Subscription extends AutoCloseable {
  /** Ends it; a call that is already running may still finish. Again does nothing. */
  @Override
  void close();
}
