package org.alknet.core.connection;

/**
 * A bidirectional stream: an ordered, reliable byte stream each way, each with its own end.
 *
 * <p>Thread-safe.
 */
public interface BiStream extends AutoCloseable {
  /** Returns the half this side writes. */
  SendStream send();

  /** Returns the half this side reads. */
  RecvStream recv();

  /**
   * Lets go of the stream: finishes the send half and, if its end was not reached, stops the
   * receive half with code 0. Does not wait.
   */
  @Override
  void close();
}
