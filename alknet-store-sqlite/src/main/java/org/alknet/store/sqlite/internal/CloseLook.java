package org.alknet.store.sqlite.internal;

import java.util.concurrent.TimeUnit;

/**
 * The while after a hint in which the version is looked at often, less often the longer nothing
 * comes of it (spec/store-sqlite.md section 6).
 *
 * <p>Not thread-safe; confined to the watcher's thread. Times are those of its clock, nanoseconds.
 */
final class CloseLook {
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long CLOSE = 100 * MILLISECOND;
  private static final long NEAR = 1_000 * MILLISECOND;
  private static final long FAR = 5_000 * MILLISECOND;

  /** It ends this long after a change that explains the hint. */
  private static final long QUIET = 20 * MILLISECOND;

  private boolean on;
  private long hintAt;
  private boolean endsEarly;
  private long quietAt;

  boolean isOn() {
    return on;
  }

  /** A hint came. */
  void begin(long now) {
    on = true;
    hintAt = now;
    endsEarly = false;
  }

  /** A change was found. */
  void found(long now, long lookBefore) {
    // A hint that is newer than the look before belongs, for all we know, to the next commit.
    endsEarly = on && hintAt - lookBefore <= 0;
    quietAt = now + QUIET;
  }

  /** Returns how long to wait for the next look, without end if there is no reason for one. */
  long delay(long now) {
    long age = now - hintAt;
    if (!on || age >= FAR || (endsEarly && now - quietAt >= 0)) {
      on = false;
      return Long.MAX_VALUE;
    }
    return age < CLOSE ? MILLISECOND : age < NEAR ? 5 * MILLISECOND : 25 * MILLISECOND;
  }

  void end() {
    on = false;
  }
}
