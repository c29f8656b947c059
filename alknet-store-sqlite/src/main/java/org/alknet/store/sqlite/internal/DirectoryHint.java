package org.alknet.store.sqlite.internal;

import java.io.IOException;

/**
 * Says when it might be worth to look: something was written near the database. Never evidence, and
 * never relied upon before it has been seen to work.
 */
public interface DirectoryHint extends AutoCloseable {
  /** Who wants to know; called on a thread of the hint's own. */
  interface Sink {
    /** The database, its WAL or its journal was written, or events were lost. */
    void hint();

    /** No more hints will come. */
    void lost(String reason);
  }

  /** Starts watching. */
  void start(Sink sink) throws IOException;

  /**
   * Makes an event on purpose and waits for it.
   *
   * @return whether it arrived in time
   */
  boolean prove(long nanos) throws InterruptedException;

  @Override
  void close();
}
