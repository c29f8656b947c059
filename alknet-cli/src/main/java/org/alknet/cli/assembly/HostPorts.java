package org.alknet.cli.assembly;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.Locale;

/** Addresses of the form {@code HOST:PORT}, IPv6 addresses in brackets. */
public final class HostPorts {
  private HostPorts() {}

  /** Reads an address to listen on; port 0 lets the system choose. */
  public static InetSocketAddress parse(String text) throws NodeException {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.length() >= 2 && host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty() || host.indexOf(':') >= 0 != bracketed) {
      throw notAnAddress(text);
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      return new InetSocketAddress(InetAddress.getByName(host), port);
    } catch (IllegalArgumentException | UnknownHostException unusable) {
      throw notAnAddress(text);
    }
  }

  private static NodeException notAnAddress(String text) {
    return new NodeException(
        NodeException.Kind.CONFIGURATION,
        "cannot listen on \"" + text + "\": an address is HOST:PORT",
        "For example 127.0.0.1:4433, [::1]:4433, 0.0.0.0:4433, or port 0 for a free one.");
  }

  /** Returns the numbers of an address, in the form others read. */
  public static String format(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    String text = host.getHostAddress();
    return (host instanceof Inet4Address ? text : "[" + text + "]") + ":" + address.getPort();
  }

  /** Returns an address others can dial: nobody can dial "any address of this machine". */
  static InetSocketAddress dialable(InetSocketAddress bound) {
    if (!bound.getAddress().isAnyLocalAddress()) {
      return bound;
    }
    return new InetSocketAddress(outsideAddress(), bound.getPort());
  }

  private static InetAddress outsideAddress() {
    try {
      return NetworkInterface.networkInterfaces()
          .filter(HostPorts::isUsable)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(address -> !address.isLinkLocalAddress() && !address.isLoopbackAddress())
          .min(
              Comparator.comparing((InetAddress address) -> !(address instanceof Inet4Address))
                  .thenComparing(address -> address.getHostAddress().toLowerCase(Locale.ROOT)))
          .orElseGet(InetAddress::getLoopbackAddress);
    } catch (SocketException unknown) {
      return InetAddress.getLoopbackAddress();
    }
  }

  private static boolean isUsable(NetworkInterface network) {
    try {
      return network.isUp() && !network.isLoopback() && !network.isVirtual();
    } catch (SocketException gone) {
      return false;
    }
  }
}
