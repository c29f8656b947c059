package org.alknet.call.compose;

import org.alknet.call.connection.CallConnection;

/**
 * Hears which peers come and go, and what they brought. Called on the executor it was registered
 * with, one call at a time and in order.
 */
public interface PeerListener {
  /** Calls to the peer now go over this connection. */
  default void attached(String peerId, CallConnection connection) {}

  /** Calls to the peer no longer go over this connection. */
  default void detached(String peerId, CallConnection connection) {}

  /**
   * The operations of the peer can be composed from now on.
   *
   * @param operations how many there are
   */
  default void imported(String peerId, CallConnection connection, int operations) {}

  /**
   * The automatic import from the peer failed; the connection goes on without its operations.
   *
   * @param willRetry whether it is tried again
   */
  default void importFailed(
      String peerId, CallConnection connection, Throwable failure, boolean willRetry) {}
}
