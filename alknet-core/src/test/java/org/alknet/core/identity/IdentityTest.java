package org.alknet.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IdentityTest {
  @Test
  void equalityIsStructuralOverAllParts() {
    Identity identity = new Identity("a", List.of("s"), Map.of("service", List.of("gitea")));

    assertThat(identity)
        .isEqualTo(new Identity("a", List.of("s"), Map.of("service", List.of("gitea"))))
        .isNotEqualTo(new Identity("b", List.of("s"), Map.of("service", List.of("gitea"))))
        .isNotEqualTo(new Identity("a", List.of("t"), Map.of("service", List.of("gitea"))))
        .isNotEqualTo(new Identity("a", List.of("s"), Map.of()));
  }

  @Test
  void copiesAreDeep() {
    List<String> scopes = new ArrayList<>(List.of("one"));
    List<String> services = new ArrayList<>(List.of("gitea"));
    Map<String, List<String>> resources = new HashMap<>(Map.of("service", services));
    Identity identity = new Identity("a", scopes, resources);
    scopes.add("two");
    services.add("registry");
    resources.clear();

    assertThat(identity)
        .isEqualTo(new Identity("a", List.of("one"), Map.of("service", List.of("gitea"))));
  }

  @Test
  void scopesAreComparedExactly() {
    Identity identity = Identity.of("a", "relay:connect");

    assertThat(identity.hasScope("relay:connect")).isTrue();
    assertThat(identity.hasScope("relay")).isFalse();
    assertThat(identity.hasScope("RELAY:CONNECT")).isFalse();
  }

  @Test
  void stringFormOfEntriesShowsNoHash() {
    String hash = "sha256:61210fdb492c840f1838774b822c184083c4093c7cb93e6c2c33732ff3b8903c";

    assertThat(PeerEntry.builder("a").authTokenHash(hash).build().toString())
        .doesNotContain("61210fdb");
    assertThat(ApiKeyEntry.builder("alk_abcd", hash).build().toString()).doesNotContain("61210fdb");
  }

  @Test
  void entriesSurviveTheirBuilders() {
    PeerEntry peer =
        PeerEntry.builder("a")
            .fingerprints("one", "two")
            .authTokenHash("h")
            .scopes("s")
            .resources(Map.of("service", List.of("gitea")))
            .displayName("A")
            .enabled(false)
            .build();
    ApiKeyEntry key =
        ApiKeyEntry.builder("alk_a", "h").scopes("s").description("d").expiresAt(7).build();

    assertThat(peer.toBuilder().build()).isEqualTo(peer);
    assertThat(key.toBuilder().build()).isEqualTo(key);
  }
}
