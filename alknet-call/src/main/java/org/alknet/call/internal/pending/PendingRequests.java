package org.alknet.call.internal.pending;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The outgoing requests of one connection that wait for their end. Removing a request is the claim
 * to finish it: whoever removes it completes it, and nobody else does anything.
 *
 * <p>Thread-safe.
 */
public final class PendingRequests {
  private final int limit;
  private final Runnable emptied;
  private final Map<String, PendingRequest> requests = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Creates an empty table for at most so many requests.
   *
   * @param emptied runs when nothing waits any more
   */
  public PendingRequests(int limit, Runnable emptied) {
    this.limit = limit;
    this.emptied = emptied;
  }

  /** Adds a request; false if there are too many. */
  public boolean add(PendingRequest request) {
    if (count.incrementAndGet() > limit) {
      count.decrementAndGet();
      return false;
    }
    requests.put(request.id(), request);
    return true;
  }

  /** Finds a request. */
  public @Nullable PendingRequest find(String id) {
    return requests.get(id);
  }

  /** Removes a request; true for the one caller that did. */
  boolean remove(PendingRequest request) {
    if (!requests.remove(request.id(), request)) {
      return false;
    }
    if (count.decrementAndGet() == 0) {
      emptied.run();
    }
    return true;
  }

  /** Returns the requests waiting now. */
  public List<PendingRequest> all() {
    return List.copyOf(requests.values());
  }

  /** Returns how many wait. */
  public int size() {
    return count.get();
  }
}
