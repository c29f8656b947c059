package org.alknet.core.identity;

import java.util.Optional;

/**
 * Turns proven credentials into identities. Called for every connection and every authenticated
 * request: implementations answer from memory, at once, without I/O and without blocking.
 *
 * <p>Empty means "not recognised", whatever the reason; bad input is not an error. Implementations
 * are thread-safe and never throw.
 */
public interface IdentityProvider {
  /** Resolves the fingerprint of a key whose possession was proven in the handshake. */
  Optional<Identity> resolveFromFingerprint(String fingerprint);

  /** Resolves a bearer token. */
  Optional<Identity> resolveFromToken(AuthToken token);
}
