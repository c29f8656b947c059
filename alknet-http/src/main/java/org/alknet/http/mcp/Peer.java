package org.alknet.http.mcp;

import java.util.Optional;

/** How a server is spoken to. */
sealed interface Peer {
  /** Each request stands for itself. */
  record Modern() implements Peer {}

  /**
   * It was greeted first.
   *
   * @param version which revision it chose; empty while it is greeted
   * @param session its name for the session, if it has one
   */
  record Legacy(String version, Optional<String> session) implements Peer {}
}
