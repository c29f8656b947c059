package org.alknet.call.internal.dispatch;

import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.internal.link.Frame;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.link.StreamLink;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.Lease;
import org.alknet.core.identity.Identity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request from the wire. It is claimed by removing it from its session's table, and keeps its
 * place among the requests in work until its last frame was accepted by the transport, so that a
 * peer that does not read cannot make us hold more than that many answers.
 */
final class InboundCall extends RootCall {
  private static final CallError UNSENDABLE =
      CallError.internal("the answer does not fit into a frame");

  private final CallSession session;
  private final Link from;
  private final Link link;
  private final RequestPayload request;
  private final Lease lease;
  private final Outbox outbox = new Outbox();

  /**
   * Accepts a request.
   *
   * @param from where it came from
   * @param link where its answer goes
   */
  InboundCall(
      CallSession session,
      Link from,
      Link link,
      CallNode node,
      RequestPayload request,
      long timeoutNanos,
      Lease lease) {
    super(session.runtime(), "wire", node, request.operation(), timeoutNanos);
    this.session = session;
    this.from = from;
    this.link = link;
    this.request = request;
    this.lease = lease;
  }

  Link link() {
    return link;
  }

  /** Runs the request on the handler executor. */
  void start() {
    if (node().isCancelled()) {
      return;
    }
    JsonNode input;
    try {
      input = request.input();
    } catch (FrameException malformed) {
      session.malformed(from);
      lost(CancelReason.ABORTED);
      return;
    }
    guarded(() -> run(input, session.callerOf(request), request.forwardedFor()));
  }

  @Override
  String peer() {
    return session.identity().map(Identity::id).orElse(CallMetrics.NOBODY);
  }

  @Override
  CallSession session() {
    return session;
  }

  @Override
  boolean claim() {
    return session.inbound().remove(this);
  }

  @Override
  void conclude(ResponseEnvelope outcome) {
    EventEnvelope last =
        outcome.result() instanceof CallResult.Err err
            ? EventEnvelope.error(node().id(), err.error())
            : EventEnvelope.responded(node().id(), ((CallResult.Ok) outcome.result()).output());
    sendLast(last);
  }

  /** Aborts because the caller said so, and confirms as well as possible. */
  void abortedByPeer() {
    if (abort(CancelReason.ABORTED)) {
      sendLast(EventEnvelope.aborted(node().id()));
    }
  }

  /** Aborts because nobody can be answered any more. */
  void lost(CancelReason reason) {
    if (abort(reason)) {
      outbox.end(
          () -> {
            link.forgive();
            release();
          });
    }
  }

  private void sendLast(EventEnvelope envelope) {
    outbox.end(() -> deliverLast(envelope));
  }

  private void deliverLast(EventEnvelope envelope) {
    Frame frame = sendable(envelope);
    Stages.listen(
        frame.length() > SharedStream.LARGE && link.isShared()
            ? answerApart(frame)
            : link.answerLast(frame),
        (nothing, failure) -> {
          if (failure != null) {
            session.logLost(node().id(), failure);
          }
          release();
        });
  }

  /** Sends a large answer on a stream of its own, so that the small ones do not wait for it. */
  private CompletionStage<Void> answerApart(Frame frame) {
    link.forgive();
    return session.open(StreamLink.Role.REPLY).thenCompose(reply -> reply.answerLast(frame));
  }

  /** Replaces an answer that breaks a limit of the wire: that fails the call, not the link. */
  private Frame sendable(EventEnvelope envelope) {
    Frame frame = new Frame(envelope);
    try {
      Objects.requireNonNull(frame.bytes());
      return frame;
    } catch (FrameException broken) {
      return new Frame(EventEnvelope.error(node().id(), UNSENDABLE));
    }
  }

  private void release() {
    lease.release();
    session.inbound().released();
  }

  @Override
  void stream(Flow.Publisher<ResponseEnvelope> elements) {
    elements.subscribe(new Pump());
  }

  /**
   * Sends the elements of a subscription: one at a time, and the next only when the transport has
   * accepted what came before, but for the little a link lets wait.
   */
  private final class Pump implements Flow.Subscriber<ResponseEnvelope> {
    private final AtomicInteger wanted = new AtomicInteger();
    private volatile Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription from) {
      subscription = from;
      node().onCancel(from::cancel);
      pull();
    }

    /** Asks for the next element. A publisher that answers at once does not deepen the stack. */
    private void pull() {
      if (wanted.getAndIncrement() == 0) {
        guarded(
            () -> {
              do {
                Objects.requireNonNull(subscription).request(1);
              } while (wanted.decrementAndGet() != 0);
            });
      }
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      if (element.result() instanceof CallResult.Ok ok) {
        send(EventEnvelope.responded(node().id(), ok.output()));
      } else if (claim()) {
        conclude(element);
        streamed(((CallResult.Err) element.result()).error().code());
      }
    }

    private void send(EventEnvelope value) {
      Frame frame = new Frame(value);
      try {
        Objects.requireNonNull(frame.bytes());
      } catch (FrameException broken) {
        if (claim()) {
          fail(UNSENDABLE);
        }
        node().abort(CancelReason.ABORTED);
        return;
      }
      CompletionStage<Void> sent = outbox.value(() -> link.answer(frame));
      if (sent == null) {
        return;
      }
      // The callback runs on a transport thread unless the transport took the frame at once.
      if (sent.toCompletableFuture().isDone()) {
        Stages.listen(sent, (nothing, failure) -> accepted(failure));
      } else if (link.hasRoom()) {
        Stages.listen(
            sent,
            (nothing, failure) -> {
              if (failure != null) {
                runtime.executor().execute(() -> accepted(failure));
              }
            });
        accepted(null);
      } else {
        Stages.listen(
            sent, (nothing, failure) -> runtime.executor().execute(() -> accepted(failure)));
      }
    }

    private void accepted(@Nullable Throwable failure) {
      if (failure != null) {
        lost(CancelReason.ABORTED);
      } else if (!node().isCancelled()) {
        pull();
      }
    }

    @Override
    public void onError(Throwable failure) {
      throw new AssertionError("translated streams do not fail", failure);
    }

    @Override
    public void onComplete() {
      if (claim()) {
        sendLast(EventEnvelope.completed(node().id()));
        streamed(CallMetrics.OK);
      }
    }
  }
}
