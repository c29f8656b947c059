package org.alknet.store.sqlite.internal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Counts the changes that no hint announced.
 *
 * <p>Not thread-safe; confined to the watcher's thread. Times are those of its clock, nanoseconds.
 */
final class HintMisses {
  /** So many in ten minutes, and hints are not to be trusted. */
  static final int TOO_MANY = 3;

  /** A hint this much later than the change it belongs to is still no miss. */
  private static final long LATE_HINT = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long WINDOW = TimeUnit.MINUTES.toNanos(10);

  private final Deque<Long> misses = new ArrayDeque<>();
  private boolean suspicious;
  private long suspectAt;

  /** A change was found that nothing had announced; a hint may still come. */
  void suspect(long now) {
    suspicious = true;
    suspectAt = now;
  }

  /** A hint came. */
  void explained() {
    suspicious = false;
  }

  /** Returns whether a change that was suspected has become a miss just now. */
  boolean count(long now) {
    if (!suspicious || now - suspectAt < LATE_HINT) {
      return false;
    }
    suspicious = false;
    misses.addLast(now);
    while (now - misses.getFirst() > WINDOW) {
      misses.removeFirst();
    }
    return true;
  }

  boolean areTooMany() {
    return misses.size() >= TOO_MANY;
  }
}
