package org.alknet.core.observe;

import java.util.Map;

/**
 * Where counters, gauges and timings go. Names and label values come from the code or from
 * configuration, never from a peer, so the number of series is bounded.
 *
 * <p>Implementations are thread-safe, fast and never throw: they are called on transport threads.
 */
public interface CoreMetrics {
  /** Discards everything. */
  CoreMetrics NONE =
      new CoreMetrics() {
        @Override
        public void count(String name, Map<String, String> labels, long delta) {}

        @Override
        public void gauge(String name, Map<String, String> labels, long value) {}

        @Override
        public void time(String name, Map<String, String> labels, long nanos) {}
      };

  /** Adds to a counter. */
  void count(String name, Map<String, String> labels, long delta);

  /** Sets a gauge. */
  void gauge(String name, Map<String, String> labels, long value);

  /** Records one duration in nanoseconds. */
  void time(String name, Map<String, String> labels, long nanos);
}
