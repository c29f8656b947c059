package org.alknet.call.internal.pending;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * An outgoing subscription: a bounded buffer between the link, which delivers on transport threads,
 * and the subscriber, which is served on the executor.
 *
 * <p>When the buffer is full, the subscription's own stream is read no further, and the peer has to
 * wait. On a shared link, where others would have to wait as well, the subscription ends instead
 * (spec/call.md G-17).
 */
public final class RemoteSubscription extends PendingRequest implements Flow.Subscription {
  /** Bytes of large frames held before the stream is read no further. */
  private static final long MAX_HELD_BYTES = 4L << 20;

  private final CallRequest request;
  private final Delivery delivery;
  private final int capacity;
  private final AtomicLong values = new AtomicLong();

  /** Changed with the delivery's lock held only. */
  private boolean paused;

  private volatile boolean unwanted;
  private volatile CallTimer.Scheduled question = CallTimer.Scheduled.NONE;

  /** Creates a subscription for one subscriber. */
  public RemoteSubscription(
      String id,
      CallRequest request,
      PendingRequests table,
      PendingOwner owner,
      Flow.Subscriber<? super ResponseEnvelope> subscriber,
      Executor executor,
      int capacity) {
    super(id, request.operation(), table, owner);
    this.request = request;
    this.delivery = new Delivery(subscriber, executor, new Filling());
    this.capacity = capacity;
  }

  /** Returns what was asked for. */
  public CallRequest request() {
    return request;
  }

  /** Returns how many values have come. */
  public long values() {
    return values.get();
  }

  /** Keeps a timer that matters only until the second value. */
  public void question(CallTimer.Scheduled scheduled) {
    question = scheduled;
    if (values.get() > 1 || !isPending()) {
      scheduled.cancel();
    }
  }

  @Override
  public boolean isUnwanted() {
    return unwanted;
  }

  @Override
  public void value(Answer answer) {
    if (values.incrementAndGet() == 2) {
      question.cancel();
    }
    boolean fits =
        delivery.offer(
            () -> read(answer),
            answer.lease(),
            (waiting, heldBytes) -> admit(waiting, heldBytes + answer.lease().bytes()));
    if (!fits) {
      giveUp(CallError.overloaded("the subscriber is slower than the stream"));
    }
  }

  private ResponseEnvelope read(Answer answer) {
    ResponseEnvelope element = answer.read(this);
    if (!element.isOk() && claim()) {
      question.cancel();
      owner().settled(this);
    }
    return element;
  }

  private boolean admit(int waiting, long heldBytes) {
    Link link = link();
    boolean full = waiting + 1 >= capacity || heldBytes > MAX_HELD_BYTES;
    if (full && !paused && link != null && link.isDedicated()) {
      paused = true;
      link.pause();
    }
    return waiting < capacity;
  }

  @Override
  public void completed() {
    if (claim()) {
      question.cancel();
      owner().settled(this);
      delivery.end(null);
    }
  }

  /** A query answers a subscription with one value and no end of its own (spec/call.md G-21). */
  @Override
  public void streamEnded() {
    if (values.get() == 1) {
      completed();
    } else {
      super.streamEnded();
    }
  }

  @Override
  void end(CallError error) {
    question.cancel();
    delivery.end(ResponseEnvelope.err(id(), error));
  }

  @Override
  public void request(long n) {
    delivery.request(n);
  }

  @Override
  public void cancel() {
    unwanted = true;
    delivery.silence();
    giveUp(CallError.cancelled());
  }

  private final class Filling implements Delivery.Owner {
    @Override
    public @Nullable Runnable taken(int left, long heldBytes) {
      if (!paused || left > capacity / 2 || heldBytes > MAX_HELD_BYTES / 2) {
        return null;
      }
      paused = false;
      Link link = link();
      return link != null && link.unpause() ? link::readOn : null;
    }

    @Override
    public void wanted(boolean onExecutor) {}

    @Override
    public void broken() {
      unwanted = true;
      giveUp(CallError.cancelled());
    }
  }
}
