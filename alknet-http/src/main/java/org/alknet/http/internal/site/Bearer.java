package org.alknet.http.internal.site;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.alknet.core.identity.AuthToken;
import org.alknet.http.server.HttpFields;

/**
 * Finds the bearer token of a request (spec/http.md sections 5.1 and 15.1). Anything that is no
 * bearer token counts as none; what could be read in two ways is refused.
 */
final class Bearer {
  /** Start of the subprotocol by which a page hands over its token. */
  static final String PROTOCOL_PREFIX = "alknet.bearer.";

  private static final String SCHEME = "bearer ";

  private Bearer() {}

  /** Two credentials, of which one would have to be chosen. */
  static final class Ambiguous extends Exception {
    private static final long serialVersionUID = 1L;

    Ambiguous() {
      super("two credentials in one request");
    }
  }

  /** Returns the token of the Authorization field. */
  static Optional<AuthToken> of(HttpFields fields) throws Ambiguous {
    List<String> values = fields.all("Authorization");
    if (values.size() > 1) {
      throw new Ambiguous();
    }
    if (values.isEmpty() || !values.get(0).toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
      return Optional.empty();
    }
    String token = values.get(0).substring(SCHEME.length()).strip();
    return token.isEmpty()
        ? Optional.empty()
        : Optional.of(AuthToken.of(token.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** Returns the token of a request for a WebSocket, which may come as a subprotocol. */
  static Optional<AuthToken> ofWebSocket(HttpFields fields) throws Ambiguous {
    List<AuthToken> found = new ArrayList<>();
    of(fields).ifPresent(found::add);
    for (String protocol : protocols(fields)) {
      if (protocol.startsWith(PROTOCOL_PREFIX)) {
        try {
          found.add(
              AuthToken.of(
                  Base64.getUrlDecoder().decode(protocol.substring(PROTOCOL_PREFIX.length()))));
        } catch (IllegalArgumentException malformed) {
          // No token, like an Authorization field of another scheme.
          found.add(AuthToken.of(new byte[0]));
        }
      }
    }
    boolean same = found.stream().allMatch(other -> other.equals(found.get(0)));
    found.stream().skip(same ? 1 : 0).forEach(AuthToken::destroy);
    if (!same) {
      throw new Ambiguous();
    }
    return found.stream().findFirst();
  }

  /** Returns the subprotocols that are offered. */
  static List<String> protocols(HttpFields fields) {
    List<String> protocols = new ArrayList<>();
    for (String value : fields.all("Sec-WebSocket-Protocol")) {
      for (String protocol : value.split(",", -1)) {
        if (!protocol.isBlank()) {
          protocols.add(protocol.strip());
        }
      }
    }
    return protocols;
  }
}
