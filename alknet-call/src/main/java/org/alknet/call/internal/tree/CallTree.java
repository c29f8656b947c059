package org.alknet.call.internal.tree;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.operation.AbortPolicy;

/**
 * All calls in work on this node: every request that came in is a root, every composed call a child
 * (spec/call.md section 14). Bounds how many there are and how deep they nest.
 *
 * <p>The calls of one root share one lock, which is held for bookkeeping only: cancel actions run
 * on the executor, after it was released.
 *
 * <p>Thread-safe.
 */
public final class CallTree {
  private final int maxNodes;
  private final int maxDepth;
  private final Executor executor;
  private final AtomicInteger nodes = new AtomicInteger();

  /** Creates an empty tree whose cancel actions run on the executor. */
  public CallTree(int maxNodes, int maxDepth, Executor executor) {
    this.maxNodes = maxNodes;
    this.maxDepth = maxDepth;
    this.executor = Objects.requireNonNull(executor, "executor");
  }

  /** Adds a root that has not started; empty if there are too many calls. */
  public Optional<CallNode> root(String id) {
    return root(id, 0);
  }

  /**
   * Adds a root that has not started; empty if there are too many calls.
   *
   * @param depth how many levels there are above it on other nodes
   */
  public Optional<CallNode> root(String id, int depth) {
    return acquire()
        ? Optional.of(new CallNode(this, null, id, AbortPolicy.ABORT_DEPENDENTS, depth))
        : Optional.empty();
  }

  /** Returns how many calls are in work. */
  public int size() {
    return nodes.get();
  }

  int maxDepth() {
    return maxDepth;
  }

  Executor executor() {
    return executor;
  }

  boolean acquire() {
    if (nodes.incrementAndGet() > maxNodes) {
      nodes.decrementAndGet();
      return false;
    }
    return true;
  }

  void release() {
    nodes.decrementAndGet();
  }
}
