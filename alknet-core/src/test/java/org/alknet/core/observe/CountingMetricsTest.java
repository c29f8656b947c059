package org.alknet.core.observe;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class CountingMetricsTest {
  private static final Map<String, String> ACCEPT = Map.of("result", "accept");

  private final CountingMetrics metrics = new CountingMetrics();

  @Test
  void seriesAreKeptApartByNameAndLabels() {
    metrics.count("auth_total", ACCEPT, 2);
    metrics.count("auth_total", ACCEPT, 1);
    metrics.count("auth_total", Map.of("result", "reject"), 5);

    assertThat(metrics.total("auth_total", ACCEPT)).isEqualTo(3);
    assertThat(metrics.total("auth_total", Map.of("result", "reject"))).isEqualTo(5);
    assertThat(metrics.total("auth_total", Map.of())).isZero();
  }

  @Test
  void gaugesKeepTheLastValueAndTimersSumAndMaximum() {
    metrics.gauge("streams_active", Map.of(), 7);
    metrics.gauge("streams_active", Map.of(), 4);
    metrics.time("drain_seconds", Map.of(), 30);
    metrics.time("drain_seconds", Map.of(), 12);

    assertThat(metrics.gauge("streams_active", Map.of())).isEqualTo(4);
    assertThat(metrics.recordings("drain_seconds", Map.of())).isEqualTo(2);
    assertThat(metrics.total("drain_seconds", Map.of())).isEqualTo(42);
    assertThat(metrics.maxNanos("drain_seconds", Map.of())).isEqualTo(30);
  }

  @Test
  void totalsAddUpAllLabelsOfAName() {
    metrics.count("auth_total", ACCEPT, 2);
    metrics.count("auth_total", Map.of("result", "reject"), 5);
    metrics.gauge("connections_active", Map.of("alpn", "a"), 3);
    metrics.gauge("connections_active", Map.of("alpn", "b"), 4);
    metrics.time("drain_seconds", Map.of(), 30);
    metrics.time("drain_seconds", Map.of(), 12);

    assertThat(metrics.totals())
        .containsExactly(
            Map.entry("auth_total", 7L),
            Map.entry("connections_active", 7L),
            Map.entry("drain_seconds", 2L));
  }

  @Test
  void stringFormIsOneSortedLineForEachSeries() {
    metrics.time("drain_seconds", Map.of(), 30);
    metrics.count("auth_total", Map.of("result", "accept", "method", "token"), 1);
    metrics.gauge("streams_active", Map.of(), 4);

    assertThat(metrics)
        .hasToString(
            """
            auth_total{method="token",result="accept"} 1
            drain_seconds count=1 sum_nanos=30 max_nanos=30
            streams_active 4\
            """);
  }

  @Test
  void seriesBeyondTheBoundAreDroppedAndCounted() {
    for (int i = 0; i < CountingMetrics.MAX_SERIES + 10; i++) {
      metrics.count("c", Map.of("n", Integer.toString(i)), 1);
    }
    metrics.count("c", Map.of("n", "0"), 1);

    assertThat(metrics.dropped()).isEqualTo(10);
    assertThat(metrics.total("c", Map.of("n", "0"))).isEqualTo(2);
    assertThat(metrics.total("c", Map.of("n", Integer.toString(CountingMetrics.MAX_SERIES))))
        .isZero();
  }

  @Test
  void concurrentCountsAreNotLost() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        writers.add(
            pool.submit(
                () -> {
                  for (int n = 0; n < 10_000; n++) {
                    metrics.count("c", ACCEPT, 1);
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get(60, SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }

    assertThat(metrics.total("c", ACCEPT)).isEqualTo(40_000);
  }
}
