package org.alknet.cli.command;

import java.util.Optional;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.PeerEntry;

/**
 * Somebody who might call.
 *
 * <p>Immutable.
 *
 * @param words who that is
 * @param identity what it is to the node; nobody if absent
 */
record AclCaller(String words, Optional<Identity> identity) {
  static AclCaller anonymous() {
    return new AclCaller("anonymous", Optional.empty());
  }

  /** A disabled peer is nobody, and so is one that nothing proves to be there. */
  static AclCaller peer(PeerEntry peer) {
    return peer.enabled()
        ? new AclCaller(peer.peerId(), Optional.of(peer.identity()))
        : new AclCaller(peer.peerId() + " (disabled, hence nobody)", Optional.empty());
  }

  static AclCaller token(Optional<Identity> identity) {
    return new AclCaller(
        identity.map(Identity::id).orElse("a token nobody has, hence anonymous"), identity);
  }
}
