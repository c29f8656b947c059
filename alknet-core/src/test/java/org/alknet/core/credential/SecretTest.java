package org.alknet.core.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.Serializable;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void stringFormIsRedacted() {
    assertThat(Secret.of("sk-123".toCharArray())).hasToString("[REDACTED]");
  }

  @Test
  void onlyTheExplicitAccessorReveals() {
    assertThat(Secret.of("sk-123".toCharArray()).revealSecretText()).isEqualTo("sk-123");
    assertThat(Secret.ofUtf8("schlüssel".getBytes(UTF_8)).revealSecretText())
        .isEqualTo("schlüssel");
  }

  @Test
  void charactersAreCopied() {
    char[] given = "sk-123".toCharArray();
    Secret secret = Secret.of(given);
    Arrays.fill(given, 'x');

    assertThat(secret.revealSecretText()).isEqualTo("sk-123");
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Secret.ofUtf8(new byte[] {'a', (byte) 0xc3}));
  }

  @Test
  void closingWipes() {
    Secret secret = Secret.of("sk-123".toCharArray());
    Optional<Secret> copy = secret.copy();
    secret.close();

    assertThat(secret.isClosed()).isTrue();
    assertThat(secret.copy()).isEmpty();
    assertThatIllegalStateException().isThrownBy(secret::revealSecretText);
    assertThat(copy.orElseThrow().revealSecretText()).isEqualTo("sk-123");
  }

  @Test
  void neitherTypeIsSerialisableOrHasBeanGetters() {
    for (Class<?> type : new Class<?>[] {Secret.class, Capabilities.class}) {
      assertThat(Serializable.class.isAssignableFrom(type)).isFalse();
      assertThat(type.getMethods())
          .filteredOn(method -> method.getParameterCount() == 0)
          .extracting(Method::getName)
          .filteredOn(name -> name.startsWith("get"))
          .containsExactly("getClass");
    }
  }

  @Test
  void comparisonIsByIdentity() {
    assertThat(Secret.of("a".toCharArray())).isNotEqualTo(Secret.of("a".toCharArray()));
  }
}
