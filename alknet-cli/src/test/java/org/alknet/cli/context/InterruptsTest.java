package org.alknet.cli.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.alknet.cli.InProcess.QuietPlatform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterruptsTest {
  private final QuietPlatform platform = new QuietPlatform();
  private final Interrupts interrupts = Interrupts.install(platform);

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void firstSignalCancelsTheWorkAndGivesItsCode(String signal, int code) {
    CompletableFuture<String> work = new CompletableFuture<>();
    platform.raise(signal);

    assertThatThrownBy(() -> interrupts.await(work))
        .isInstanceOfSatisfying(
            CliException.class, stopped -> assertThat(stopped.exit()).isEqualTo(code));
    assertThat(work).isCancelled();
    assertThat(platform.exits()).isEmpty();
  }

  @Test
  void secondSignalEndsTheProcessAtOnce() {
    platform.raise("TERM");
    platform.raise("INT");

    assertThat(platform.exits()).containsExactly(130);
  }

  @Test
  void workThatIsDoneWins() throws Exception {
    platform.raise("INT");

    assertThat(interrupts.await(CompletableFuture.completedFuture("done"))).isEqualTo("done");
  }

  @Test
  void failureOfTheWorkIsThrownAsItIs() {
    IOException failure = new IOException("broken");

    assertThatThrownBy(() -> interrupts.await(CompletableFuture.failedFuture(failure)))
        .isSameAs(failure);
  }
}
