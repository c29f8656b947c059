package org.alknet.call.testing;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.canary.Canaries;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;

/** Knows the keys and tokens a test tells it, which may change at any time. */
public final class TestIdentities implements IdentityProvider {
  private final Map<String, Identity> byFingerprint = new ConcurrentHashMap<>();
  private final Map<String, Identity> byToken = new ConcurrentHashMap<>();

  /** Knows nobody. */
  public TestIdentities() {}

  /** Adds or replaces who a key belongs to. */
  public TestIdentities key(String fingerprint, Identity identity) {
    byFingerprint.put(fingerprint, identity);
    return this;
  }

  /** Forgets a key. */
  public TestIdentities forget(String fingerprint) {
    byFingerprint.remove(fingerprint);
    return this;
  }

  /** Adds or replaces who a token belongs to, which no output of the run may show. */
  public TestIdentities token(String token, Identity identity) {
    byToken.put(Canaries.register("a token that somebody has", token), identity);
    return this;
  }

  /** Forgets a token. */
  public TestIdentities forgetToken(String token) {
    byToken.remove(token);
    return this;
  }

  @Override
  public Optional<Identity> resolveFromFingerprint(String fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint));
  }

  @Override
  public Optional<Identity> resolveFromToken(AuthToken token) {
    return Optional.ofNullable(
        byToken.get(new String(token.revealTokenBytes(), StandardCharsets.UTF_8)));
  }
}
