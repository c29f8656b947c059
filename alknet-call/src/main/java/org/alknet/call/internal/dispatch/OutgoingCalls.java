package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.internal.link.Frame;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.pending.Answer;
import org.alknet.call.internal.pending.PendingOwner;
import org.alknet.call.internal.pending.PendingRequest;
import org.alknet.call.internal.pending.PendingRequests;
import org.alknet.call.internal.pending.RemoteSubscription;
import org.alknet.call.internal.pending.UnaryRequest;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.Lease;
import org.alknet.call.wire.Payload;
import org.alknet.call.wire.ReceivedEnvelope;
import org.alknet.core.identity.AuthToken;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The requests this side makes on one connection: sending, matching answers by id, and giving up
 * (spec/call.md section 16).
 *
 * <p>A request is listed before it is sent, and leaves the table once. A stream that was opened for
 * one request is let go after its end; if the peer has not ended its direction a moment later, it
 * still believes it owes something, and is told that nobody waits.
 *
 * <p>Thread-safe.
 */
final class OutgoingCalls implements PendingOwner {
  private static final Logger LOG = System.getLogger(OutgoingCalls.class.getName());
  private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int MAX_WAITING_ABORTS = 1024;

  private final CallSession session;
  private final CallRuntime runtime;
  private final OutgoingStreams streams;
  private final Optional<AuthToken> token;
  private final PendingRequests pending;
  private final Map<Link, PendingRequest> dedicated = new ConcurrentHashMap<>();
  private final Lingering lingering;
  private final AtomicInteger waitingAborts = new AtomicInteger();

  OutgoingCalls(CallSession session, OutgoingStreams streams, Optional<AuthToken> token) {
    this.session = session;
    this.runtime = session.runtime();
    this.streams = streams;
    this.token = token;
    this.pending = new PendingRequests(runtime.limits().maxOutgoing(), runtime::workEnded);
    this.lingering = new Lingering(runtime.timer(), GRACE_NANOS, this::expired);
  }

  // ---- sending

  CompletableFuture<ResponseEnvelope> call(CallRequest request) {
    return call(request, 0);
  }

  /** Calls from within other calls; see {@link Forwarding}. */
  CompletableFuture<ResponseEnvelope> call(CallRequest request, int depth) {
    UnaryRequest call =
        new UnaryRequest(Ids.next(), request.operation(), pending, this, runtime.executor());
    Duration limit = request.timeout().orElse(runtime.limits().outgoingTimeout());
    send(call, request, depth, Optional.of(limit), OutgoingStreams.Kind.CALL);
    return call.answer();
  }

  RemoteSubscription subscribe(
      CallRequest request, int depth, Flow.Subscriber<? super ResponseEnvelope> subscriber) {
    RemoteSubscription subscription =
        new RemoteSubscription(
            Ids.next(),
            request,
            pending,
            this,
            subscriber,
            runtime.executor(),
            runtime.limits().subscriptionBuffer());
    subscriber.onSubscribe(subscription);
    send(subscription, request, depth, request.timeout(), OutgoingStreams.Kind.SUBSCRIPTION);
    return subscription;
  }

  /**
   * A subscription on a shared link had one value and then nothing. A query would look the same,
   * and no end of stream can tell there, so the peer is asked what it is (spec/call.md G-21).
   */
  private void askForType(RemoteSubscription subscription, CallRequest original) {
    if (!subscription.isPending() || subscription.values() != 1) {
      return;
    }
    CallRequest question =
        CallRequest.of(
            ServiceDiscovery.SCHEMA,
            JsonNodeFactory.instance.objectNode().put("name", original.operation()));
    if (original.authToken().isPresent()) {
      question = question.withAuthToken(original.authToken().get());
    }
    Stages.listen(
        call(question),
        (answer, impossible) -> {
          String type =
              answer == null
                  ? ""
                  : answer.output().map(spec -> spec.path("op_type").asString("")).orElse("");
          boolean unary =
              OperationType.ofWireName(type)
                  .map(known -> known != OperationType.SUBSCRIPTION)
                  .orElse(false);
          if (unary && subscription.values() == 1) {
            subscription.completed();
          }
        });
  }

  private void send(
      PendingRequest call,
      CallRequest request,
      int depth,
      Optional<Duration> limit,
      OutgoingStreams.Kind kind) {
    if (!pending.add(call)) {
      runtime.metrics().overloaded();
      call.reject(CallErrors.tooManyOutgoing());
      return;
    }
    if (call.isUnwanted()) {
      call.giveUp(CallError.cancelled());
      return;
    }
    Frame frame = new Frame(envelope(call.id(), request, depth));
    int bytes;
    try {
      bytes = frame.bytes().remaining();
    } catch (FrameException broken) {
      call.giveUp(CallErrors.unsendable(broken));
      return;
    }
    if (session.isOver()) {
      call.giveUp(CallError.connectionClosed());
      return;
    }
    limit.ifPresent(
        duration -> call.timer(runtime.timer().schedule(duration.toNanos(), () -> timedOut(call))));
    CompletionStage<? extends Link> opening = streams.linkFor(kind, bytes);
    call.opening(opening);
    Stages.listen(
        opening,
        (link, failure) -> {
          if (link == null) {
            call.giveUp(CallErrors.sending(failure));
          } else {
            sendOn(link, call, frame);
          }
        });
  }

  private EventEnvelope envelope(String id, CallRequest request, int depth) {
    return new EventEnvelope(
        EventTypes.REQUESTED,
        id,
        RequestPayload.write(
            request.operation(),
            request.input(),
            request.authToken().or(() -> token).map(OutgoingCalls::text),
            request.forwardedFor(),
            request.timeout(),
            depth));
  }

  private static String text(AuthToken token) {
    byte[] bytes = token.revealTokenBytes();
    String text = new String(bytes, StandardCharsets.UTF_8);
    Arrays.fill(bytes, (byte) 0);
    return text;
  }

  private void sendOn(Link link, PendingRequest call, Frame frame) {
    if (link.isDedicated()) {
      dedicated.put(link, call);
    }
    if (!call.sendOn(link)) {
      dedicated.remove(link);
      if (link.isDedicated()) {
        link.close();
      }
      return;
    }
    CompletionStage<Void> sent = link.isDedicated() ? link.sendOnly(frame) : link.send(frame);
    Stages.listen(
        sent,
        (nothing, failure) -> {
          if (failure != null) {
            call.failed(CallErrors.sending(failure));
          }
        });
  }

  private void timedOut(PendingRequest call) {
    if (call.giveUp(CallError.timeout())) {
      runtime.metrics().timedOut();
    }
  }

  CompletionStage<Void> abort(String id) {
    PendingRequest call = pending.find(id);
    if (call != null) {
      call.giveUp(CallError.cancelled());
    }
    return CompletableFuture.completedFuture(null);
  }

  // ---- what the peer says

  void responded(Link link, ReceivedEnvelope envelope, Lease lease) throws FrameException {
    PendingRequest call = pending.find(envelope.id());
    if (call == null) {
      lease.release();
      envelope.payload().check();
      lingering.heard(link, envelope.id());
      return;
    }
    Optional<Map<String, Payload>> payload = envelope.payload().members();
    if (payload.isEmpty()) {
      lease.release();
      call.giveUp(CallError.internal("the peer answered with a malformed value"));
      return;
    }
    Payload output = Payload.of(JsonNodeFactory.instance.nullNode());
    for (Map.Entry<String, Payload> member : payload.get().entrySet()) {
      if (member.getKey().equals("output")) {
        output = member.getValue();
      } else {
        member.getValue().check();
      }
    }
    if (call instanceof RemoteSubscription subscription && subscription.values() == 0) {
      beginToWonder(subscription);
    }
    call.value(new Answer(output, lease, link));
  }

  /**
   * Begins before the first value can be seen, so that whoever saw it may count on the question.
   */
  private void beginToWonder(RemoteSubscription subscription) {
    Link own = subscription.link();
    if (own != null && !own.isDedicated()) {
      subscription.question(
          runtime
              .timer()
              .schedule(GRACE_NANOS, () -> askForType(subscription, subscription.request())));
    }
  }

  void completed(String id) {
    PendingRequest call = pending.find(id);
    if (call != null) {
      call.completed();
    }
  }

  void failed(String id, Payload payload) throws FrameException {
    CallError error = CallErrors.parse(payload.members().isPresent(), payload.tree());
    PendingRequest call = pending.find(id);
    if (call != null) {
      call.failed(error);
    }
  }

  void aborted(String id) {
    PendingRequest call = pending.find(id);
    if (call != null) {
      call.failed(CallError.cancelled());
    }
  }

  // ---- the end of requests

  @Override
  public void settled(PendingRequest call) {
    Link link = call.link();
    if (link == null || !link.isDedicated()) {
      return;
    }
    dedicated.remove(link);
    if (call instanceof UnaryRequest) {
      lingering.add(link, call.id());
      if (!session.isOpen(link)) {
        lingering.remove(link);
      }
    } else {
      link.close();
    }
  }

  @Override
  public void abandoned(PendingRequest call) {
    Link link = call.link();
    if (link != null && !link.isDedicated()) {
      ignoreFailure(link.send(new Frame(EventEnvelope.aborted(call.id()))));
      return;
    }
    if (link != null) {
      // Reading ends first: if no stream can be had for the abort, the peer's next write fails.
      dedicated.remove(link);
      link.close();
    }
    sendAbort(call.id());
  }

  private void sendAbort(String id) {
    if (session.isOver()) {
      return;
    }
    if (waitingAborts.incrementAndGet() > MAX_WAITING_ABORTS) {
      waitingAborts.decrementAndGet();
      return;
    }
    Stages.listen(
        streams.linkFor(OutgoingStreams.Kind.ABORT, 0),
        (link, failure) -> {
          waitingAborts.decrementAndGet();
          if (link != null) {
            ignoreFailure(link.sendOnly(new Frame(EventEnvelope.aborted(id))));
            lingering.add(link, "");
            if (!session.isOpen(link)) {
              lingering.remove(link);
            }
          }
        });
  }

  /** An abort is best effort: if it is lost, so is the stream or the connection. */
  private void ignoreFailure(CompletionStage<Void> sent) {
    Stages.listen(
        sent,
        (nothing, failure) -> {
          if (failure != null) {
            LOG.log(Level.DEBUG, "an abort was lost: {0}", failure);
          }
        });
  }

  /** The peer has not ended the stream of a call we have our answer for, or of an abort. */
  private void expired(Link link, String id) {
    link.close();
    if (!id.isEmpty()) {
      sendAbort(id);
    }
  }

  @Override
  public void malformed(Link from) {
    session.malformed(from);
  }

  // ---- the end of links

  void linkEnded(Link link, boolean clean) {
    if (clean) {
      PendingRequest own = dedicated.get(link);
      if (own != null) {
        afterGrace(own);
      } else if (!link.isDedicated()) {
        for (PendingRequest call : pending.all()) {
          if (call.link() == link) {
            afterGrace(call);
          }
        }
      }
      return;
    }
    PendingRequest own = dedicated.remove(link);
    CallError reset = CallError.internal("the stream was reset");
    if (own != null) {
      own.failed(reset);
    } else if (!link.isDedicated()) {
      for (PendingRequest call : pending.all()) {
        if (call.link() == link) {
          call.failed(reset);
        }
      }
    }
  }

  /** The answer may still come on another stream (spec/call.md section 4.7). */
  private void afterGrace(PendingRequest call) {
    runtime.timer().schedule(GRACE_NANOS, call::streamEnded);
  }

  void linkFinished(Link link) {
    lingering.remove(link);
    dedicated.remove(link);
  }

  boolean uses(Link link) {
    return pending.all().stream().anyMatch(call -> call.link() == link);
  }

  /** Ends everything because the connection has ended. */
  void end() {
    for (PendingRequest call : pending.all()) {
      call.failed(CallError.connectionClosed());
    }
    dedicated.clear();
    lingering.clear();
  }

  boolean isDiscovering() {
    return pending.all().stream()
        .anyMatch(call -> call.operation().startsWith(OperationRegistry.RESERVED_NAMESPACE + "/"));
  }

  int size() {
    return pending.size();
  }
}
