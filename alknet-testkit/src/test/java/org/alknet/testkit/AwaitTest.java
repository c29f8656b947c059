package org.alknet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {
  private final CompletionStage<String> failed =
      CompletableFuture.<String>failedFuture(new IllegalStateException("cause"))
          .thenApply(text -> text);

  @Test
  void failureIsReturnedWithoutWrappers() {
    assertThat(Await.failure(failed, IllegalStateException.class)).hasMessage("cause");
    assertThat(Await.failureOf(failed).orElseThrow()).isInstanceOf(IllegalStateException.class);
    assertThat(Await.failureOf(CompletableFuture.completedFuture("fine"))).isEmpty();
  }

  @Test
  void unexpectedOutcomeFailsTheTest() {
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Await.result(failed))
        .withCauseInstanceOf(IllegalStateException.class);
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Await.failure(failed, IllegalArgumentException.class));
    assertThatExceptionOfType(AssertionError.class)
        .isThrownBy(() -> Await.failure(CompletableFuture.completedFuture("fine"), Exception.class))
        .withMessageContaining("fine");
  }

  @Test
  void conditionIsPolledUntilItHolds() {
    AtomicInteger polls = new AtomicInteger();

    Await.until("five polls", () -> polls.incrementAndGet() == 5);

    assertThat(polls).hasValue(5);
  }
}
