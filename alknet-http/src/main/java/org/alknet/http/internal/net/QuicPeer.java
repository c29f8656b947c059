package org.alknet.http.internal.net;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.alknet.core.connection.Connection;
import org.alknet.http.internal.site.Peer;

/**
 * The other end of a QUIC connection, whose refused credentials core counts.
 *
 * @param connection the connection
 */
record QuicPeer(Connection connection) implements Peer {
  @Override
  public Optional<InetSocketAddress> address() {
    return connection.remoteAddress();
  }

  @Override
  public boolean isLocalCleartext() {
    return false;
  }

  @Override
  public void credentialRejected() {
    connection.credentialRejected();
  }
}
