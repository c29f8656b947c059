package org.alknet.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each test looks at texts through a listener of its own, so that the run's own stays content. */
class CanaryListenerTest {
  private final CanaryListener listener = new CanaryListener();

  @Test
  void secretInAnyFormFailsTheRunWithoutBeingShown() {
    byte[] secret = new byte[24];
    new SecureRandom().nextBytes(secret);
    Canaries.register("a key", secret);

    for (String form :
        Stream.of(
                HexFormat.of().formatHex(secret),
                HexFormat.of().withUpperCase().formatHex(secret),
                Base64.getEncoder().encodeToString(secret),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret))
            .toList()) {
      CanaryListener one = new CanaryListener();
      one.look("event=x key=" + form + " more");
      assertThatThrownBy(() -> one.finish())
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("a key")
          .hasMessageNotContaining(form);
    }
  }

  @Test
  void textIsFoundAsItIs() {
    String secret = Canaries.register("a token", "alk_" + new SecureRandom().nextLong() + "x");

    listener.look("token " + secret);

    assertThatThrownBy(() -> listener.finish()).hasMessageContaining("a token");
  }

  @Test
  void otherTextsAndShortenedSecretsAreNothing() {
    String secret = Canaries.register("another", "alk_" + new SecureRandom().nextLong() + "y");

    listener.look("token " + secret.substring(0, 8) + "...");

    assertThatCode(() -> listener.finish()).doesNotThrowAnyException();
  }

  @Test
  void shortSecretsAreRefused() {
    assertThatThrownBy(() -> Canaries.register("short", "1234567".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The run that this test is part of is watched: what it logs passes through a listener. */
  @Test
  void thisRunIsWatched() {
    assertThat(java.util.logging.Logger.getLogger("").getHandlers())
        .anyMatch(
            handler -> handler.getClass().getName().startsWith(CanaryListener.class.getName()));
  }
}
