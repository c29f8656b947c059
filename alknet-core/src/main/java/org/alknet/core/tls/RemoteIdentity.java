package org.alknet.core.tls;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.identity.PeerEntry;

/**
 * Whom a dial expects to reach: a non-empty set of fingerprints, any of which the remote may prove.
 * Without one, only certificate-authority and host-name verification is left, and a raw key is
 * refused.
 *
 * <p>Immutable.
 *
 * @param pins well-formed fingerprints
 * @param enabled false if the peer they come from is disabled, so that dialling it fails
 */
public record RemoteIdentity(Set<String> pins, boolean enabled) {
  /** Copies, hex digits in lower case, and refuses an empty or malformed set. */
  public RemoteIdentity {
    pins = pins.stream().map(Fingerprints::normalise).collect(Collectors.toUnmodifiableSet());
    if (pins.isEmpty()) {
      throw new IllegalArgumentException("a remote identity has at least one fingerprint");
    }
    for (String pin : pins) {
      if (!Fingerprints.isWellFormed(pin)) {
        throw new IllegalArgumentException(
            "a pin is ed25519: or SHA256: and 64 lowercase hex digits, not \"" + pin + "\"");
      }
    }
  }

  /** Expects one of these fingerprints. */
  public static RemoteIdentity of(String... fingerprints) {
    return new RemoteIdentity(Set.copyOf(List.of(fingerprints)), true);
  }

  /**
   * Expects one of the peer's fingerprints.
   *
   * @throws IllegalArgumentException if the entry has none
   */
  public static RemoteIdentity forPeer(PeerEntry peer) {
    Objects.requireNonNull(peer, "peer");
    return new RemoteIdentity(Set.copyOf(peer.fingerprints()), peer.enabled());
  }

  /** Whether the fingerprint is one of the pins. */
  public boolean matches(String fingerprint) {
    return pins.contains(fingerprint);
  }
}
