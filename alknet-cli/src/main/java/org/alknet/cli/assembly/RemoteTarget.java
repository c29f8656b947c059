package org.alknet.cli.assembly;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.alknet.core.RemoteAddress;
import org.alknet.core.identity.Fingerprints;

/**
 * Whom a node dials: {@code [FINGERPRINT@]HOST:PORT} (spec/cli.md section 8).
 *
 * <p>Immutable.
 *
 * @param address where to dial
 * @param pins the keys that will do there; if there are none, a certificate authority has to vouch
 */
public record RemoteTarget(RemoteAddress address, Set<String> pins) {
  private static final String SCHEME = "alknet://";

  /** Copies. */
  public RemoteTarget {
    Objects.requireNonNull(address, "address");
    pins = Set.copyOf(pins);
  }

  /** Whether the text can only be meant as an address and not as a name. */
  public static boolean looksLikeAddress(String text) {
    return text.indexOf('@') >= 0 || text.matches("(?s).*:[0-9]+");
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException if it is none; says what is wrong with it
   */
  public static RemoteTarget parse(String text) {
    String rest = text.strip();
    if (rest.startsWith(SCHEME)) {
      rest = rest.substring(SCHEME.length());
    }
    Set<String> pins = Set.of();
    int at = rest.lastIndexOf('@');
    if (at >= 0) {
      String fingerprint = Fingerprints.normalise(rest.substring(0, at));
      if (!Fingerprints.isWellFormed(fingerprint)) {
        throw new IllegalArgumentException(
            "has no fingerprint before the @: that is ed25519: or SHA256: and 64 hex digits");
      }
      pins = Set.of(fingerprint);
      rest = rest.substring(at + 1);
    }
    return new RemoteTarget(hostAndPort(rest), pins);
  }

  /**
   * Returns what a saved remote means: the keys of its address count as well.
   *
   * @throws IllegalArgumentException if its address is none
   */
  public static RemoteTarget of(SavedRemote remote) {
    RemoteTarget written = parse(remote.address());
    RemoteAddress address = written.address();
    Set<String> pins = new HashSet<>(written.pins());
    pins.addAll(remote.fingerprints());
    return new RemoteTarget(
        new RemoteAddress(address.host(), address.port(), remote.serverName()), pins);
  }

  private static RemoteAddress hostAndPort(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.length() >= 2 && host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    // Only an IPv6 address has colons, and only in brackets.
    if (colon < 0 || host.indexOf(':') >= 0 != bracketed) {
      throw new IllegalArgumentException("is no address: [FINGERPRINT@]HOST:PORT");
    }
    try {
      return RemoteAddress.of(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException unusable) {
      throw new IllegalArgumentException("is no address: [FINGERPRINT@]HOST:PORT", unusable);
    }
  }

  /** Returns this target with other pins. */
  RemoteTarget withPins(Set<String> others) {
    return new RemoteTarget(address, others);
  }

  /** Returns the form {@link #parse} reads, if there is at most one pin. */
  @Override
  public String toString() {
    return (pins.isEmpty() ? "" : String.join("|", new TreeSet<>(pins)) + "@") + address;
  }
}
