package org.alknet.call.internal.pending;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Supplier;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.wire.Lease;
import org.jspecify.annotations.Nullable;

/**
 * Hands elements to a subscriber: on the executor, one signal after another, no faster than it asks
 * for, and nothing after the end. How many elements may wait is for the owner to decide.
 *
 * <p>Thread-safe. The owner's hooks run without the lock, except {@link Owner#taken}.
 */
public final class Delivery {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

  /** Who fills the queue. */
  public interface Owner {
    /**
     * Hears that an element left the queue; called with the lock held, and so only changes state.
     *
     * @return work to do after the lock is released
     */
    @Nullable Runnable taken(int left, long heldBytes);

    /**
     * Hears that the subscriber wants an element and none is there.
     *
     * @param onExecutor whether this thread is one of the executor, at the end of its task
     */
    void wanted(boolean onExecutor);

    /** Hears that the subscriber is of no use any more: it broke the rules or failed. */
    void broken();
  }

  private record Item(Supplier<ResponseEnvelope> element, Lease lease) {}

  private final Flow.Subscriber<? super ResponseEnvelope> subscriber;
  private final Executor executor;
  private final Owner owner;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final ArrayDeque<Item> queue = new ArrayDeque<>();

  @GuardedBy("lock")
  private long heldBytes;

  @GuardedBy("lock")
  private long demand;

  /** Nothing more is added. */
  @GuardedBy("lock")
  private boolean ended;

  /** The subscriber hears nothing more. */
  @GuardedBy("lock")
  private boolean silent;

  @GuardedBy("lock")
  private boolean draining;

  @GuardedBy("lock")
  private @Nullable Throwable misuse;

  /** Delivers to a subscriber that has had its {@code onSubscribe}. */
  public Delivery(
      Flow.Subscriber<? super ResponseEnvelope> subscriber, Executor executor, Owner owner) {
    this.subscriber = Objects.requireNonNull(subscriber, "subscriber");
    this.executor = Objects.requireNonNull(executor, "executor");
    this.owner = Objects.requireNonNull(owner, "owner");
  }

  /** What to do with an element that is about to be queued. */
  public interface Gate {
    /** Decides with the lock held; whether to queue. */
    boolean admit(int waiting, long heldBytes);
  }

  /**
   * Queues an element if the gate lets it through; whether it did. After the end, drops it.
   *
   * @param element made on the executor, just before the subscriber gets it; if it turns out to be
   *     an error, it is the last
   */
  public boolean offer(Supplier<ResponseEnvelope> element, Lease lease, Gate gate) {
    boolean queued = queue(element, lease, gate);
    if (queued) {
      serve();
    }
    return queued;
  }

  /**
   * Hands over an element, or queues it if it is not its turn, on this thread of the executor. The
   * caller looks afterwards whether another is wanted.
   */
  public void handOver(ResponseEnvelope element) {
    if (queue(() -> element, Lease.NONE, (waiting, heldBytes) -> true) && begin()) {
      boolean unused = drain();
    }
  }

  private boolean queue(Supplier<ResponseEnvelope> element, Lease lease, Gate gate) {
    synchronized (lock) {
      if (ended) {
        lease.release();
        return true;
      }
      if (!gate.admit(queue.size(), heldBytes)) {
        lease.release();
        return false;
      }
      queue.add(new Item(element, lease));
      heldBytes += lease.bytes();
    }
    return true;
  }

  /** Ends the stream, with a last element if there is one. The first end wins. */
  public void end(@Nullable ResponseEnvelope last) {
    synchronized (lock) {
      if (ended) {
        return;
      }
      ended = true;
      if (last != null) {
        queue.add(new Item(() -> last, Lease.NONE));
      }
    }
    serve();
  }

  /** Takes the subscriber's demand. */
  public void request(long n) {
    boolean wanting;
    synchronized (lock) {
      if (silent) {
        return;
      }
      if (n <= 0) {
        misuse = new IllegalArgumentException("request(" + n + "): ask for 1 or more (rule 3.9)");
      } else {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
      // Whoever hands elements over at the moment looks again before it stops.
      wanting = misuse == null && !ended && queue.isEmpty() && !draining;
    }
    if (n <= 0) {
      owner.broken();
    } else if (wanting) {
      owner.wanted(false);
    }
    serve();
  }

  /** Whether the subscriber wants an element and none is there. */
  public boolean isWanting() {
    synchronized (lock) {
      return demand > 0 && queue.isEmpty() && !ended && !silent;
    }
  }

  /** Drops what waits and tells the subscriber nothing more. */
  public void silence() {
    ArrayDeque<Item> dropped;
    synchronized (lock) {
      silent = true;
      ended = true;
      dropped = new ArrayDeque<>(queue);
      queue.clear();
      heldBytes = 0;
    }
    dropped.forEach(item -> item.lease.release());
  }

  private void serve() {
    if (begin()) {
      executor.execute(
          () -> {
            if (drain()) {
              owner.wanted(true);
            }
          });
    }
  }

  /** Whether there is something to hand over and nobody does; then whoever asked has to. */
  private boolean begin() {
    synchronized (lock) {
      if (draining || silent || !hasWork()) {
        return false;
      }
      draining = true;
      return true;
    }
  }

  @GuardedBy("lock")
  private boolean hasWork() {
    return misuse != null || (queue.isEmpty() ? ended : demand > 0);
  }

  /** Hands over what it can; returns whether the subscriber wants more. */
  private boolean drain() {
    while (true) {
      Item item = null;
      Throwable broken;
      Runnable after = null;
      synchronized (lock) {
        if (silent || !hasWork()) {
          draining = false;
          return isWanting();
        }
        broken = misuse;
        if (broken == null && !queue.isEmpty()) {
          item = queue.remove();
          heldBytes -= item.lease.bytes();
          demand--;
          after = owner.taken(queue.size(), heldBytes);
        }
      }
      if (item == null) {
        finish(broken);
        return false;
      }
      ResponseEnvelope element = item.element.get();
      item.lease.release();
      if (!element.isOk()) {
        endWith();
      }
      if (after != null) {
        after.run();
      }
      try {
        subscriber.onNext(element);
      } catch (RuntimeException failure) {
        LOG.log(System.Logger.Level.WARNING, "a subscriber failed and is cancelled", failure);
        silence();
        owner.broken();
        return false;
      }
    }
  }

  /** The element about to be handed over is the last. */
  private void endWith() {
    ArrayDeque<Item> dropped;
    synchronized (lock) {
      ended = true;
      dropped = new ArrayDeque<>(queue);
      queue.clear();
      heldBytes = 0;
    }
    dropped.forEach(waiting -> waiting.lease.release());
  }

  private void finish(@Nullable Throwable broken) {
    silence();
    try {
      if (broken == null) {
        subscriber.onComplete();
      } else {
        subscriber.onError(broken);
      }
    } catch (RuntimeException failure) {
      LOG.log(System.Logger.Level.WARNING, "a subscriber failed at the end", failure);
    }
  }
}
