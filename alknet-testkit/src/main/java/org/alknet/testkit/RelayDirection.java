package org.alknet.testkit;

import java.util.EnumMap;
import java.util.Map;

/** Settings and counters of one direction of a relay. Thread-safe. */
final class RelayDirection {
  private final Map<Count, Long> counts = new EnumMap<>(Count.class);
  private volatile Impairment impairment = Impairment.NONE;

  /** What is counted, see {@link RelayCounts}. */
  enum Count {
    RECEIVED,
    FORWARDED,
    DROPPED,
    DUPLICATED,
    REORDERED,
    CORRUPTED,
    BLACK_HOLED,
    OVERFLOWED
  }

  Impairment impairment() {
    return impairment;
  }

  void impairment(Impairment next) {
    impairment = next;
  }

  synchronized void count(Count what) {
    counts.merge(what, 1L, Long::sum);
  }

  synchronized RelayCounts counts() {
    return new RelayCounts(
        of(Count.RECEIVED),
        of(Count.FORWARDED),
        of(Count.DROPPED),
        of(Count.DUPLICATED),
        of(Count.REORDERED),
        of(Count.CORRUPTED),
        of(Count.BLACK_HOLED),
        of(Count.OVERFLOWED));
  }

  private long of(Count what) {
    return counts.getOrDefault(what, 0L);
  }
}
