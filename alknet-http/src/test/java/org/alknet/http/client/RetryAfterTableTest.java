package org.alknet.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTableTest {
  private Instant now = Instant.parse("2026-10-21T07:28:00Z");
  private final RetryAfterTable table = new RetryAfterTable(() -> now);

  private void note(String key, int status, String value) {
    table.note(key, status, Optional.of(value));
  }

  @Test
  void secondsAndDatesAreRemembered() {
    note("a", 429, "7");
    note("b", 503, "Wed, 21 Oct 2026 07:29:00 GMT");

    assertThat(table.left("a")).contains(Duration.ofSeconds(7));
    assertThat(table.left("b")).contains(Duration.ofSeconds(60));
    now = now.plusSeconds(7);
    assertThat(table.left("a")).isEmpty();
    assertThat(table.size()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "-1", "1.5", "soon", "", "Wed, 21 Oct 2026 07:27:59 GMT", "99999999999"})
  void whatSaysNothingAboutTheFutureIsIgnored(String value) {
    note("a", 429, value);

    assertThat(table.left("a")).isEmpty();
  }

  @Test
  void onlyRefusalsCount() {
    note("a", 200, "7");
    note("b", 500, "7");
    table.note("c", 429, Optional.empty());

    assertThat(table.size()).isZero();
  }

  @Test
  void atCapacityTheEarliestGoesAndOverwritingEvictsNobody() {
    for (int i = 0; i < RetryAfterTable.CAPACITY; i++) {
      note("k" + i, 429, "" + (100 + i));
    }
    note("k5", 429, "1000");
    assertThat(table.left("k0")).isPresent();

    note("new", 429, "500");

    assertThat(table.size()).isEqualTo(RetryAfterTable.CAPACITY);
    assertThat(table.left("k0")).isEmpty();
    assertThat(table.left("k1")).isPresent();
    assertThat(table.left("new")).isPresent();
  }

  @Test
  void atCapacityWhatHasPassedGoesFirst() {
    note("passed", 429, "1");
    for (int i = 1; i < RetryAfterTable.CAPACITY; i++) {
      note("k" + i, 429, "" + (100 + i));
    }
    now = now.plusSeconds(2);

    note("new", 429, "500");

    assertThat(table.left("k1")).isPresent();
    assertThat(table.left("new")).isPresent();
  }
}
