package org.alknet.core.identity;

import java.util.List;
import java.util.Optional;

/**
 * Asks several providers in order; the first that recognises a credential wins.
 *
 * <p>Thread-safe.
 */
public final class CompositeIdentityProvider implements IdentityProvider {
  private final List<IdentityProvider> providers;

  /** Asks these providers, in this order. */
  public CompositeIdentityProvider(IdentityProvider... providers) {
    this.providers = List.of(providers);
  }

  @Override
  public Optional<Identity> resolveFromFingerprint(String fingerprint) {
    for (IdentityProvider provider : providers) {
      Optional<Identity> found = provider.resolveFromFingerprint(fingerprint);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  @Override
  public Optional<Identity> resolveFromToken(AuthToken token) {
    for (IdentityProvider provider : providers) {
      Optional<Identity> found = provider.resolveFromToken(token);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
