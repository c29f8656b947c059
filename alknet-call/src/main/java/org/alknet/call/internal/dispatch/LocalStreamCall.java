package org.alknet.call.internal.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.call.internal.pending.Delivery;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.wire.Lease;
import org.jspecify.annotations.Nullable;

/**
 * A subscription from another front end. Elements are asked of the handler one at a time, when the
 * subscriber wants one; all of the handler's code runs on the executor. A handler that has its
 * elements ready keeps its thread for as long as they are wanted, within bounds: a change of
 * threads costs more than most elements do.
 */
final class LocalStreamCall extends RootCall implements Flow.Subscription, Delivery.Owner {
  /** Elements asked for in a row before others get the thread. */
  private static final int TURN = 64;

  private final AtomicBoolean claimed = new AtomicBoolean();
  private final Delivery delivery;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Flow.@Nullable Subscription elements;

  /** Whether an element was asked of the handler and has not come. */
  @GuardedBy("lock")
  private boolean asked;

  /** The thread that asked last and still does. */
  @GuardedBy("lock")
  private @Nullable Thread asking;

  LocalStreamCall(
      CallRuntime runtime,
      CallNode node,
      String name,
      Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    super(runtime, "root", node, name, 0);
    this.delivery = new Delivery(subscriber, runtime.executor(), this);
    node.cancelAction(
        reason -> {
          if (claim()) {
            fail(reason.error());
          }
        });
  }

  @Override
  boolean claim() {
    return claimed.compareAndSet(false, true);
  }

  @Override
  void conclude(ResponseEnvelope outcome) {
    delivery.end(outcome);
  }

  @Override
  void stream(Flow.Publisher<ResponseEnvelope> publisher) {
    publisher.subscribe(new Elements());
  }

  // ---- the subscriber's side

  @Override
  public void request(long n) {
    delivery.request(n);
  }

  @Override
  public void cancel() {
    delivery.silence();
    abort(CancelReason.ABORTED);
  }

  @Override
  public @Nullable Runnable taken(int left, long heldBytes) {
    return null;
  }

  @Override
  public void broken() {
    abort(CancelReason.ABORTED);
  }

  @Override
  public void wanted(boolean onExecutor) {
    if (onExecutor) {
      ask();
    } else {
      runtime.executor().execute(this::ask);
    }
  }

  /** Asks for elements, each of which may have come and gone when the next is asked for. */
  private void ask() {
    for (int i = 0; i < TURN; i++) {
      Flow.Subscription from;
      synchronized (lock) {
        from = elements;
        if (from == null || asked || !delivery.isWanting()) {
          return;
        }
        asked = true;
        asking = Thread.currentThread();
      }
      guarded(() -> from.request(1));
      synchronized (lock) {
        asking = asking == Thread.currentThread() ? null : asking;
      }
    }
    runtime.executor().execute(this::ask);
  }

  // ---- the handler's side

  private final class Elements implements Flow.Subscriber<ResponseEnvelope> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      synchronized (lock) {
        elements = subscription;
      }
      node().onCancel(subscription::cancel);
      ask();
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      boolean here;
      synchronized (lock) {
        asked = false;
        here = asking == Thread.currentThread();
      }
      if (element.result() instanceof CallResult.Err err) {
        if (claim()) {
          delivery.end(element);
          streamed(err.error().code());
        }
        return;
      }
      // Never more than one waits, because one is asked for at a time.
      if (here) {
        delivery.handOver(element);
      } else {
        delivery.offer(() -> element, Lease.NONE, (waiting, heldBytes) -> true);
      }
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError("translated streams do not fail", failure);
    }

    @Override
    public void onComplete() {
      if (claim()) {
        delivery.end(null);
        streamed(CallMetrics.OK);
      }
    }
  }
}
