package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.internal.link.Frame;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.link.StreamLink;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.operation.CallError;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.Lease;
import org.alknet.call.wire.ReceivedEnvelope;
import org.alknet.core.connection.CloseCode;

/**
 * The requests the peer makes on one connection: taking them on or saying why not, and ending them
 * when nobody waits any more (spec/call.md sections 11.2 and 14.3).
 *
 * <p>Thread-safe. The table is a concurrent map, and removing an entry is the claim to finish it.
 */
final class InboundCalls {
  private static final Logger LOG = System.getLogger(InboundCalls.class.getName());

  private final CallSession session;
  private final CallRuntime runtime;
  private final Map<String, InboundCall> calls = new ConcurrentHashMap<>();
  private final AtomicInteger inWork = new AtomicInteger();
  private final AtomicInteger waitingReplies = new AtomicInteger();
  private final Set<CallNode> liveRoots = ConcurrentHashMap.newKeySet();

  InboundCalls(CallSession session) {
    this.session = session;
    this.runtime = session.runtime();
  }

  // ---- what the peer says

  void requested(Link link, ReceivedEnvelope envelope, Lease lease) {
    if (link.canSend()) {
      link.owe();
      accept(link, link, envelope, lease);
      return;
    }
    // The request came on a stream whose other half is gone already: the answer needs its own.
    if (waitingReplies.incrementAndGet() > runtime.limits().maxInbound()) {
      waitingReplies.decrementAndGet();
      lease.release();
      link.reset(CloseCode.RATE_LIMITED.value());
      return;
    }
    Stages.listen(
        session.open(StreamLink.Role.REPLY),
        (reply, failure) -> {
          waitingReplies.decrementAndGet();
          if (reply != null) {
            accept(link, reply, envelope, lease);
          } else {
            lease.release();
          }
        });
  }

  /** Takes a request on, or answers why not. The answer is owed already. */
  private void accept(Link from, Link reply, ReceivedEnvelope envelope, Lease lease) {
    String id = envelope.id();
    InboundCall first = calls.get(id);
    if (first != null) {
      lease.release();
      duplicate(from, reply, first);
      return;
    }
    RequestPayload.Parsed parsed;
    try {
      parsed = RequestPayload.parse(envelope.payload());
    } catch (FrameException malformed) {
      lease.release();
      session.malformed(from);
      reply.forgive();
      return;
    }
    RequestPayload request = parsed.request();
    if (request == null) {
      lease.release();
      refuse(reply, id, Objects.requireNonNull(parsed.problem()));
      return;
    }
    if (request.depth() > runtime.limits().maxDepth()) {
      lease.release();
      refuse(reply, id, CallErrors.tooDeep(runtime.limits().maxDepth()));
      return;
    }
    if (inWork.incrementAndGet() > runtime.limits().maxInbound()) {
      inWork.decrementAndGet();
      lease.release();
      runtime.metrics().overloaded();
      refuse(reply, id, CallErrors.tooManyRequests());
      return;
    }
    if (runtime.isDraining()) {
      released();
      lease.release();
      refuse(reply, id, CallErrors.stopping());
      return;
    }
    Optional<CallNode> node = runtime.tree().root(id, request.depth());
    if (node.isEmpty()) {
      released();
      lease.release();
      runtime.metrics().overloaded();
      refuse(reply, id, CallErrors.tooManyCalls());
      return;
    }
    dispatch(from, reply, node.get(), request, lease);
  }

  private void dispatch(Link from, Link reply, CallNode node, RequestPayload request, Lease lease) {
    long timeout = runtime.timeoutOf(request);
    InboundCall call = new InboundCall(session, from, reply, node, request, timeout, lease);
    InboundCall first = calls.putIfAbsent(node.id(), call);
    if (first != null) {
      released();
      lease.release();
      node.finish();
      duplicate(from, reply, first);
      return;
    }
    call.arm(timeout, liveRoots);
    if (session.isOver()) {
      call.lost(CancelReason.CONNECTION_CLOSED);
    } else if (!runtime.executor().tryExecute(call::start)) {
      runtime.metrics().overloaded();
      call.refuse(CallErrors.noThread());
    }
  }

  /** An id in use: not executed and not answered, or the caller would take it for the first. */
  private void duplicate(Link from, Link reply, InboundCall first) {
    LOG.log(Level.DEBUG, "{0} a request repeats an id in work", session);
    reply.forgive();
    if (from != first.link()) {
      from.reset(CloseCode.PROTOCOL_ERROR.value());
    }
  }

  private void refuse(Link reply, String id, CallError error) {
    Stages.listen(
        reply.answerLast(new Frame(EventEnvelope.error(id, error))),
        (nothing, failure) -> {
          if (failure != null) {
            session.logLost(id, failure);
          }
        });
  }

  void aborted(String id) {
    InboundCall call = calls.get(id);
    if (call != null) {
      call.abortedByPeer();
    }
  }

  // ---- the end

  /** Removes a request; true for the one caller that did. */
  boolean remove(InboundCall call) {
    return calls.remove(call.node().id(), call);
  }

  /** Notes that a request is over and its last frame gone. */
  void released() {
    inWork.decrementAndGet();
    runtime.workEnded();
  }

  /** Ends the requests whose answers cannot be sent any more. */
  void linkBroken(Link link) {
    for (InboundCall call : calls.values()) {
      if (call.link() == link) {
        call.lost(CancelReason.ABORTED);
      }
    }
  }

  /** Ends everything because the connection has ended. */
  void end() {
    for (InboundCall call : calls.values()) {
      call.lost(CancelReason.CONNECTION_CLOSED);
    }
    for (CallNode root : liveRoots) {
      root.abortAll(CancelReason.CONNECTION_CLOSED);
    }
  }

  /** Returns how many requests have no last event yet. */
  int unanswered() {
    return calls.size();
  }

  /** Returns how many are in work, answers on their way included. */
  int inWork() {
    return inWork.get();
  }
}
