package org.alknet.http.testing;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.canary.Canaries;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;

/** Knows the tokens a test tells it, which may change at any time. */
public final class TestIdentities implements IdentityProvider {
  private final Map<String, Identity> byToken = new ConcurrentHashMap<>();
  private final AtomicInteger asked = new AtomicInteger();

  /** Knows nobody. */
  public TestIdentities() {}

  /** Adds or replaces who a token belongs to; from now on it must never be seen. */
  public TestIdentities token(String token, Identity identity) {
    byToken.put(Canaries.register("a bearer token", token), identity);
    return this;
  }

  /** Withdraws a token. */
  public void withdraw(String token) {
    byToken.remove(token);
  }

  /** How often a token was looked up. */
  public int asked() {
    return asked.get();
  }

  @Override
  public Optional<Identity> resolveFromFingerprint(String fingerprint) {
    return Optional.empty();
  }

  @Override
  public Optional<Identity> resolveFromToken(AuthToken token) {
    asked.incrementAndGet();
    return Optional.ofNullable(
        byToken.get(new String(token.revealTokenBytes(), StandardCharsets.UTF_8)));
  }
}
