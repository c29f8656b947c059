package org.alknet.core.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlpnTest {
  @ParameterizedTest
  @ValueSource(strings = {"call", "call/v2", "a", "my-service-2", "call/v10"})
  void projectNamesAreAccepted(String name) {
    assertThat(Alpn.alknet(name)).isEqualTo(Alpn.of("alknet/" + name));
    assertThat(Alpn.alknet(name).isRegistrable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Call", "2call", "call/v0", "call/v01", "call/2", "call/", "a/v1/b"})
  void otherProjectNamesAreRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Alpn.alknet(name));
    assertThat(Alpn.of("alknet/" + name).isRegistrable()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"h3", "h2", "http/1.1", "example/chat", "org.example/x/y"})
  void standardAndForeignNamesMayBeRegistered(String name) {
    assertThat(Alpn.of(name).isRegistrable()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"acme-tls/1", "alknet", "chat", "/chat", "http"})
  void reservedAndBareNamesMayNotBeRegistered(String name) {
    assertThat(Alpn.of(name).isRegistrable()).isFalse();
  }

  @Test
  void lengthIsFrom1To255Bytes() {
    assertThat(Alpn.of("x".repeat(255)).toBytes()).hasSize(255);
    assertThatIllegalArgumentException().isThrownBy(() -> Alpn.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> Alpn.of("x".repeat(256)));
    assertThatIllegalArgumentException().isThrownBy(() -> Alpn.of("ä/b"));
  }

  @Test
  void equalityIsByteWise() {
    byte[] bytes = {'h', '3'};
    Alpn alpn = Alpn.ofBytes(bytes);
    bytes[0] = 'x';
    alpn.toBytes()[0] = 'x';

    assertThat(alpn).isEqualTo(Alpns.H3).hasSameHashCodeAs(Alpns.H3).isNotEqualTo(Alpn.of("H3"));
  }

  @Test
  void stringFormEscapesEverythingButPlainAscii() {
    assertThat(Alpn.ofBytes(new byte[] {'a', '\n', ' ', '\\', (byte) 0xff, 0x7f}))
        .hasToString("a\\x0a\\x20\\x5c\\xff\\x7f");
  }
}
