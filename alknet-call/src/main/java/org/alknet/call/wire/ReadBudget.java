package org.alknet.call.wire;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the bytes of large frames that are held at the same time: by one connection, and by all
 * together through the parent. Bytes count when they arrive, not when the peer announces them.
 *
 * <p>Thread-safe.
 */
public final class ReadBudget {
  private final long limit;
  private final @Nullable ReadBudget parent;
  private final AtomicLong used = new AtomicLong();

  /** Creates the budget of the process. */
  public ReadBudget(long limit) {
    this(limit, null);
  }

  private ReadBudget(long limit, @Nullable ReadBudget parent) {
    this.limit = limit;
    this.parent = parent;
  }

  /** Creates a budget within this one. */
  public ReadBudget within(long childLimit) {
    return new ReadBudget(childLimit, this);
  }

  /** Takes bytes from this budget and the ones around it, or from none. */
  boolean reserve(int bytes) {
    if (used.addAndGet(bytes) > limit) {
      used.addAndGet(-bytes);
      return false;
    }
    if (parent != null && !parent.reserve(bytes)) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /** Gives bytes back. */
  void release(long bytes) {
    used.addAndGet(-bytes);
    if (parent != null) {
      parent.release(bytes);
    }
  }

  /** Returns the bytes held. */
  public long used() {
    return used.get();
  }
}
