package org.alknet.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.alknet.call.operation.CallError;
import org.alknet.cli.context.CliException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallFailuresTest {
  @ParameterizedTest
  @CsvSource({
    "NOT_FOUND, 20",
    "FORBIDDEN, 21",
    "INVALID_INPUT, 22",
    "INVALID_OPERATION_TYPE, 23",
    "INTERNAL, 24",
    "TIMEOUT, 25",
    "DEMO_FAILED, 26",
    "not_found, 26",
  })
  void everyCodeHasItsExitCode(String code, int exit) {
    CliException failure =
        CallFailures.translate("a/b", CallError.of(code, "why", false), Optional.empty());

    assertThat(failure.exit()).isEqualTo(exit);
    assertThat(failure.code()).isEqualTo(code);
    assertThat(failure.message()).isEqualTo("a/b: " + code + ": why");
  }

  @Test
  void endOfTheConnectionAndAbortAreNotInternal() {
    assertThat(CallFailures.exitCode(CallError.connectionClosed())).isEqualTo(12);
    assertThat(CallFailures.exitCode(CallError.cancelled())).isEqualTo(27);
    assertThat(CallFailures.exitCode(CallError.overloaded("full"))).isEqualTo(24);
  }

  @Test
  void refusalSaysWhichKeyWasPresented() {
    CallError forbidden = CallError.forbidden("missing required scope: x");

    assertThat(CallFailures.translate("a/b", forbidden, Optional.of("ed25519:77")).advice())
        .anyMatch(line -> line.contains("ed25519:77"));
    assertThat(CallFailures.translate("a/b", forbidden, Optional.empty()).advice())
        .anyMatch(line -> line.contains("--identity"));
  }
}
