package org.alknet.http.internal.site;

import java.net.InetSocketAddress;
import java.util.Optional;

/** The other end of a connection, as far as a request is concerned. Thread-safe. */
public interface Peer {
  /** Returns where it is. */
  Optional<InetSocketAddress> address();

  /** Whether it came without TLS to an address of this machine that no other can reach. */
  boolean isLocalCleartext();

  /** Counts a credential that did not resolve; enough of them end the connection. */
  void credentialRejected();
}
