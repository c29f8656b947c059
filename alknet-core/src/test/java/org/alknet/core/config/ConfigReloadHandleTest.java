package org.alknet.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.alknet.core.identity.ApiKeyEntry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.IdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CountingMetrics;
import org.junit.jupiter.api.Test;

class ConfigReloadHandleTest {
  private static final String PRINT = "ed25519:" + "a".repeat(64);
  private static final String OTHER_PRINT = "ed25519:" + "b".repeat(64);
  private static final String HASH = TokenHash.of(AuthToken.ofUtf8("alk_secret-1")).orElseThrow();
  private static final String OTHER_HASH =
      TokenHash.of(AuthToken.ofUtf8("alk_secret-2")).orElseThrow();

  private final List<String> audited = new ArrayList<>();
  private final AuditLog audit = (event, fields) -> audited.add(event + fields);
  private final CountingMetrics metrics = new CountingMetrics();

  @Test
  void reloadAddsAndRemovesAccessAtOnce() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());
    IdentityProvider provider = new ConfigIdentityProvider(handle.snapshot());
    assertThat(provider.resolveFromFingerprint(PRINT)).isEmpty();

    handle.reload(peers(PeerEntry.builder("a").fingerprints(PRINT).build()));
    assertThat(provider.resolveFromFingerprint(PRINT)).hasValue(Identity.of("a"));

    handle.reload(DynamicConfig.defaults());
    assertThat(provider.resolveFromFingerprint(PRINT)).isEmpty();
  }

  @Test
  void reloadAddsAndRemovesTokensAtOnce() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());
    IdentityProvider provider = new ConfigIdentityProvider(handle.snapshot());
    AuthToken token = AuthToken.ofUtf8("alk_secret-1");
    assertThat(provider.resolveFromToken(token)).isEmpty();

    handle.reload(keys(ApiKeyEntry.builder("alk_secr", HASH).build()));
    assertThat(provider.resolveFromToken(token)).isPresent();

    handle.reload(DynamicConfig.defaults());
    assertThat(provider.resolveFromToken(token)).isEmpty();
  }

  @Test
  void anEarlierSnapshotIsUnchangedByAReload() throws Exception {
    ConfigReloadHandle handle = handle(peers(PeerEntry.builder("a").fingerprints(PRINT).build()));
    DynamicConfig earlier = handle.current();

    handle.reload(DynamicConfig.defaults());

    assertThat(earlier.auth().resolveFingerprint(PRINT)).isPresent();
    assertThat(handle.current()).isEqualTo(DynamicConfig.defaults());
    assertThat(handle.snapshot().current()).isSameAs(handle.current());
  }

  @Test
  void invalidReloadLeavesTheOldConfigurationAndReportsEveryProblem() throws Exception {
    DynamicConfig valid = peers(PeerEntry.builder("a").fingerprints(PRINT).build());
    ConfigReloadHandle handle = handle(valid);

    ConfigException.Invalid invalid =
        Objects.requireNonNull(
            catchThrowableOfType(
                ConfigException.Invalid.class,
                () ->
                    handle.reload(
                        peers(
                            PeerEntry.builder("local").fingerprints("bad").build(),
                            PeerEntry.builder("b").authTokenHash("bad").build()))));

    assertThat(invalid.problems())
        .extracting(ConfigProblem::keyPath)
        .containsExactly(
            "auth.peers[0].peer_id",
            "auth.peers[0].fingerprints[0]",
            "auth.peers[1].auth_token_hash");
    assertThat(invalid).hasMessageContaining("auth.peers[1].auth_token_hash");
    assertThat(handle.current()).isSameAs(valid);
    assertThat(handle.generation()).isZero();
    assertThat(audited).singleElement().asString().startsWith("config_reload{result=reject");
    assertThat(metrics.total("reload_total", Map.of("result", "reject"))).isEqualTo(1);
  }

  @Test
  void aDuplicatePeerIdAloneHasItsOwnException() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());

    assertThatExceptionOfType(ConfigException.DuplicatePeerId.class)
        .isThrownBy(
            () ->
                handle.reload(
                    peers(PeerEntry.builder("a").build(), PeerEntry.builder("a").build())))
        .withMessage("duplicate peer_id: a")
        .satisfies(e -> assertThat(e.peerId()).isEqualTo("a"));
  }

  @Test
  void theFirstConfigurationIsValidatedToo() {
    assertThatExceptionOfType(ConfigException.Invalid.class)
        .isThrownBy(() -> handle(peers(PeerEntry.builder("").build())));
  }

  @Test
  void oneAuditEventTellsWhatChangedWithoutHashes() throws Exception {
    ConfigReloadHandle handle =
        handle(
            new DynamicConfig(
                AuthPolicy.of(
                    List.of(
                        PeerEntry.builder("gone").build(),
                        PeerEntry.builder("off").build(),
                        PeerEntry.builder("on").enabled(false).build(),
                        PeerEntry.builder("rekeyed").fingerprints(PRINT).build(),
                        PeerEntry.builder("regranted").scopes("a").build(),
                        PeerEntry.builder("same").build()),
                    List.of(
                        ApiKeyEntry.builder("alk_old", HASH).build(),
                        ApiKeyEntry.builder("alk_both", OTHER_HASH).build())),
                new RateLimitConfig(100, 5)));
    audited.clear();

    ConfigDiff diff =
        handle.reload(
            new DynamicConfig(
                AuthPolicy.of(
                    List.of(
                        PeerEntry.builder("same").displayName("x").build(),
                        PeerEntry.builder("added").build(),
                        PeerEntry.builder("off").enabled(false).build(),
                        PeerEntry.builder("on").build(),
                        PeerEntry.builder("rekeyed").fingerprints(OTHER_PRINT).build(),
                        PeerEntry.builder("regranted").scopes("a", "b").build()),
                    List.of(
                        ApiKeyEntry.builder("alk_both", OTHER_HASH).expiresAt(9).build(),
                        ApiKeyEntry.builder("alk_new", HASH).build())),
                new RateLimitConfig(50, 5)));

    assertThat(diff)
        .isEqualTo(
            new ConfigDiff(
                List.of("added"),
                List.of("gone"),
                List.of("off"),
                List.of("on"),
                List.of("rekeyed"),
                List.of("regranted"),
                List.of("alk_new"),
                List.of("alk_old"),
                List.of("alk_both"),
                List.of("max_connections_per_ip:100->50")));
    assertThat(audited)
        .singleElement()
        .asString()
        .startsWith("config_reload{result=accept, generation=1, peers_added=added")
        .doesNotContain("sha256")
        .doesNotContain(HASH.substring(10, 20));
    assertThat(metrics.total("reload_total", Map.of("result", "accept"))).isEqualTo(1);
    assertThat(metrics.gauge("config_generation", Map.of())).isEqualTo(1);
  }

  @Test
  void reloadOfTheSameConfigurationIsAnEmptyDifferenceAndANewGeneration() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());

    assertThat(handle.reload(DynamicConfig.defaults()).isEmpty()).isTrue();
    assertThat(handle.generation()).isEqualTo(1);
  }

  @Test
  void listenersSeeTheNewConfigurationUntilTheyUnsubscribe() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());
    List<DynamicConfig> seen = new ArrayList<>();
    ConfigSnapshot.Subscription subscription = handle.onChange(seen::add);
    DynamicConfig next = DynamicConfig.defaults().withRateLimits(new RateLimitConfig(1, 1));

    handle.reload(next);
    subscription.close();
    subscription.close();
    handle.reload(DynamicConfig.defaults());

    assertThat(seen).containsExactly(next);
  }

  @Test
  void invalidReloadIsNotTold() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());
    List<DynamicConfig> seen = new ArrayList<>();
    ConfigSnapshot.Subscription subscription = handle.onChange(seen::add);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> handle.reload(peers(PeerEntry.builder("").build())));

    assertThat(seen).isEmpty();
    subscription.close();
  }

  @Test
  void aListenerThatThrowsDoesNotKeepTheNextFromKnowing() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());
    List<DynamicConfig> seen = new ArrayList<>();
    ConfigSnapshot.Subscription broken =
        handle.onChange(
            config -> {
              throw new IllegalStateException("a bug");
            });
    ConfigSnapshot.Subscription fine = handle.onChange(seen::add);

    handle.reload(DynamicConfig.defaults());
    handle.reload(DynamicConfig.defaults());

    assertThat(seen).hasSize(2);
    broken.close();
    fine.close();
  }

  @Test
  void aBrokenAuditLogDoesNotKeepListenersFromKnowing() throws Exception {
    AuditLog broken =
        (event, fields) -> {
          throw new IllegalStateException("a bug");
        };
    ConfigReloadHandle handle =
        ConfigReloadHandle.create(DynamicConfig.defaults(), broken, metrics);
    List<DynamicConfig> seen = new ArrayList<>();
    ConfigSnapshot.Subscription subscription = handle.onChange(seen::add);

    assertThatIllegalStateException().isThrownBy(() -> handle.reload(DynamicConfig.defaults()));

    assertThat(seen).hasSize(1);
    subscription.close();
  }

  @Test
  void aListenerMayReloadAndIsToldAgainAfterwards() throws Exception {
    ConfigReloadHandle handle = handle(DynamicConfig.defaults());
    DynamicConfig first = DynamicConfig.defaults().withRateLimits(new RateLimitConfig(1, 1));
    DynamicConfig second = DynamicConfig.defaults().withRateLimits(new RateLimitConfig(2, 2));
    List<DynamicConfig> seen = new ArrayList<>();
    ConfigSnapshot.Subscription subscription =
        handle.onChange(
            config -> {
              seen.add(config);
              if (config.equals(first)) {
                reloadUnchecked(handle, second);
              }
            });

    handle.reload(first);

    assertThat(seen).containsExactly(first, second);
    subscription.close();
  }

  @Test
  void theConfigProviderIsNotAnIdentityStore() {
    assertThat(IdentityStore.class.isAssignableFrom(ConfigIdentityProvider.class)).isFalse();
    assertThat(IdentityProvider.class.isAssignableFrom(ConfigIdentityProvider.class)).isTrue();
  }

  private static void reloadUnchecked(ConfigReloadHandle handle, DynamicConfig next) {
    try {
      handle.reload(next);
    } catch (ConfigException invalid) {
      throw new AssertionError(invalid);
    }
  }

  private ConfigReloadHandle handle(DynamicConfig initial) throws ConfigException {
    return ConfigReloadHandle.create(initial, audit, metrics);
  }

  private static DynamicConfig peers(PeerEntry... peers) {
    return DynamicConfig.defaults().withAuth(AuthPolicy.ofPeers(peers));
  }

  private static DynamicConfig keys(ApiKeyEntry... keys) {
    return DynamicConfig.defaults().withAuth(AuthPolicy.of(List.of(), List.of(keys)));
  }
}
