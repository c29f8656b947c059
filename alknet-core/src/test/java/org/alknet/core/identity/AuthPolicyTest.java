package org.alknet.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthPolicyTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final String TOKEN = "alk_testsecret123";
  private static final String HASH = hash(TOKEN);

  @Test
  void knownFingerprintResolvesToPeerIdScopesAndResources() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("worker-a")
                .fingerprints("ed25519:aa")
                .scopes("relay:connect")
                .resources(Map.of("service", List.of("gitea")))
                .build());

    assertThat(policy.resolveFingerprint("ed25519:aa"))
        .hasValue(
            new Identity(
                "worker-a", List.of("relay:connect"), Map.of("service", List.of("gitea"))));
  }

  @Test
  void unknownFingerprintAndEmptyPolicyResolveToNothing() {
    AuthPolicy policy = AuthPolicy.ofPeers(peer("a", "ed25519:aa"));

    assertThat(policy.resolveFingerprint("ed25519:bb")).isEmpty();
    assertThat(policy.resolveFingerprint("ED25519:aa")).isEmpty();
    assertThat(policy.resolveFingerprint("")).isEmpty();
    assertThat(AuthPolicy.empty().resolveFingerprint("ed25519:aa")).isEmpty();
    assertThat(AuthPolicy.empty().resolveToken(AuthToken.ofUtf8(TOKEN), NOW)).isEmpty();
  }

  @Test
  void disabledPeerResolvesOnNeitherPath() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("a")
                .fingerprints("ed25519:aa")
                .authTokenHash(HASH)
                .enabled(false)
                .build());

    assertThat(policy.resolveFingerprint("ed25519:aa")).isEmpty();
    assertThat(resolve(policy, TOKEN)).isEmpty();
  }

  @Test
  void bothFingerprintsOfAPeerGiveTheSameIdentity() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("hub").fingerprints("ed25519:aa", "SHA256:bb").build());

    assertThat(policy.resolveFingerprint("ed25519:aa"))
        .isPresent()
        .isEqualTo(policy.resolveFingerprint("SHA256:bb"));
  }

  @Test
  void firstEnabledPeerInListOrderWins() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            peer("disabled", "x").toBuilder().enabled(false).build(),
            peer("first", "x"),
            peer("second", "x"));

    assertThat(policy.resolveFingerprint("x").map(Identity::id)).hasValue("first");
  }

  @Test
  void peerTokenNeedsNoPrefixAndCarriesResources() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("a")
                .authTokenHash(hash("peer-bearer-secret"))
                .scopes("s")
                .resources(Map.of("service", List.of("gitea")))
                .build());

    assertThat(resolve(policy, "peer-bearer-secret"))
        .hasValue(new Identity("a", List.of("s"), Map.of("service", List.of("gitea"))));
    assertThat(resolve(policy, "peer-bearer-secre")).isEmpty();
  }

  @Test
  void tokenThatNoPeerHasFallsThroughToApiKeys() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(
                PeerEntry.builder("other").authTokenHash(hash("x")).build(),
                PeerEntry.builder("disabled").authTokenHash(HASH).enabled(false).build()),
            List.of(ApiKeyEntry.builder("alk_test", HASH).scopes("admin").build()));

    assertThat(resolve(policy, TOKEN)).hasValue(Identity.of("alk_test", "admin"));
    assertThat(policy.resolveApiKey(AuthToken.ofUtf8("x"), NOW)).isEmpty();
  }

  @Test
  void peerTokenComesBeforeApiKey() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(PeerEntry.builder("peer").authTokenHash(HASH).build()),
            List.of(ApiKeyEntry.builder("alk_test", HASH).build()));

    assertThat(resolve(policy, TOKEN).map(Identity::id)).hasValue("peer");
    assertThat(policy.resolveApiKey(AuthToken.ofUtf8(TOKEN), NOW).map(Identity::id))
        .hasValue("alk_test");
  }

  @Test
  void apiKeyGrantsItsScopesAndNoResources() {
    AuthPolicy policy = keys(ApiKeyEntry.builder("alk_test", HASH).scopes("a", "b").build());

    assertThat(resolve(policy, TOKEN))
        .hasValue(new Identity("alk_test", List.of("a", "b"), Map.of()));
  }

  @Test
  void unknownApiKeyAndWrongHashResolveToNothing() {
    AuthPolicy policy = keys(ApiKeyEntry.builder("alk_test", HASH).build());

    assertThat(resolve(policy, "alk_test_secret")).isEmpty();
    assertThat(resolve(policy, "alk_other_secret")).isEmpty();
    assertThat(resolve(policy, "alk_test")).isEmpty();
  }

  @Test
  void tokenWithoutTheApiKeyPrefixIsNoApiKey() {
    AuthPolicy policy = keys(ApiKeyEntry.builder("plain-se", hash("plain-secret")).build());

    assertThat(resolve(policy, "plain-secret")).isEmpty();
  }

  @Test
  void apiKeyExpiresAtExactlyItsSecond() {
    AuthPolicy policy =
        keys(ApiKeyEntry.builder("alk_test", HASH).expiresAt(NOW.getEpochSecond()).build());

    assertThat(policy.resolveToken(AuthToken.ofUtf8(TOKEN), NOW.minusNanos(1))).isPresent();
    assertThat(policy.resolveToken(AuthToken.ofUtf8(TOKEN), NOW)).isEmpty();
    assertThat(policy.resolveToken(AuthToken.ofUtf8(TOKEN), NOW.plusSeconds(9))).isEmpty();
    assertThat(resolve(keys(ApiKeyEntry.builder("alk_test", HASH).expiresAt(1).build()), TOKEN))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"alk_test", "alk_tes", "alk_t", "alk_"})
  void entryPrefixesUpToEightCharactersMatch(String prefix) {
    assertThat(resolve(keys(ApiKeyEntry.builder(prefix, HASH).build()), TOKEN).map(Identity::id))
        .hasValue(prefix);
  }

  @Test
  void entryPrefixLongerThanEightCharactersNeverMatches() {
    assertThat(resolve(keys(ApiKeyEntry.builder("alk_tests", HASH).build()), TOKEN)).isEmpty();
  }

  @Test
  void keysThatShareAPrefixAreAllReachable() {
    AuthPolicy policy =
        keys(
            ApiKeyEntry.builder("alk_test", hash("alk_test-one")).scopes("one").build(),
            ApiKeyEntry.builder("alk_test", hash("alk_test-two")).scopes("two").build(),
            ApiKeyEntry.builder("alk_te", hash("alk_test-three")).scopes("three").build());

    assertThat(resolve(policy, "alk_test-one")).hasValue(Identity.of("alk_test", "one"));
    assertThat(resolve(policy, "alk_test-two")).hasValue(Identity.of("alk_test", "two"));
    assertThat(resolve(policy, "alk_test-three")).hasValue(Identity.of("alk_te", "three"));
    assertThat(resolve(policy, "alk_test-four")).isEmpty();
  }

  @Test
  void anExpiredKeyDoesNotHideAnotherWithTheSamePrefix() {
    AuthPolicy policy =
        keys(
            ApiKeyEntry.builder("alk_test", hash("alk_test-old")).expiresAt(1).build(),
            ApiKeyEntry.builder("alk_test", hash("alk_test-new")).build());

    assertThat(resolve(policy, "alk_test-old")).isEmpty();
    assertThat(resolve(policy, "alk_test-new")).isPresent();
  }

  /** Each of these once made some implementation throw, or let two tokens be the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "616c6b5f", // alk_
        "616c6b5f414243c3", // eight bytes that end inside a character
        "616c6b5f414243c3bc", // nine bytes, a character across the eighth
        "fffe616c6b5f",
        "616c6b5f00000000",
        "00"
      })
  void strangeTokensResolveToNothing(String hex) {
    AuthPolicy policy =
        keys(
            ApiKeyEntry.builder("alk_test", HASH).build(),
            ApiKeyEntry.builder("alk_", hash("alk_replacement\ufffd")).build());

    assertThat(policy.resolveToken(AuthToken.of(HexFormat.of().parseHex(hex)), NOW)).isEmpty();
  }

  @Test
  void tokenThatDecodesLenientlyToAKnownOneIsNotThatOne() {
    AuthPolicy policy = keys(ApiKeyEntry.builder("alk_A", hash("alk_A\ufffd")).build());

    assertThat(policy.resolveToken(AuthToken.of(HexFormat.of().parseHex("616c6b5f41ff")), NOW))
        .isEmpty();
    assertThat(resolve(policy, "alk_A\ufffd")).isPresent();
  }

  @Test
  void tokenOfFiveKilobytesIsNobodysEvenIfItsHashIsKnown() {
    String big = "alk_" + "x".repeat(5 * 1024);
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("a")
                .authTokenHash("sha256:" + "0".repeat(64)) // nothing hashes a token of this size
                .build());

    assertThat(resolve(policy, big)).isEmpty();
  }

  @Test
  void theHashOfTheEmptyTokenOpensNothing() {
    String emptyHash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    AuthPolicy policy = AuthPolicy.ofPeers(PeerEntry.builder("a").authTokenHash(emptyHash).build());
    AuthToken destroyed = AuthToken.ofUtf8(TOKEN);
    destroyed.destroy();

    assertThat(resolve(policy, "")).isEmpty();
    assertThat(policy.resolveToken(destroyed, NOW)).isEmpty();
  }

  @Test
  void stringFormShowsNoEntries() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(peer("a", "x")), List.of(ApiKeyEntry.builder("alk_test", HASH).build()));

    assertThat(policy).hasToString("AuthPolicy[1 peers, 1 API keys]");
    assertThat(policy)
        .isEqualTo(AuthPolicy.of(policy.peers(), policy.apiKeys()))
        .hasSameHashCodeAs(AuthPolicy.of(policy.peers(), policy.apiKeys()))
        .isNotEqualTo(AuthPolicy.empty());
  }

  private static AuthPolicy keys(ApiKeyEntry... entries) {
    return AuthPolicy.of(List.of(), List.of(entries));
  }

  private static PeerEntry peer(String id, String fingerprint) {
    return PeerEntry.builder(id).fingerprints(fingerprint).build();
  }

  private static Optional<Identity> resolve(AuthPolicy policy, String token) {
    return policy.resolveToken(AuthToken.ofUtf8(token), NOW);
  }

  private static String hash(String token) {
    return TokenHash.of(AuthToken.ofUtf8(token)).orElseThrow();
  }
}
