package org.alknet.cli.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.RemoteAddress;
import org.alknet.core.identity.Fingerprints;

/**
 * An address as people paste it: {@code [FINGERPRINT@]HOST:PORT} (spec/cli.md section 8).
 *
 * <p>Immutable.
 *
 * @param address where to dial
 * @param pins the only keys that will do there; without any a certificate authority has to vouch
 * @param name under which it is saved, if it is
 */
public record RemoteSpec(RemoteAddress address, List<String> pins, Optional<String> name) {
  private static final String SCHEME = "alknet://";
  private static final String FORM = "An address is [FINGERPRINT@]HOST:PORT, as serve prints it.";

  /** Copies. */
  public RemoteSpec {
    Objects.requireNonNull(address, "address");
    pins = List.copyOf(pins);
    Objects.requireNonNull(name, "name");
  }

  /** Returns a remote that is not saved. */
  public static RemoteSpec of(RemoteAddress address, String... pins) {
    return new RemoteSpec(address, List.of(pins), Optional.empty());
  }

  /**
   * Returns a saved remote.
   *
   * @throws CliException if its address is none
   */
  public static RemoteSpec saved(String name, SavedRemote remote) throws CliException {
    RemoteAddress address = hostAndPort(remote.address(), remote.address());
    return new RemoteSpec(
        new RemoteAddress(address.host(), address.port(), remote.serverName()),
        remote.fingerprints(),
        Optional.of(name));
  }

  /**
   * Reads an address.
   *
   * @throws CliException if it is none
   */
  public static RemoteSpec parse(String text) throws CliException {
    String rest = text.strip();
    if (rest.startsWith(SCHEME)) {
      rest = rest.substring(SCHEME.length());
    }
    List<String> pins = List.of();
    int at = rest.lastIndexOf('@');
    if (at >= 0) {
      String fingerprint = Fingerprints.normalise(rest.substring(0, at));
      if (!Fingerprints.isWellFormed(fingerprint)) {
        throw CliException.of(
            ExitCodes.USAGE,
            "not a fingerprint: " + rest.substring(0, at),
            "A fingerprint is ed25519: or SHA256: and 64 hex digits, in full.");
      }
      pins = List.of(fingerprint);
      rest = rest.substring(at + 1);
    }
    return new RemoteSpec(hostAndPort(text, rest), pins, Optional.empty());
  }

  /** Whether the text can only be meant as an address and not as a name or a file. */
  public static boolean looksLikeAddress(String text) {
    return text.indexOf('@') >= 0 || text.matches(".*:[0-9]+");
  }

  private static RemoteAddress hostAndPort(String text, String rest) throws CliException {
    int colon = rest.lastIndexOf(':');
    String host = colon < 0 ? "" : rest.substring(0, colon);
    boolean bracketed = host.length() >= 2 && host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.indexOf(':') >= 0 == bracketed) {
      try {
        return RemoteAddress.of(host, Integer.parseInt(rest.substring(colon + 1)));
      } catch (IllegalArgumentException unusable) {
        throw CliException.of(ExitCodes.USAGE, "not an address: " + text, FORM).withCause(unusable);
      }
    }
    throw CliException.of(ExitCodes.USAGE, "not an address: " + text, FORM);
  }

  /** Returns the form {@link #parse} reads. */
  @Override
  public String toString() {
    return (pins.isEmpty() ? "" : pins.get(0) + "@") + address;
  }
}
