package org.alknet.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {
  @Test
  void emptyByDefault() {
    assertThat(Capabilities.empty().get("openai")).isEmpty();
    assertThat(Capabilities.empty().isEmpty()).isTrue();
  }

  @Test
  void apiKeysAndHttpTokensAreFoundByService() {
    Capabilities capabilities =
        Capabilities.empty()
            .withApiKey("openai", "key".toCharArray())
            .withHttpToken("github", "token".toCharArray());

    assertThat(text(capabilities, "openai")).hasValue("key");
    assertThat(text(capabilities, "github")).hasValue("token");
    assertThat(text(capabilities, "gitlab")).isEmpty();
    assertThat(capabilities.isEmpty()).isFalse();
  }

  @Test
  void anApiKeyIsPreferredToAnHttpTokenOfTheSameService() {
    Capabilities capabilities =
        Capabilities.empty()
            .withHttpToken("a", "token".toCharArray())
            .withApiKey("a", "key".toCharArray());

    assertThat(text(capabilities, "a")).hasValue("key");
  }

  @Test
  void copiesAreIndependentOfTheOriginal() {
    Capabilities original = Capabilities.empty().withApiKey("a", "one".toCharArray());
    Capabilities copy = original.withApiKey("b", "two".toCharArray());
    original.close();

    assertThat(text(original, "a")).isEmpty();
    assertThat(text(copy, "a")).hasValue("one");
    assertThat(text(copy, "b")).hasValue("two");
  }

  @Test
  void thoseThatFollowAreWhatTheSourceNamesAtEveryLook() {
    Capabilities first = Capabilities.empty().withApiKey("a", "one".toCharArray());
    Capabilities second = Capabilities.empty().withApiKey("a", "two".toCharArray());
    AtomicReference<Capabilities> source = new AtomicReference<>(first);
    Capabilities following = Capabilities.following(source::get);
    Capabilities before = following.current();
    source.set(second);

    assertThat(text(following, "a")).hasValue("two");
    assertThat(text(before, "a")).hasValue("one");
    assertThat(text(following.withApiKey("b", "x".toCharArray()), "a")).hasValue("two");
    assertThat(text(Capabilities.empty().orElse(following), "a")).hasValue("two");
    assertThat(following).hasToString("Capabilities[1 redacted]");
    following.close();
    assertThat(following.isEmpty()).isFalse();
    source.set(Capabilities.empty());
    assertThat(following.isEmpty()).isTrue();
  }

  @Test
  void closingWipesEveryEntryThatWasHandedOut() {
    Capabilities capabilities = Capabilities.empty().withApiKey("a", "one".toCharArray());
    Secret handedOut = capabilities.get("a").orElseThrow();
    capabilities.close();

    assertThat(handedOut.isClosed()).isTrue();
    assertThat(capabilities.get("a")).isEmpty();
    assertThat(capabilities.isEmpty()).isTrue();
  }

  @Test
  void closingTheSharedEmptyOneHarmsNobody() {
    Capabilities.empty().close();

    assertThat(text(Capabilities.empty().withApiKey("a", "x".toCharArray()), "a")).hasValue("x");
  }

  @Test
  void ownEntriesComeFirstWhenMerged() {
    Capabilities own = Capabilities.empty().withHttpToken("a", "own".toCharArray());
    Capabilities parent =
        Capabilities.empty()
            .withApiKey("a", "parent".toCharArray())
            .withApiKey("b", "parent-b".toCharArray());
    Capabilities merged = own.orElse(parent);
    own.close();
    parent.close();

    assertThat(text(merged, "a")).hasValue("own");
    assertThat(text(merged, "b")).hasValue("parent-b");
  }

  @Test
  void stringFormSaysHowManyAndNothingElse() {
    Capabilities capabilities = Capabilities.empty().withApiKey("openai", "sk-1".toCharArray());

    assertThat(capabilities).hasToString("Capabilities[1 redacted]");
  }

  @Test
  void anEmptyCredentialIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Capabilities.empty().withApiKey("a", new char[0]));
  }

  private static Optional<String> text(Capabilities capabilities, String service) {
    return capabilities.get(service).map(Secret::revealSecretText);
  }
}
