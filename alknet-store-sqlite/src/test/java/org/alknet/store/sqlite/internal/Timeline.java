package org.alknet.store.sqlite.internal;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Time that passes only while somebody waits, and what happens at its moments. */
public final class Timeline implements Parker {
  private final TreeMap<Long, Runnable> events = new TreeMap<>();
  private long now = -1_000_000_000L;
  private boolean permit;

  public Timeline() {}

  /** The ticker of this timeline. */
  public long now() {
    return now;
  }

  /** Milliseconds since a moment. */
  public double millisSince(long moment) {
    return (now - moment) / 1e6;
  }

  /** Has something happen this much later. */
  public void at(Duration later, Runnable event) {
    long moment = now + later.toNanos();
    while (events.containsKey(moment)) {
      moment++;
    }
    events.put(moment, event);
  }

  /** Lets time pass for somebody who works and does not wait. */
  public void pass(Duration duration) {
    long end = now + duration.toNanos();
    while (!events.isEmpty() && events.firstKey() <= end) {
      Map.Entry<Long, Runnable> next = events.pollFirstEntry();
      now = Math.max(now, next.getKey());
      next.getValue().run();
    }
    now = end;
  }

  @Override
  public void park(long nanos) {
    long end = nanos > Long.MAX_VALUE - Math.abs(now) ? Long.MAX_VALUE : now + nanos;
    while (!permit) {
      Map.Entry<Long, Runnable> next = events.firstEntry();
      if (next == null || next.getKey() > end) {
        if (end == Long.MAX_VALUE) {
          throw new AssertionError("waits for ever, and nothing is going to happen");
        }
        now = end;
        return;
      }
      events.pollFirstEntry();
      now = Math.max(now, next.getKey());
      next.getValue().run();
    }
    permit = false;
  }

  @Override
  public void unpark() {
    permit = true;
  }
}
