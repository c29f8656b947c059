package org.alknet.core.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of an address to listen on: {@code 0.0.0.0:4433}, {@code [::]:4433} or {@code
 * localhost:4433}. Other names are refused, so that nothing depends on a name server.
 */
public final class ListenAddress {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(localhost|[0-9.]+)|\\[([0-9A-Fa-f:.]+(?:%[0-9A-Za-z_.-]+)?)]):([0-9]{1,5})");

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");

  private ListenAddress() {}

  /** Parses an address; port 0 lets the system choose. Never asks a name server. */
  public static Optional<InetSocketAddress> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(matcher.group(3));
    String name = matcher.group(1);
    if (port > 65_535 || (name != null && !isIpv4OrLocalhost(name))) {
      return Optional.empty();
    }
    String literal =
        name == null ? matcher.group(2) : name.equals("localhost") ? "127.0.0.1" : name;
    try {
      // With a literal this parses and looks nothing up; only an IPv6 one can still be malformed.
      return Optional.of(new InetSocketAddress(InetAddress.getByName(literal), port));
    } catch (UnknownHostException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isIpv4OrLocalhost(String name) {
    return name.equals("localhost") || IPV4.matcher(name).matches();
  }
}
