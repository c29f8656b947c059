package org.alknet.call.connection;

import java.util.Objects;
import java.util.Optional;
import org.alknet.core.RemoteAddress;

/**
 * Whom to call: an address and, if it differs from the host, the name in its certificate.
 *
 * <p>Immutable.
 *
 * @param host DNS name or literal address, an IPv6 address without brackets
 * @param port UDP port, 1 to 65535
 * @param serverName the name certificate verification checks, if it is not the host
 */
public record CallTarget(String host, int port, Optional<String> serverName) {
  /** Checks the parts as {@link RemoteAddress} does. */
  public CallTarget {
    Objects.requireNonNull(serverName, "serverName");
    RemoteAddress checked = new RemoteAddress(host, port, serverName);
    host = checked.host();
  }

  /** Returns the target at a host and port. */
  public static CallTarget of(String host, int port) {
    return new CallTarget(host, port, Optional.empty());
  }

  /** Returns the address to dial. */
  public RemoteAddress address() {
    return new RemoteAddress(host, port, serverName);
  }

  @Override
  public String toString() {
    return address().toString();
  }
}
