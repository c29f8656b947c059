package org.alknet.bench.call;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts durations in buckets that are 1/16 of a power of two wide, for percentiles. */
final class Latencies {
  private static final int STEPS = 16;

  private final AtomicLongArray buckets = new AtomicLongArray(64 * STEPS);

  void add(long nanos) {
    buckets.incrementAndGet(bucket(Math.max(STEPS, nanos)));
  }

  /** Returns the upper end of the bucket below which this share of the durations lies. */
  double micros(double share) {
    long all = 0;
    for (int i = 0; i < buckets.length(); i++) {
      all += buckets.get(i);
    }
    long wanted = (long) Math.ceil(all * share);
    for (int i = 0; i < buckets.length(); i++) {
      wanted -= buckets.get(i);
      if (wanted <= 0) {
        return upper(i) / 1000.0;
      }
    }
    return Double.NaN;
  }

  private static int bucket(long nanos) {
    int power = 63 - Long.numberOfLeadingZeros(nanos);
    int step = (int) (nanos >>> (power - 4)) & (STEPS - 1);
    return power * STEPS + step;
  }

  private static double upper(int bucket) {
    int power = bucket / STEPS;
    return Math.scalb(1.0 + (bucket % STEPS + 1) / (double) STEPS, power);
  }
}
