package org.alknet.cli.assembly;

import java.util.Optional;
import org.alknet.http.openapi.HttpAuthScheme;

/** How a configuration names the place of a credential. */
final class AuthSpelling {
  private AuthSpelling() {}

  /**
   * Reads {@code bearer}, {@code basic}, {@code header:NAME}, {@code query:NAME} or {@code
   * cookie:NAME}.
   *
   * @return empty for anything else
   * @throws IllegalArgumentException if the name is none
   */
  static Optional<HttpAuthScheme> parse(String text) {
    int colon = text.indexOf(':');
    String name = text.substring(colon + 1);
    return switch (colon < 0 ? text : text.substring(0, colon)) {
      case "bearer" -> Optional.of(new HttpAuthScheme.Bearer());
      case "basic" -> Optional.of(new HttpAuthScheme.Basic());
      case "header" -> Optional.of(new HttpAuthScheme.ApiKey(name));
      case "query" -> Optional.of(new HttpAuthScheme.ApiKeyQuery(name));
      case "cookie" -> Optional.of(new HttpAuthScheme.ApiKeyCookie(name));
      default -> Optional.empty();
    };
  }

  static String of(HttpAuthScheme scheme) {
    if (scheme instanceof HttpAuthScheme.ApiKey key) {
      return "header:" + key.headerName();
    }
    if (scheme instanceof HttpAuthScheme.ApiKeyQuery key) {
      return "query:" + key.name();
    }
    if (scheme instanceof HttpAuthScheme.ApiKeyCookie key) {
      return "cookie:" + key.name();
    }
    return scheme instanceof HttpAuthScheme.Basic ? "basic" : "bearer";
  }
}
