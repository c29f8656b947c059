package org.alknet.http.internal.ws;

import java.util.Optional;
import java.util.function.Function;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;

/**
 * Who opened a WebSocket. What the token leads to is compared with what it led to at the start: a
 * token that was withdrawn, or whose rights changed, must not live as long as a tab in a browser.
 *
 * <p>Thread-safe. Owns the token until {@link #forget()}.
 */
final class Caller {
  private final Identity identity;
  private final AuthToken token;
  private final Function<AuthToken, Optional<Identity>> resolver;

  Caller(Identity identity, AuthToken token, Function<AuthToken, Optional<Identity>> resolver) {
    this.identity = identity;
    this.token = token;
    this.resolver = resolver;
  }

  Identity identity() {
    return identity;
  }

  /** Whether the token still leads to the same identity with the same rights. */
  boolean isCurrent() {
    return resolver.apply(token).filter(identity::equals).isPresent();
  }

  void forget() {
    token.destroy();
  }
}
