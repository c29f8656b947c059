package org.alknet.call.internal.tree;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CancellationSignal;
import org.jspecify.annotations.Nullable;

/**
 * One call in work. It is pending until its handler starts, then running, and terminal once: when
 * its handler has answered, or when it is cancelled, whichever comes first.
 *
 * <p>A call that has answered stays in the tree while calls below it still run, so that a cascade
 * from above finds them.
 *
 * <p>Thread-safe.
 */
public final class CallNode implements CancellationSignal {
  /** Where a call stands. */
  enum State {
    /** Its handler was not entered. */
    PENDING,
    /** Its handler was entered. */
    RUNNING,
    /** Nothing it does counts any more. */
    TERMINAL
  }

  /**
   * What came of asking for a child.
   *
   * @param node the child, if there is one
   * @param refusal why there is none
   */
  public record Child(@Nullable CallNode node, @Nullable CallError refusal) {}

  private final CallTree tree;
  private final @Nullable CallNode parent;
  private final String id;
  private final AbortPolicy edge;
  private final int depth;

  /** The lock of the whole tree below one root. */
  private final Object lock;

  @GuardedBy("lock")
  private State state = State.PENDING;

  @GuardedBy("lock")
  private boolean sealed;

  @GuardedBy("lock")
  private @Nullable List<CallNode> children;

  @GuardedBy("lock")
  private @Nullable List<Runnable> onCancel;

  @GuardedBy("lock")
  private @Nullable Consumer<CancelReason> cancelAction;

  @GuardedBy("lock")
  private @Nullable Runnable onEmpty;

  private volatile @Nullable CancelReason cancelled;

  CallNode(CallTree tree, @Nullable CallNode parent, String id, AbortPolicy edge, int depth) {
    this.tree = tree;
    this.parent = parent;
    this.id = Objects.requireNonNull(id, "id");
    this.edge = Objects.requireNonNull(edge, "edge");
    this.depth = depth;
    this.lock = parent == null ? new Object() : parent.lock;
  }

  /** Returns the request id. */
  public String id() {
    return id;
  }

  /** Returns how many levels of calls there are above this one, on this and on other nodes. */
  public int depth() {
    return depth;
  }

  /** Adds a call below this one, unless this one is over or a limit is reached. */
  public Child child(String childId, AbortPolicy policy) {
    if (depth >= tree.maxDepth()) {
      return new Child(
          null, CallError.internal("calls nest deeper than " + tree.maxDepth() + " levels"));
    }
    synchronized (lock) {
      CallError over = refusesChildren();
      if (over != null) {
        return new Child(null, over);
      }
      if (!tree.acquire()) {
        return new Child(null, CallError.overloaded("too many calls in work on this node"));
      }
      CallNode child = new CallNode(tree, this, childId, policy, depth + 1);
      if (children == null) {
        children = new ArrayList<>(2);
      }
      children.add(child);
      return new Child(child, null);
    }
  }

  /** Says why nothing may start below, if so: this call is over, or it survived a cascade. */
  @GuardedBy("lock")
  private @Nullable CallError refusesChildren() {
    CancelReason reason = cancelled;
    if (reason != null) {
      return reason.error();
    }
    return sealed || state == State.TERMINAL ? CallError.cancelled() : null;
  }

  /**
   * Sets what happens when this call is cancelled. It runs on the executor after the actions of
   * {@link #onCancel}, once; right now and on this thread if the call was cancelled before.
   */
  public void cancelAction(Consumer<CancelReason> action) {
    CancelReason reason;
    synchronized (lock) {
      reason = cancelled;
      if (reason == null) {
        cancelAction = action;
      }
    }
    if (reason != null) {
      action.accept(reason);
    }
  }

  /** Sets what happens when this root and everything below it is over. */
  public void onEmpty(Runnable action) {
    boolean empty;
    synchronized (lock) {
      empty = state == State.TERMINAL && !hasLiveBelow();
      if (!empty) {
        onEmpty = action;
      }
    }
    if (empty) {
      action.run();
    }
  }

  /** Notes that the handler is entered; false if the call was cancelled before. */
  public boolean start() {
    synchronized (lock) {
      if (state != State.PENDING) {
        return false;
      }
      state = State.RUNNING;
      return true;
    }
  }

  /** Notes that the call has its answer; false if it was over before. */
  public boolean finish() {
    Runnable empty;
    synchronized (lock) {
      if (state == State.TERMINAL) {
        return false;
      }
      empty = terminal();
    }
    if (empty != null) {
      empty.run();
    }
    return true;
  }

  /** Makes this call terminal and lets go of what it held. Returns the root's last action. */
  @GuardedBy("lock")
  private @Nullable Runnable terminal() {
    state = State.TERMINAL;
    tree.release();
    onCancel = null;
    cancelAction = null;
    return detach();
  }

  /** Removes finished calls that have nothing below them, from here upwards. */
  @GuardedBy("lock")
  private @Nullable Runnable detach() {
    CallNode node = this;
    while (node.isDetachable()) {
      CallNode above = node.parent;
      if (above == null) {
        Runnable empty = node.takeOnEmpty();
        return empty;
      }
      above.drop(node);
      node = above;
    }
    return null;
  }

  private boolean isDetachable() {
    synchronized (lock) {
      return state == State.TERMINAL && !hasLiveBelow();
    }
  }

  private @Nullable Runnable takeOnEmpty() {
    synchronized (lock) {
      Runnable empty = onEmpty;
      onEmpty = null;
      return empty;
    }
  }

  private void drop(CallNode child) {
    synchronized (lock) {
      if (children != null) {
        children.remove(child);
      }
    }
  }

  @GuardedBy("lock")
  private boolean hasLiveBelow() {
    return children != null && !children.isEmpty();
  }

  /**
   * Cancels this call and, by the policy of each edge, what is below it; actions run on the
   * executor.
   *
   * @return the ids of the cancelled calls below this one, sorted
   */
  public List<String> abort(CancelReason reason) {
    List<Cancelled> victims = new ArrayList<>();
    Runnable empty = null;
    synchronized (lock) {
      if (state == State.TERMINAL && !hasLiveBelow()) {
        return List.of();
      }
      new AbortCascade(reason).run(this, victims);
      for (Cancelled victim : victims) {
        Runnable last = victim.node.detachLocked();
        empty = last == null ? empty : last;
      }
    }
    return conclude(victims, empty);
  }

  /** Cancels this call and everything below it, whatever the edges say. */
  public List<String> abortAll(CancelReason reason) {
    List<Cancelled> victims = new ArrayList<>();
    Runnable empty = null;
    synchronized (lock) {
      AbortCascade.everything(this, reason, victims);
      for (Cancelled victim : victims) {
        Runnable last = victim.node.detachLocked();
        empty = last == null ? empty : last;
      }
    }
    return conclude(victims, empty);
  }

  private @Nullable Runnable detachLocked() {
    synchronized (lock) {
      return detach();
    }
  }

  private List<String> conclude(List<Cancelled> victims, @Nullable Runnable empty) {
    List<Cancelled> withActions = victims.stream().filter(Cancelled::hasActions).toList();
    if (!withActions.isEmpty()) {
      tree.executor().execute(() -> withActions.forEach(Cancelled::runActions));
    }
    if (empty != null) {
      empty.run();
    }
    return victims.stream()
        .map(victim -> victim.node)
        .filter(node -> node != this)
        .map(CallNode::id)
        .sorted()
        .toList();
  }

  /** Marks as cancelled and hands out the actions; null if it was over. */
  @Nullable Cancelled cancelLocked(CancelReason reason) {
    synchronized (lock) {
      if (state == State.TERMINAL) {
        return null;
      }
      cancelled = reason;
      state = State.TERMINAL;
      tree.release();
      Cancelled victim = new Cancelled(this, reason, onCancel, cancelAction);
      onCancel = null;
      cancelAction = null;
      return victim;
    }
  }

  /** Nothing may start below any more. */
  void seal() {
    synchronized (lock) {
      sealed = true;
    }
  }

  boolean isRunning() {
    synchronized (lock) {
      return state == State.RUNNING;
    }
  }

  boolean isTerminal() {
    synchronized (lock) {
      return state == State.TERMINAL;
    }
  }

  AbortPolicy edge() {
    return edge;
  }

  /** Returns the calls below in the order of their ids. */
  Collection<CallNode> childrenById() {
    synchronized (lock) {
      return children == null
          ? List.of()
          : children.stream().sorted(Comparator.comparing(CallNode::id)).toList();
    }
  }

  @Override
  public boolean isCancelled() {
    return cancelled != null;
  }

  /** Returns why the call was cancelled, or null if it was not. */
  public @Nullable CancelReason cancelReason() {
    return cancelled;
  }

  @Override
  public Registration onCancel(Runnable action) {
    Objects.requireNonNull(action, "action");
    synchronized (lock) {
      if (cancelled == null) {
        if (state == State.TERMINAL) {
          return () -> {};
        }
        if (onCancel == null) {
          onCancel = new ArrayList<>(2);
        }
        onCancel.add(action);
        return () -> forget(action);
      }
    }
    action.run();
    return () -> {};
  }

  private void forget(Runnable action) {
    synchronized (lock) {
      if (onCancel != null) {
        onCancel.remove(action);
      }
    }
  }

  @Override
  public void throwIfCancelled() {
    CancelReason reason = cancelled;
    if (reason != null) {
      throw new CancellationException(reason.error().message());
    }
  }

  @Override
  public String toString() {
    return "CallNode[" + id + "]";
  }

  /** A call that was just cancelled, and what there is to do about it. */
  static final class Cancelled {
    private static final System.Logger LOG = System.getLogger(CallNode.class.getName());

    private final CallNode node;
    private final CancelReason reason;
    private final @Nullable List<Runnable> listeners;
    private final @Nullable Consumer<CancelReason> action;

    Cancelled(
        CallNode node,
        CancelReason reason,
        @Nullable List<Runnable> listeners,
        @Nullable Consumer<CancelReason> action) {
      this.node = node;
      this.reason = reason;
      this.listeners = listeners;
      this.action = action;
    }

    boolean hasActions() {
      return listeners != null || action != null;
    }

    void runActions() {
      if (listeners != null) {
        for (Runnable listener : listeners) {
          try {
            listener.run();
          } catch (RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "a cancel action failed", failure);
          }
        }
      }
      if (action != null) {
        action.accept(reason);
      }
    }
  }
}
