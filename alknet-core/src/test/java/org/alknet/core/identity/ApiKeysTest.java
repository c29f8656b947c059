package org.alknet.core.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.alknet.canary.Canaries;
import org.junit.jupiter.api.Test;

class ApiKeysTest {
  @Test
  void generatedKeyHas43CharactersBeyondItsMarkAndResolves() {
    try (ApiKeys.Generated key = ApiKeys.generate(AuthPolicy.empty())) {
      String token = new String(key.token().revealTokenBytes(), US_ASCII);
      Canaries.register("a generated token", token);
      AuthPolicy policy =
          AuthPolicy.of(List.of(), List.of(key.entry().toBuilder().scopes("admin").build()));

      assertThat(token).matches("alk_[A-Za-z0-9_-]{43}").startsWith(key.entry().prefix());
      assertThat(policy.validate()).isEmpty();
      assertThat(policy.resolveToken(key.token(), Instant.EPOCH))
          .hasValue(Identity.of(key.entry().prefix(), "admin"));
      assertThat(key.toString()).doesNotContain(token.substring(8));
    }
  }

  @Test
  void generatedKeysDiffer() {
    Set<String> hashes = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      hashes.add(ApiKeys.generate(AuthPolicy.empty()).entry().hash());
    }

    assertThat(hashes).hasSize(1000);
  }

  @Test
  void prefixThatIsTakenByAKeyOrAPeerIsDrawnAgain() {
    AuthPolicy policy =
        AuthPolicy.of(
            List.of(PeerEntry.builder("alk_AQEB").build()),
            List.of(ApiKeyEntry.builder("alk_AAAA", "x").build()));
    Scripted random = new Scripted(0, 1, 2);

    ApiKeys.Generated key = ApiKeys.generate(policy, random);

    assertThat(key.entry().prefix()).isEqualTo("alk_AgIC");
    assertThat(random.fills).isEmpty();
  }

  @Test
  void aSourceThatAlwaysCollidesIsGivenUpOn() {
    AuthPolicy policy =
        AuthPolicy.of(List.of(), List.of(ApiKeyEntry.builder("alk_AAAA", "x").build()));

    assertThatIllegalStateException()
        .isThrownBy(() -> ApiKeys.generate(policy, new Scripted()))
        .withMessageContaining("prefix");
  }

  @Test
  void closingWipesTheToken() {
    ApiKeys.Generated key = ApiKeys.generate(AuthPolicy.empty());
    key.close();

    assertThat(key.token().isDestroyed()).isTrue();
    assertThat(key.token().revealTokenBytes()).isEmpty();
  }

  /** Fills whole arrays with the scripted bytes, then with zeros. */
  private static final class Scripted implements RandomGenerator {
    private final Deque<Byte> fills = new ArrayDeque<>();

    Scripted(int... values) {
      for (int value : values) {
        fills.add((byte) value);
      }
    }

    @Override
    public long nextLong() {
      throw new AssertionError("only whole arrays are drawn");
    }

    @Override
    public void nextBytes(byte[] bytes) {
      Arrays.fill(bytes, fills.isEmpty() ? 0 : fills.remove());
    }
  }
}
