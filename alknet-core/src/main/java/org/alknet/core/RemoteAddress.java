package org.alknet.core;

import java.util.Objects;
import java.util.Optional;

/**
 * Where to dial.
 *
 * <p>Immutable.
 *
 * @param host DNS name or literal IPv4 or IPv6 address, the latter without brackets
 * @param port UDP port, 1 to 65535
 * @param serverName the name a certificate must be issued for, if it is not the host
 */
public record RemoteAddress(String host, int port, Optional<String> serverName) {
  /** Checks the parts. */
  public RemoteAddress {
    if (Objects.requireNonNull(host, "host").isBlank()) {
      throw new IllegalArgumentException("a remote address needs a host");
    }
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("a port is a number from 1 to 65535, not " + port);
    }
    Objects.requireNonNull(serverName, "serverName");
  }

  /** Returns the address of a host whose certificate carries its own name. */
  public static RemoteAddress of(String host, int port) {
    return new RemoteAddress(host, port, Optional.empty());
  }

  /** Returns the name that verification checks. */
  public String verifiedName() {
    return serverName.orElse(host);
  }

  /** Returns {@code host:port}, an IPv6 address in brackets. */
  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
