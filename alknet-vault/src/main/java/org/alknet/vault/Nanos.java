package org.alknet.vault;

import java.time.Duration;

/** Durations for a clock of nanoseconds. Thread-safe. */
final class Nanos {
  private Nanos() {}

  /** The duration, or 292 years, which is for ever, if it is longer than that. */
  static long saturated(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
