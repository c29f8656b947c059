package org.alknet.core.config;

import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;

/**
 * Resolves against the policy in force at the moment of the call, so that a reload counts from the
 * next lookup on. Read-only: its write path is the reload of the configuration.
 *
 * <p>Thread-safe.
 */
public final class ConfigIdentityProvider implements IdentityProvider {
  private final ConfigSnapshot snapshot;
  private final InstantSource clock;

  /** Reads the snapshot; API keys expire by the system clock. */
  public ConfigIdentityProvider(ConfigSnapshot snapshot) {
    this(snapshot, InstantSource.system());
  }

  /** Reads the snapshot; API keys expire by the given clock. */
  public ConfigIdentityProvider(ConfigSnapshot snapshot, InstantSource clock) {
    this.snapshot = Objects.requireNonNull(snapshot, "snapshot");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

  @Override
  public Optional<Identity> resolveFromFingerprint(String fingerprint) {
    return snapshot.current().auth().resolveFingerprint(fingerprint);
  }

  @Override
  public Optional<Identity> resolveFromToken(AuthToken token) {
    return snapshot.current().auth().resolveToken(token, clock.instant());
  }
}
