package org.alknet.call.operation;

import java.util.Objects;

/** Which peer a composed call is for (spec/call.md section 10.4). */
public sealed interface PeerRef {
  /**
   * Exactly this peer, and nobody else.
   *
   * @param peerId the peer's logical id
   */
  record Specific(String peerId) implements PeerRef {
    /** Refuses null. */
    public Specific {
      Objects.requireNonNull(peerId, "peerId");
    }
  }

  /** The first that has it: session, peers in the order they attached, this node. */
  enum Any implements PeerRef {
    /** The only value. */
    INSTANCE
  }

  /** Returns the reference to exactly this peer. */
  static PeerRef of(String peerId) {
    return new Specific(peerId);
  }

  /** Returns the reference to whoever has it. */
  static PeerRef any() {
    return Any.INSTANCE;
  }
}
