package org.alknet.cli.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.alknet.core.RemoteAddress;

/** How to reach a listener from its own machine. */
public final class LocalAddress {
  private LocalAddress() {}

  /** Returns the address to dial: "any address of this machine" cannot be dialled. */
  public static RemoteAddress ofListener(RemoteAddress listening) {
    try {
      // A literal address, hence no look-up.
      InetAddress host = InetAddress.getByName(listening.host());
      return host.isAnyLocalAddress()
          ? RemoteAddress.of(host.getAddress().length == 4 ? "127.0.0.1" : "::1", listening.port())
          : listening;
    } catch (UnknownHostException impossible) {
      return listening;
    }
  }
}
