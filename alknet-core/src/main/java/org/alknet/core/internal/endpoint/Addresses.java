package org.alknet.core.internal.endpoint;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Writes socket addresses as people type them. */
public final class Addresses {
  private Addresses() {}

  /** Returns {@code 192.0.2.1:4433} or {@code [2001:db8::1]:4433}, never a name. */
  public static String text(InetSocketAddress address) {
    InetAddress ip = address.getAddress();
    if (ip == null) {
      return address.getHostString() + ":" + address.getPort();
    }
    String host = ip.getHostAddress();
    return (ip instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
