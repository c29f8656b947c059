package org.alknet.cli.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.alknet.cli.assembly.NodeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {
  @Test
  void tableListsEveryCodeOnceInOrder() {
    assertThat(ExitCodes.table().stream().map(ExitCodes.Row::code))
        .containsExactly(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 20, 21, 22, 23, 24, 25, 26, 27, 28, 130, 143);
  }

  @ParameterizedTest
  @CsvSource({"CONFIGURATION, 3", "CANNOT_START, 4", "STORE, 5", "MISSING, 6", "UNSAFE, 8"})
  void everyKindOfNodeFailureHasItsCode(NodeException.Kind kind, int code) {
    NodeException failure = new NodeException(kind, "what", null, List.of("do this"));

    CliException shown = Failures.of(new CompletionException(failure));

    assertThat(shown.exit()).isEqualTo(code);
    assertThat(shown.message()).isEqualTo("what");
    assertThat(shown.advice()).containsExactly("do this");
    assertThat(shown.code()).isEqualTo(kind.name());
  }

  @Test
  void anythingUnforeseenIs1AndAsksForAReport() {
    CliException bug = Failures.of(new ExecutionException(new IllegalStateException("oops")));

    assertThat(bug.exit()).isEqualTo(1);
    assertThat(bug.message()).isEqualTo("unexpected failure: oops");
    assertThat(bug.advice()).singleElement().asString().contains("-vv");
  }

  @Test
  void inputAndOutputFailuresAre1WithoutBlamingATool() {
    CliException full = Failures.of(new IOException("No space left on device"));

    assertThat(full.exit()).isEqualTo(1);
    assertThat(full.advice()).isEmpty();
  }

  @Test
  void ownFailuresPassUnchanged() {
    CliException own = CliException.of(ExitCodes.MISSING, "gone");

    assertThat(Failures.of(own)).isSameAs(own);
  }
}
