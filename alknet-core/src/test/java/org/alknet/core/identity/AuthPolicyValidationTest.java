package org.alknet.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthPolicyValidationTest {
  private static final String PRINT_A = "ed25519:" + "a".repeat(64);
  private static final String PRINT_B = "SHA256:" + "b".repeat(64);
  private static final String HASH_A = "sha256:" + "a".repeat(64);
  private static final String HASH_B = "sha256:" + "b".repeat(64);

  @Test
  void wellFormedEntriesWithUniqueIdsPass() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(
                PeerEntry.builder("a").fingerprints(PRINT_A, PRINT_B).authTokenHash(HASH_A).build(),
                PeerEntry.builder("b").build()),
            List.of(ApiKeyEntry.builder("alk_1234", HASH_B).expiresAt(0).build()));

    assertThat(policy.validate()).isEmpty();
    assertThat(policy.duplicatePeerIds()).isEmpty();
  }

  @Test
  void duplicatePeerIdIsReportedOnceForEachRepetition() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("a").build(),
            PeerEntry.builder("b").build(),
            PeerEntry.builder("a").build(),
            PeerEntry.builder("a").build());

    assertThat(policy.validate())
        .extracting(PolicyProblem::location)
        .containsExactly("auth.peers[2].peer_id", "auth.peers[3].peer_id");
    assertThat(policy.validate().get(0).message()).startsWith("duplicate peer_id: a");
    assertThat(policy.duplicatePeerIds()).containsExactly("a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "local", "a\nb", "a\u0000", "a\u007f"})
  void unusablePeerIdsAreReported(String id) {
    assertThat(AuthPolicy.ofPeers(PeerEntry.builder(id).build()).validate())
        .extracting(PolicyProblem::location)
        .containsExactly("auth.peers[0].peer_id");
  }

  @Test
  void peerIdsHaveAtMost255Characters() {
    assertThat(AuthPolicy.ofPeers(PeerEntry.builder("x".repeat(255)).build()).validate()).isEmpty();
    assertThat(AuthPolicy.ofPeers(PeerEntry.builder("x".repeat(256)).build()).validate())
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ed25519:abc",
        "ED25519:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ""
      })
  void malformedFingerprintsAreReported(String fingerprint) {
    assertThat(
            AuthPolicy.ofPeers(PeerEntry.builder("a").fingerprints(PRINT_A, fingerprint).build())
                .validate())
        .extracting(PolicyProblem::location)
        .containsExactly("auth.peers[0].fingerprints[1]");
  }

  @Test
  void upperCaseHexDigitsAreNormalisedAndResolve() {
    AuthPolicy policy =
        AuthPolicy.ofPeers(
            PeerEntry.builder("a").fingerprints("ed25519:" + "A".repeat(64)).build());

    assertThat(policy.validate()).isEmpty();
    assertThat(policy.resolveFingerprint(PRINT_A)).isPresent();
  }

  @Test
  void credentialClaimedByTwoEntriesIsReportedWhateverItsSpelling() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(
                PeerEntry.builder("a").fingerprints(PRINT_A).authTokenHash(HASH_A).build(),
                PeerEntry.builder("b")
                    .fingerprints("ed25519:" + "A".repeat(64))
                    .authTokenHash(HASH_A)
                    .enabled(false)
                    .build()),
            List.of(ApiKeyEntry.builder("alk_1234", HASH_A).build()));

    assertThat(policy.validate())
        .extracting(PolicyProblem::location)
        .containsExactly(
            "auth.peers[1].fingerprints[0]",
            "auth.peers[1].auth_token_hash",
            "auth.api_keys[0].hash");
  }

  @Test
  void fingerprintListedTwiceByOnePeerIsReported() {
    assertThat(
            AuthPolicy.ofPeers(PeerEntry.builder("a").fingerprints(PRINT_A, PRINT_A).build())
                .validate())
        .extracting(PolicyProblem::message)
        .containsExactly("this fingerprint is listed twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"alk_", "alk_12345", "key_1234", "ALK_1234", "", "alk_1 3", "alk_é"})
  void malformedPrefixesAreReported(String prefix) {
    assertThat(
            AuthPolicy.of(List.of(), List.of(ApiKeyEntry.builder(prefix, HASH_A).build()))
                .validate())
        .extracting(PolicyProblem::location)
        .containsExactly("auth.api_keys[0].prefix");
  }

  @Test
  void prefixThatIsAPeerIdIsReported() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(PeerEntry.builder("alk_1234").build()),
            List.of(ApiKeyEntry.builder("alk_1234", HASH_A).build()));

    assertThat(policy.validate())
        .extracting(PolicyProblem::location)
        .containsExactly("auth.api_keys[0].prefix");
  }

  @Test
  void everyProblemIsReportedAtOnceWithItsLocation() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(
                PeerEntry.builder(" ").fingerprints("bad").authTokenHash("bad").build(),
                PeerEntry.builder("local").build()),
            List.of(ApiKeyEntry.builder("nope", "bad").expiresAt(-1).build()));

    assertThat(policy.validate())
        .extracting(PolicyProblem::location)
        .containsExactly(
            "auth.peers[0].peer_id",
            "auth.peers[0].fingerprints[0]",
            "auth.peers[0].auth_token_hash",
            "auth.peers[1].peer_id",
            "auth.api_keys[0].prefix",
            "auth.api_keys[0].hash",
            "auth.api_keys[0].expires_at");
  }

  @Test
  void problemsNeverContainHashes() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(PeerEntry.builder("a").authTokenHash("sha256:canary").build()),
            List.of(
                ApiKeyEntry.builder("alk_1234", HASH_A).build(),
                ApiKeyEntry.builder("alk_1235", HASH_A).build()));

    assertThat(policy.validate().toString()).doesNotContain("canary").doesNotContain("aaaa");
  }
}
