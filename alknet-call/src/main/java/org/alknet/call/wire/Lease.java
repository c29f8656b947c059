package org.alknet.call.wire;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The share of a read budget that one received frame holds until it was dealt with. Small frames
 * hold none.
 *
 * <p>Thread-safe.
 */
public final class Lease {
  /** Holds nothing. */
  public static final Lease NONE = new Lease(null, 0);

  private final @Nullable ReadBudget budget;
  private final AtomicLong bytes;

  Lease(@Nullable ReadBudget budget, long bytes) {
    this.budget = budget;
    this.bytes = new AtomicLong(bytes);
  }

  /** Returns what is held. */
  public long bytes() {
    return bytes.get();
  }

  /** Gives everything back; again does nothing. */
  public void release() {
    long held = budget == null ? 0 : bytes.getAndSet(0);
    if (held > 0 && budget != null) {
      budget.release(held);
    }
  }
}
