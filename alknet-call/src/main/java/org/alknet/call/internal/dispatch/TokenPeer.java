package org.alknet.call.internal.dispatch;

import java.util.Optional;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;

/**
 * The peer whose token a connection without identity has shown: calls are routed to it, and nothing
 * else follows from it (spec/call.md G-31).
 *
 * <p>Thread-safe. Keeps the token, so that it can be looked up again; the token is wiped with
 * {@link #forget}.
 */
final class TokenPeer {
  private final String peerId;
  private final AuthToken token;

  TokenPeer(String peerId, AuthToken token) {
    this.peerId = peerId;
    this.token = token;
  }

  String peerId() {
    return peerId;
  }

  /** Whether the token still is this peer's; it is, once it was forgotten. */
  synchronized boolean isStill(IdentityProvider identities) {
    if (token.isDestroyed()) {
      return true;
    }
    Optional<Identity> identity = identities.resolveFromToken(token);
    return identity.isPresent() && identity.get().id().equals(peerId);
  }

  synchronized void forget() {
    token.destroy();
  }
}
