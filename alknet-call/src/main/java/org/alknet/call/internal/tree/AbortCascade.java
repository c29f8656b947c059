package org.alknet.call.internal.tree;

import java.util.ArrayDeque;
import java.util.List;
import org.alknet.call.operation.AbortPolicy;

/**
 * Which calls fall when one is aborted (spec/call.md section 14.4), breadth first and in the order
 * of their ids. A call behind an edge that says {@code CONTINUE_RUNNING} survives once it has
 * started, but nothing below it that has not started does, and nothing new starts there.
 *
 * <p>Used with the tree's lock held.
 */
final class AbortCascade {
  private final CancelReason reason;

  AbortCascade(CancelReason reason) {
    this.reason = reason;
  }

  /** Cancels the root of the cascade and everything that falls with it. */
  void run(CallNode root, List<CallNode.Cancelled> victims) {
    ArrayDeque<CallNode> falling = new ArrayDeque<>();
    falling.add(root);
    while (!falling.isEmpty()) {
      CallNode node = falling.remove();
      CallNode.Cancelled cancelled = node.cancelLocked(reason);
      if (cancelled != null) {
        victims.add(cancelled);
      }
      node.seal();
      for (CallNode child : node.childrenById()) {
        // A call that has answered already does not hold the cascade up.
        if (child.isTerminal()
            || child.edge() == AbortPolicy.ABORT_DEPENDENTS
            || !child.isRunning()) {
          falling.add(child);
        } else {
          sealBelow(child, victims);
        }
      }
    }
  }

  private void sealBelow(CallNode survivor, List<CallNode.Cancelled> victims) {
    ArrayDeque<CallNode> surviving = new ArrayDeque<>();
    surviving.add(survivor);
    while (!surviving.isEmpty()) {
      CallNode node = surviving.remove();
      node.seal();
      for (CallNode child : node.childrenById()) {
        if (child.isRunning() || child.isTerminal()) {
          surviving.add(child);
        } else {
          run(child, victims);
        }
      }
    }
  }

  /** Cancels a call and everything below it. */
  static void everything(CallNode root, CancelReason reason, List<CallNode.Cancelled> victims) {
    ArrayDeque<CallNode> falling = new ArrayDeque<>();
    falling.add(root);
    while (!falling.isEmpty()) {
      CallNode node = falling.remove();
      CallNode.Cancelled cancelled = node.cancelLocked(reason);
      if (cancelled != null) {
        victims.add(cancelled);
      }
      node.seal();
      falling.addAll(node.childrenById());
    }
  }
}
