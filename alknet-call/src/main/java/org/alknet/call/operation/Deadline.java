package org.alknet.call.operation;

import java.time.Duration;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * The instant until which a call tree may run, on a monotonic clock of this process. A composed
 * call has the very same deadline as its parent.
 *
 * <p>Immutable.
 */
public final class Deadline {
  private final long nanos;
  private final LongSupplier ticker;

  private Deadline(long nanos, LongSupplier ticker) {
    this.nanos = nanos;
    this.ticker = ticker;
  }

  /**
   * Returns the instant that lies this far in the future.
   *
   * @param timeout at most about 292 years
   * @param ticker monotonic nanoseconds, such as {@code System::nanoTime}
   */
  public static Deadline after(Duration timeout, LongSupplier ticker) {
    Objects.requireNonNull(ticker, "ticker");
    return new Deadline(ticker.getAsLong() + timeout.toNanos(), ticker);
  }

  /** Returns what is left, zero once it has passed. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, nanos - ticker.getAsLong()));
  }

  /** Whether it has passed. */
  public boolean isExpired() {
    return nanos - ticker.getAsLong() <= 0;
  }

  @Override
  public String toString() {
    return "Deadline[remaining=" + remaining() + "]";
  }
}
