package org.alknet.cli.client;

import java.util.Objects;
import java.util.Optional;
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
 * @param pin the only key that will do there; without it a certificate authority has to vouch
 */
public record RemoteSpec(RemoteAddress address, Optional<String> pin) {
  private static final String SCHEME = "alknet://";
  private static final String FORM = "An address is [FINGERPRINT@]HOST:PORT, as serve prints it.";

  /** Refuses null components. */
  public RemoteSpec {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(pin, "pin");
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
    Optional<String> pin = Optional.empty();
    int at = rest.lastIndexOf('@');
    if (at >= 0) {
      String fingerprint = Fingerprints.normalise(rest.substring(0, at));
      if (!Fingerprints.isWellFormed(fingerprint)) {
        throw CliException.of(
            ExitCodes.USAGE,
            "not a fingerprint: " + rest.substring(0, at),
            "A fingerprint is ed25519: or SHA256: and 64 hex digits, in full.");
      }
      pin = Optional.of(fingerprint);
      rest = rest.substring(at + 1);
    }
    return new RemoteSpec(hostAndPort(text, rest), pin);
  }

  /** Whether the text can only be meant as an address and not as a name or a file. */
  static boolean looksLikeAddress(String text) {
    return text.indexOf('@') >= 0 || text.matches(".*:[0-9]+");
  }

  private static RemoteAddress hostAndPort(String text, String rest) throws CliException {
    int colon = rest.lastIndexOf(':');
    String host = colon < 0 ? "" : rest.substring(0, colon);
    boolean bracketed = host.length() > 2 && host.startsWith("[") && host.endsWith("]");
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
    return pin.map(fingerprint -> fingerprint + "@").orElse("") + address;
  }
}
