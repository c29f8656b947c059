package org.alknet.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.alknet.cli.context.CliException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteSpecTest {
  private static final String PIN = "ed25519:" + "a1".repeat(32);

  @ParameterizedTest
  @ValueSource(strings = {"host:4433", "127.0.0.1:1", "[::1]:65535", "a-b.example.org:4433"})
  void addressesReadBackAsTheyWereWritten(String text) throws Exception {
    assertThat(RemoteSpec.parse(text)).hasToString(text);
    assertThat(RemoteSpec.parse(PIN + "@" + text)).hasToString(PIN + "@" + text);
    assertThat(RemoteSpec.parse("alknet://" + text + "\n")).hasToString(text);
  }

  @Test
  void digitsOfAPinMayBeInUpperCase() throws Exception {
    assertThat(RemoteSpec.parse("ed25519:" + "A1".repeat(32) + "@h:1").pins()).containsExactly(PIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "host:",
        ":4433",
        "host:0",
        "host:65536",
        "host:x",
        "::1:4433",
        "[host]:1",
        "[]:1",
        "@host:1",
        "ed25519:aa@host:1",
        "ED25519@host:1"
      })
  void anythingElseIsAUsageError(String text) {
    assertThatThrownBy(() -> RemoteSpec.parse(text))
        .isInstanceOfSatisfying(
            CliException.class, failure -> assertThat(failure.exit()).isEqualTo(2));
  }
}
