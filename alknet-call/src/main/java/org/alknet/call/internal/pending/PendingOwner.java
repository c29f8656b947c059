package org.alknet.call.internal.pending;

/** Who cleans up after an outgoing request. Called after the request was removed from its table. */
public interface PendingOwner {
  /** The peer has said its last word: let go of the stream. */
  void settled(PendingRequest request);

  /** The peer may still be at work, but nobody waits any more: tell it. */
  void abandoned(PendingRequest request);
}
