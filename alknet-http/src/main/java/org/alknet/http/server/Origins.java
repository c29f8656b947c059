package org.alknet.http.server;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which web pages may use the gateway from a browser, by their origin, compared exactly (RFC 6454).
 *
 * <p>Immutable.
 */
public final class Origins {
  private static final Origins NONE = new Origins(false, Set.of());

  private final boolean any;
  private final Set<String> allowed;

  private Origins(boolean any, Set<String> allowed) {
    this.any = any;
    this.allowed = allowed;
  }

  /** Allows no other origin than the server's own. */
  public static Origins none() {
    return NONE;
  }

  /** Allows every origin: a token has to be presented all the same, and cookies mean nothing. */
  public static Origins any() {
    return new Origins(true, Set.of());
  }

  /**
   * Allows these origins.
   *
   * @param origins such as {@code https://app.example.org}, without a path
   * @throws IllegalArgumentException if one is no origin
   */
  public static Origins of(Set<String> origins) {
    return new Origins(
        false, origins.stream().map(Origins::checked).collect(Collectors.toUnmodifiableSet()));
  }

  /** Whether any other origin than the server's own is allowed. */
  public boolean isOpen() {
    return any || !allowed.isEmpty();
  }

  /** Whether this origin is in the list. */
  public boolean contains(String origin) {
    return any || allowed.contains(origin);
  }

  /**
   * Whether an origin is in the list or on the host the request went to.
   *
   * @param host value of the Host field, with the port if there is one
   */
  public boolean allows(String origin, String host) {
    return contains(origin) || isSameHost(origin, host);
  }

  private static boolean isSameHost(String origin, String host) {
    int authority = origin.indexOf("://");
    return authority > 0 && origin.substring(authority + 3).toLowerCase(Locale.ROOT).equals(host);
  }

  private static String checked(String origin) {
    try {
      URI uri = new URI(origin);
      if (uri.getScheme() != null
          && uri.getHost() != null
          && origin.equals(uri.getScheme() + "://" + uri.getRawAuthority())
          && uri.getRawUserInfo() == null
          && origin.equals(origin.toLowerCase(Locale.ROOT))) {
        return origin;
      }
    } catch (URISyntaxException malformed) {
      throw new IllegalArgumentException("no origin: " + malformed.getReason(), malformed);
    }
    throw new IllegalArgumentException(
        "an origin is a scheme, a host and perhaps a port in lower case, such as"
            + " https://app.example.org");
  }
}
