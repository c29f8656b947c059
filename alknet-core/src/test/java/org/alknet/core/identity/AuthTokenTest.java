package org.alknet.core.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AuthTokenTest {
  @Test
  void tokensWithTheSameBytesAreEqual() {
    AuthToken token = AuthToken.ofUtf8("alk_abc");

    assertThat(token).isEqualTo(AuthToken.of("alk_abc".getBytes(UTF_8)));
    assertThat(token).hasSameHashCodeAs(AuthToken.ofUtf8("alk_abc"));
    assertThat(token).isNotEqualTo(AuthToken.ofUtf8("alk_abd"));
    assertThat(token).isNotEqualTo(AuthToken.ofUtf8("alk_ab"));
  }

  @Test
  void bytesAreCopiedInAndOut() {
    byte[] bytes = "secret".getBytes(UTF_8);
    AuthToken token = AuthToken.of(bytes);
    bytes[0] = 'X';
    token.revealTokenBytes()[1] = 'X';

    assertThat(token.revealTokenBytes()).isEqualTo("secret".getBytes(UTF_8));
  }

  @Test
  void stringFormIsRedacted() {
    assertThat(AuthToken.ofUtf8("very-secret")).hasToString("[REDACTED]");
  }

  @Test
  void aDestroyedTokenRevealsNothingAndEqualsOnlyItself() {
    AuthToken token = AuthToken.ofUtf8("secret");
    AuthToken twin = AuthToken.ofUtf8("secret");
    token.destroy();
    twin.destroy();

    assertThat(token.isDestroyed()).isTrue();
    assertThat(token.revealTokenBytes()).isEmpty();
    assertThat(List.of(token)).contains(token).doesNotContain(twin);
    assertThat(token).isNotEqualTo(AuthToken.ofUtf8(""));
  }
}
