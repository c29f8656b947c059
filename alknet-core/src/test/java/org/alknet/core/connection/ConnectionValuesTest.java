package org.alknet.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.Optional;
import org.alknet.core.identity.Identity;
import org.junit.jupiter.api.Test;

class ConnectionValuesTest {
  @Test
  void closeCodesAreTheDocumentedOnes() {
    assertThat(CloseCode.NO_ERROR.value()).isEqualTo(0);
    assertThat(CloseCode.INTERNAL_ERROR.value()).isEqualTo(1);
    assertThat(CloseCode.AUTH_REQUIRED.value()).isEqualTo(2);
    assertThat(CloseCode.RATE_LIMITED.value()).isEqualTo(3);
    assertThat(CloseCode.PROTOCOL_ERROR.value()).isEqualTo(4);
    assertThat(new CloseCode(0xffff_ffffL).value()).isEqualTo(4_294_967_295L);
    assertThatIllegalArgumentException().isThrownBy(() -> new CloseCode(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new CloseCode(0x1_0000_0000L));
  }

  @Test
  void streamExceptionMessagesAndCausesAreTheDocumentedOnes() {
    IOException cause = new IOException("why");

    assertThat(new StreamException.ConnectionClosed()).hasMessage("connection closed").hasNoCause();
    assertThat(new StreamException.StreamClosed()).hasMessage("stream closed").hasNoCause();
    assertThat(new StreamException.Timeout()).hasMessage("stream timed out").hasNoCause();
    assertThat(new StreamException.Internal(cause)).hasMessage("stream error: why").hasCause(cause);
    assertThat(new IdentityAlreadySetException()).hasMessage("connection identity already set");
  }

  @Test
  void authContextIsAValue() {
    AuthContext known =
        new AuthContext(
            Optional.of(Identity.of("a", "s")),
            Alpns.CALL,
            Optional.empty(),
            Optional.of("ed25519:aa"));
    AuthContext same =
        new AuthContext(
            Optional.of(Identity.of("a", "s")),
            Alpn.of("alknet/call"),
            Optional.empty(),
            Optional.of("ed25519:aa"));

    assertThat(known).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(known)
        .isNotEqualTo(
            new AuthContext(
                Optional.empty(), Alpns.CALL, Optional.empty(), Optional.of("ed25519:aa")));
  }

  @Test
  void aConnectionIdIsNotEmpty() {
    assertThat(new ConnectionId("c-1")).hasToString("c-1");
    assertThatIllegalArgumentException().isThrownBy(() -> new ConnectionId(""));
  }
}
