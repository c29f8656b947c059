package org.alknet.core.observe;

import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Metrics kept as plain numbers in memory, to be read by a program or printed for a person. At most
 * {@value #MAX_SERIES} series; values of further ones are dropped and counted.
 *
 * <p>Thread-safe. Readings are not a snapshot: each number is right, their combination may not be.
 */
public final class CountingMetrics implements CoreMetrics {
  /** Combinations of name and labels that are kept. */
  public static final int MAX_SERIES = 4096;

  private final Map<Series, Values> all = new ConcurrentHashMap<>();
  private final LongAdder dropped = new LongAdder();

  /** Starts with nothing counted. */
  public CountingMetrics() {}

  @Override
  public void count(String name, Map<String, String> labels, long delta) {
    update(name, labels, delta, (values, added) -> values.sum.add(added));
  }

  @Override
  public void gauge(String name, Map<String, String> labels, long value) {
    update(name, labels, value, (values, set) -> values.gauge = set);
  }

  @Override
  public void time(String name, Map<String, String> labels, long nanos) {
    update(name, labels, nanos, Values::record);
  }

  /** Returns the value of a counter, or the sum of the durations of a timer in nanoseconds. */
  public long total(String name, Map<String, String> labels) {
    return find(name, labels).sum.sum();
  }

  /** Returns the last value of a gauge; 0 if it was never set. */
  public long gauge(String name, Map<String, String> labels) {
    return find(name, labels).gauge;
  }

  /** Returns how many durations a timer recorded. */
  public long recordings(String name, Map<String, String> labels) {
    return find(name, labels).recordings.sum();
  }

  /** Returns the longest duration a timer recorded, in nanoseconds; 0 if there is none. */
  public long maxNanos(String name, Map<String, String> labels) {
    return find(name, labels).max.get();
  }

  /**
   * Returns every counter and gauge, and how much each timer recorded, by name: the sum over all
   * labels. A few dozen names at most, since names come from the code.
   */
  public SortedMap<String, Long> totals() {
    SortedMap<String, Long> totals = new TreeMap<>();
    all.forEach((series, values) -> totals.merge(series.name(), values.reading(), Long::sum));
    return totals;
  }

  /** Returns how many values were dropped because there were too many series. */
  public long dropped() {
    return dropped.sum();
  }

  /** Returns one line a series, {@code name{label="value"} 3}, sorted. */
  @Override
  public String toString() {
    return all.entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private void update(
      String name, Map<String, String> labels, long value, BiConsumer<Values, Long> change) {
    Series series = new Series(name, labels);
    Values values = all.get(series);
    if (values == null) {
      // Several threads may pass the check at once; the bound is then missed by their number.
      if (all.size() >= MAX_SERIES) {
        dropped.increment();
        return;
      }
      values = all.computeIfAbsent(series, missing -> new Values());
    }
    change.accept(values, value);
  }

  private Values find(String name, Map<String, String> labels) {
    return all.getOrDefault(new Series(name, labels), new Values());
  }

  private record Series(String name, Map<String, String> labels) {
    Series {
      Objects.requireNonNull(name, "name");
      labels = Map.copyOf(labels);
    }

    @Override
    public String toString() {
      return labels.isEmpty()
          ? name
          : new TreeMap<>(labels)
              .entrySet().stream()
                  .map(e -> e.getKey() + "=\"" + LogLine.escape(e.getValue()) + "\"")
                  .collect(Collectors.joining(",", name + "{", "}"));
    }
  }

  /** A series is used in one way only; the parts of the others stay at zero. */
  private static final class Values {
    private final LongAdder sum = new LongAdder();
    private final LongAdder recordings = new LongAdder();
    private final LongAccumulator max = new LongAccumulator(Math::max, 0);
    private volatile long gauge;

    void record(long nanos) {
      sum.add(nanos);
      recordings.increment();
      max.accumulate(nanos);
    }

    /** Returns the one number there is: of a timer, how much it recorded. */
    long reading() {
      long recorded = recordings.sum();
      return recorded == 0 ? sum.sum() + gauge : recorded;
    }

    @Override
    public String toString() {
      long recorded = recordings.sum();
      return recorded == 0
          ? Long.toString(reading())
          : "count=" + recorded + " sum_nanos=" + sum.sum() + " max_nanos=" + max.get();
    }
  }
}
