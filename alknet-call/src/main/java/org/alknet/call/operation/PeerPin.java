package org.alknet.call.operation;

import java.util.Objects;

/**
 * Permission to reach one operation on one peer.
 *
 * <p>Immutable.
 *
 * @param peerId the peer's logical id, which may contain slashes
 * @param operation name without a leading slash
 */
public record PeerPin(String peerId, String operation) {
  /** Refuses null components. */
  public PeerPin {
    Objects.requireNonNull(peerId, "peerId");
    Objects.requireNonNull(operation, "operation");
  }
}
