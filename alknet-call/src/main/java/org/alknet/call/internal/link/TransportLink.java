package org.alknet.call.internal.link;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.wire.EnvelopeTransport;

/** A foreign transport as the one link of its connection. Nothing on it is ever half-closed. */
public final class TransportLink implements Link {
  private final EnvelopeTransport transport;
  private final AtomicInteger owed = new AtomicInteger();

  /** Sends over a transport; its owner listens to it. */
  public TransportLink(EnvelopeTransport transport) {
    this.transport = Objects.requireNonNull(transport, "transport");
  }

  @Override
  public CompletionStage<Void> send(Frame frame) {
    try {
      return transport.send(frame.envelope());
    } catch (RuntimeException broken) {
      // A transport that throws instead of failing must not cost us our bookkeeping.
      return CompletableFuture.failedFuture(broken);
    }
  }

  @Override
  public CompletionStage<Void> sendOnly(Frame frame) {
    return send(frame);
  }

  @Override
  public void owe() {
    owed.incrementAndGet();
  }

  @Override
  public CompletionStage<Void> answer(Frame frame) {
    return send(frame);
  }

  /** Never: only the transport knows how much it holds back. */
  @Override
  public boolean hasRoom() {
    return false;
  }

  @Override
  public CompletionStage<Void> answerLast(Frame frame) {
    owed.decrementAndGet();
    return send(frame);
  }

  @Override
  public void forgive() {
    owed.decrementAndGet();
  }

  @Override
  public boolean canSend() {
    return true;
  }

  @Override
  public boolean canReceive() {
    return true;
  }

  @Override
  public boolean isDedicated() {
    return false;
  }

  /** There is no other link that a large answer could take. */
  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public void pause() {
    throw new IllegalStateException("a shared transport cannot be paused for one request");
  }

  @Override
  public boolean unpause() {
    return false;
  }

  @Override
  public void readOn() {}

  /** Ends the transport: there is no smaller part of it to abandon. */
  @Override
  public void reset(long code) {
    transport.close();
  }

  @Override
  public void close() {}

  @Override
  public boolean isIdleSince(long nanos) {
    return false;
  }
}
