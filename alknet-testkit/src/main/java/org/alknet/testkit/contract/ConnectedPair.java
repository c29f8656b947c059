package org.alknet.testkit.contract;

import java.util.Objects;
import org.alknet.core.connection.Connection;
import org.alknet.testkit.ScriptedPeer;

/**
 * Two ends of one connection, and what has to be closed after the test apart from them.
 *
 * @param left the end that dialled
 * @param right the end that was dialled
 * @param transport closed after both ends were: endpoints, sockets
 */
public record ConnectedPair(Connection left, Connection right, AutoCloseable transport) {
  /** Refuses null components. */
  public ConnectedPair {
    Objects.requireNonNull(left, "left");
    Objects.requireNonNull(right, "right");
    Objects.requireNonNull(transport, "transport");
  }

  ScriptedPeer leftPeer() {
    return ScriptedPeer.on(left);
  }

  ScriptedPeer rightPeer() {
    return ScriptedPeer.on(right);
  }
}
