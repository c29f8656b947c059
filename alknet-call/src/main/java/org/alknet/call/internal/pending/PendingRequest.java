package org.alknet.call.internal.pending;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.call.operation.CallError;
import org.jspecify.annotations.Nullable;

/**
 * One outgoing request (spec/call.md section 16.2). It ends once, by whatever comes first: a
 * terminal event, its deadline, its consumer, its stream or its connection.
 *
 * <p>Thread-safe.
 */
public abstract class PendingRequest {
  /** How far sending has come; decides whether the peer must be told when we give up. */
  private enum Sending {
    /** No stream yet. */
    WAITING,
    /** The request went out. */
    SENT,
    /** We gave up before. */
    GIVEN_UP
  }

  private final String id;
  private final String operation;
  private final PendingRequests table;
  private final PendingOwner owner;
  private final AtomicReference<Sending> sending = new AtomicReference<>(Sending.WAITING);
  private volatile @Nullable Link link;
  private volatile @Nullable CompletionStage<?> opening;
  private volatile CallTimer.Scheduled timer = CallTimer.Scheduled.NONE;

  PendingRequest(String id, String operation, PendingRequests table, PendingOwner owner) {
    this.id = Objects.requireNonNull(id, "id");
    this.operation = Objects.requireNonNull(operation, "operation");
    this.table = Objects.requireNonNull(table, "table");
    this.owner = Objects.requireNonNull(owner, "owner");
  }

  /** Returns the id on the wire. */
  public final String id() {
    return id;
  }

  /** Returns the operation asked for. */
  public final String operation() {
    return operation;
  }

  /** Whether its consumer gave up before it was in its table, so that giving up did nothing. */
  public boolean isUnwanted() {
    return false;
  }

  /** Whether nothing has ended it. */
  public final boolean isPending() {
    return table.find(id) == this;
  }

  /** Sets the timer that ends it; call after it was added to its table. */
  public final void timer(CallTimer.Scheduled scheduled) {
    timer = scheduled;
    if (!isPending()) {
      scheduled.cancel();
    }
  }

  /** Remembers the stream being opened, to give it up when the request ends before. */
  public final void opening(CompletionStage<?> stage) {
    opening = stage;
    if (!isPending()) {
      stage.toCompletableFuture().cancel(false);
    }
  }

  /** Notes that the request goes out on a link now; false if it ended before. */
  public final boolean sendOn(Link chosen) {
    link = chosen;
    return sending.compareAndSet(Sending.WAITING, Sending.SENT);
  }

  /** Returns the link it went out on. */
  public final @Nullable Link link() {
    return link;
  }

  /** Takes a value from the peer. */
  public abstract void value(Answer answer);

  /** Takes the natural end from the peer. */
  public abstract void completed();

  /** Takes the peer's error or abort. */
  public final void failed(CallError error) {
    if (claim()) {
      owner.settled(this);
      end(error);
    }
  }

  /** Ends it from this side; the peer is told, if it was asked before. */
  public final boolean giveUp(CallError error) {
    if (!claim()) {
      return false;
    }
    if (sending.getAndSet(Sending.GIVEN_UP) == Sending.SENT) {
      owner.abandoned(this);
    } else {
      CompletionStage<?> stage = opening;
      if (stage != null) {
        stage.toCompletableFuture().cancel(false);
      }
    }
    end(error);
    return true;
  }

  /** Ends it because it did not even get into the table. */
  public final void reject(CallError error) {
    end(error);
  }

  /** Its stream ended and nothing came from elsewhere for a while. */
  public void streamEnded() {
    failed(CallError.internal("the stream ended without an answer"));
  }

  /** Claims the right to end it. */
  final boolean claim() {
    if (!table.remove(this)) {
      return false;
    }
    timer.cancel();
    return true;
  }

  final PendingOwner owner() {
    return owner;
  }

  /** Delivers a failure to whoever waits; called by the one that claimed it. */
  abstract void end(CallError error);
}
