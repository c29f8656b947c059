package org.alknet.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompositeIdentityProviderTest {
  private static final String HASH = TokenHash.of(AuthToken.ofUtf8("t")).orElseThrow();

  @Test
  void firstHitWinsAndTheLastResortIsNothing() {
    IdentityProvider first = InMemoryIdentityStore.of(List.of(peer("first", "x")));
    IdentityProvider second =
        InMemoryIdentityStore.of(List.of(peer("second", "x"), peer("only-second", "y")));
    IdentityProvider both = new CompositeIdentityProvider(first, second);

    assertThat(both.resolveFromFingerprint("x").map(Identity::id)).hasValue("first");
    assertThat(both.resolveFromFingerprint("y").map(Identity::id)).hasValue("only-second");
    assertThat(both.resolveFromFingerprint("z")).isEmpty();
  }

  @Test
  void tokensAreAskedForInTheSameOrder() {
    IdentityProvider without = InMemoryIdentityStore.empty();
    IdentityProvider with =
        InMemoryIdentityStore.of(List.of(PeerEntry.builder("a").authTokenHash(HASH).build()));
    IdentityProvider both = new CompositeIdentityProvider(without, with);

    assertThat(both.resolveFromToken(AuthToken.ofUtf8("t")).map(Identity::id)).hasValue("a");
    assertThat(both.resolveFromToken(AuthToken.ofUtf8("u"))).isEmpty();
  }

  private static PeerEntry peer(String id, String fingerprint) {
    return PeerEntry.builder(id).fingerprints(fingerprint).build();
  }
}
