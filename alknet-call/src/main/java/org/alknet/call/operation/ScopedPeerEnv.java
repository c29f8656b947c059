package org.alknet.call.operation;

import java.util.Set;

/**
 * What a handler can reach by composition. Empty means nothing. A pin adds an operation on one
 * peer; it does not restrict the operations allowed everywhere (spec/call.md section 8.4).
 *
 * <p>Immutable.
 *
 * @param allowedOps operation names reachable wherever they are
 * @param peerPinned operations reachable on one peer only
 */
public record ScopedPeerEnv(Set<String> allowedOps, Set<PeerPin> peerPinned) {
  private static final ScopedPeerEnv EMPTY = new ScopedPeerEnv(Set.of(), Set.of());

  /** Copies the sets. */
  public ScopedPeerEnv {
    allowedOps = Set.copyOf(allowedOps);
    peerPinned = Set.copyOf(peerPinned);
  }

  /** Reaches nothing. */
  public static ScopedPeerEnv empty() {
    return EMPTY;
  }

  /** Reaches these operations wherever they are. */
  public static ScopedPeerEnv of(String... allowedOps) {
    return new ScopedPeerEnv(Set.of(allowedOps), Set.of());
  }

  /** Reaches these operations on these peers only. */
  public static ScopedPeerEnv withPinned(PeerPin... pins) {
    return new ScopedPeerEnv(Set.of(), Set.of(pins));
  }

  /** Whether the operation is reachable wherever it is. */
  public boolean allows(String name) {
    return allowedOps.contains(name);
  }

  /** Whether the operation is pinned to the peer. */
  public boolean allowsPinned(String peerId, String name) {
    return !peerPinned.isEmpty() && peerPinned.contains(new PeerPin(peerId, name));
  }

  /** Whether the operation is reachable the way the reference asks for. */
  public boolean allowsVia(PeerRef peer, String name) {
    if (allows(name)) {
      return true;
    }
    return peer instanceof PeerRef.Specific specific && allowsPinned(specific.peerId(), name);
  }
}
