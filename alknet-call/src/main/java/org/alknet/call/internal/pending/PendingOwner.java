package org.alknet.call.internal.pending;

import org.alknet.call.internal.link.Link;

/** Who cleans up after an outgoing request. Called after the request was removed from its table. */
public interface PendingOwner {
  /** The peer has said its last word: let go of the stream. */
  void settled(PendingRequest request);

  /** The peer may still be at work, but nobody waits any more: tell it. */
  void abandoned(PendingRequest request);

  /** An answer of the peer turned out to be no JSON when it was parsed. */
  void malformed(Link from);
}
