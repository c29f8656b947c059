package org.alknet.call.internal.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counts how often a peer breaks the rules: the second time within a minute is one too many
 * (spec/call.md G-06).
 *
 * <p>Thread-safe.
 */
final class Offences {
  private static final long WINDOW_NANOS = Duration.ofSeconds(60).toNanos();

  @GuardedBy("this")
  private @Nullable Long last;

  /** Notes an offence; whether the one before is too recent. */
  synchronized boolean isSecond(long now) {
    boolean second = last != null && now - last < WINDOW_NANOS;
    last = now;
    return second;
  }
}
