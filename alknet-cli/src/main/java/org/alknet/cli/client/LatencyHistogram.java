package org.alknet.cli.client;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations in buckets whose width grows with them: at most one part in 128 too long, from a
 * nanosecond to hours, in a few thousand counters. A percentile is the upper end of its bucket.
 *
 * <p>Thread-safe.
 */
public final class LatencyHistogram {
  private static final int BITS = 7;
  private static final int HALF = 1 << BITS;

  private final AtomicLongArray counts = new AtomicLongArray((64 - BITS) * HALF + HALF);
  private final LongAdder count = new LongAdder();
  private final LongAdder sum = new LongAdder();
  private final AtomicLong max = new AtomicLong();

  /** Creates an empty histogram. */
  public LatencyHistogram() {}

  /** Counts a duration in nanoseconds; less than one counts as none. */
  public void add(long nanos) {
    long value = Math.max(0, nanos);
    counts.incrementAndGet(bucket(value));
    count.increment();
    sum.add(value);
    max.accumulateAndGet(value, Math::max);
  }

  private static int bucket(long value) {
    if (value < 2L * HALF) {
      return (int) value;
    }
    int shift = 63 - Long.numberOfLeadingZeros(value) - BITS;
    return shift * HALF + (int) (value >>> shift);
  }

  private static long upperEnd(int bucket) {
    if (bucket < 2 * HALF) {
      return bucket;
    }
    int shift = bucket / HALF - 1;
    return (((long) bucket - (long) shift * HALF + 1) << shift) - 1;
  }

  /** Returns how many were counted. */
  public long count() {
    return count.sum();
  }

  /** Returns the longest, exactly; 0 if there was none. */
  public long maxNanos() {
    return max.get();
  }

  /** Returns the mean; 0 if there was none. */
  public long meanNanos() {
    long all = count.sum();
    return all == 0 ? 0 : sum.sum() / all;
  }

  /**
   * Returns the duration within which so many of all were, in nanoseconds; 0 if there was none.
   *
   * @param percent above 0, at most 100
   */
  public long percentileNanos(double percent) {
    long all = count.sum();
    long wanted = (long) Math.ceil(all * percent / 100.0);
    long seen = 0;
    for (int i = 0; i < counts.length() && all > 0; i++) {
      seen += counts.get(i);
      if (seen >= wanted) {
        return Math.min(upperEnd(i), max.get());
      }
    }
    return max.get();
  }
}
