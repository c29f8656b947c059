package org.alknet.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void percentilesAreThoseOfASortedListWithinOnePartIn128() {
    Random random = new Random(7);
    LatencyHistogram histogram = new LatencyHistogram();
    long[] values = new long[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) Math.exp(random.nextDouble() * 30);
      histogram.add(values[i]);
    }
    Arrays.sort(values);
    for (double percent : new double[] {0.01, 1, 50, 90, 99, 99.9, 100}) {
      long exact = values[(int) Math.ceil(values.length * percent / 100) - 1];

      assertThat(histogram.percentileNanos(percent))
          .as("p" + percent)
          .isBetween(exact, exact + exact / 128 + 1);
    }
    assertThat(histogram.maxNanos()).isEqualTo(values[values.length - 1]);
    assertThat(histogram.count()).isEqualTo(values.length);
  }

  @Test
  void extremesHaveAPlace() {
    LatencyHistogram histogram = new LatencyHistogram();
    assertThat(histogram.percentileNanos(99)).isZero();
    assertThat(histogram.meanNanos()).isZero();
    histogram.add(-5);
    histogram.add(0);
    histogram.add(Long.MAX_VALUE);

    assertThat(histogram.percentileNanos(50)).isZero();
    assertThat(histogram.percentileNanos(100)).isEqualTo(Long.MAX_VALUE);
  }
}
