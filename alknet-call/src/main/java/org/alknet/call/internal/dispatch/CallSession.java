package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.call.compose.OverlayOperationEnv;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.internal.link.Link;
import org.alknet.call.internal.link.LinkEnd;
import org.alknet.call.internal.link.LinkOwner;
import org.alknet.call.internal.link.StreamLink;
import org.alknet.call.internal.link.TransportLink;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationSummary;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.call.wire.EventTypes;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.Lease;
import org.alknet.call.wire.ReceivedEnvelope;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The call protocol on one connection, the same for both sides and whoever dialled (spec/call.md
 * sections 4 and 16). Every stream, in whichever direction it was opened, feeds the one router in
 * {@link #received}: requests go to the inbound table, everything else to the pending table.
 *
 * <p>Thread-safe. Tables are concurrent maps, and removing an entry is the claim to finish it; no
 * lock is held while anything else is called.
 */
final class CallSession implements CallConnection, LinkOwner {
  private static final Logger LOG = System.getLogger(CallSession.class.getName());
  private static final int MAX_ID = 128;

  private final CallRuntime runtime;
  private final @Nullable Connection connection;
  private final @Nullable EnvelopeTransport transport;
  private final boolean importsByPolicy;
  private final CallerIdentity caller;
  private final String logName;
  private final @Nullable SessionStreams streams;
  private final @Nullable Link onlyLink;
  private final OverlayOperationEnv overlay;
  private final OutgoingCalls outgoing;
  private final Forwarding forwarding;
  private final InboundCalls inbound;
  private final AtomicBoolean over = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Offences offences = new Offences();
  private final AtomicReference<@Nullable TokenPeer> tokenPeer = new AtomicReference<>();
  private volatile @Nullable AutoImport imports;

  /** Runs the protocol on a QUIC connection. */
  CallSession(
      CallRuntime runtime,
      Connection connection,
      Optional<Identity> identity,
      Optional<AuthToken> token,
      boolean importsByPolicy) {
    this.runtime = runtime;
    this.connection = connection;
    this.transport = null;
    this.importsByPolicy = importsByPolicy;
    this.caller = CallerIdentity.of(connection, identity, runtime.identities());
    this.logName = connection.id().text();
    int maxFrameBytes =
        identity.isPresent()
            ? CallLimits.MAX_FRAME_BYTES
            : runtime.limits().maxFrameBytesAnonymous();
    this.streams = new SessionStreams(runtime, connection, this, maxFrameBytes);
    this.onlyLink = null;
    this.overlay = new OverlayOperationEnv(runtime.childCalls(), this::offersChanged);
    this.outgoing = new OutgoingCalls(this, runtime.streamsOf(this), token);
    this.forwarding = new Forwarding(runtime, outgoing);
    this.inbound = new InboundCalls(this);
  }

  /** Runs the protocol on something else. */
  CallSession(CallRuntime runtime, EnvelopeTransport transport, Optional<Identity> identity) {
    this.runtime = runtime;
    this.connection = null;
    this.transport = transport;
    this.importsByPolicy = true;
    this.caller = CallerIdentity.fixed(identity, runtime.identities());
    this.logName = "transport";
    this.streams = null;
    this.overlay = new OverlayOperationEnv(runtime.childCalls());
    this.onlyLink = new TransportLink(transport);
    this.outgoing = new OutgoingCalls(this, new OneTransport(onlyLink), Optional.empty());
    this.forwarding = new Forwarding(runtime, outgoing);
    this.inbound = new InboundCalls(this);
  }

  /** Starts serving, and makes a known peer one that calls are routed to. */
  void start() {
    peerId().ifPresent(this::attach);
    if (connection != null && streams != null) {
      Stages.listen(connection.closed(), (info, impossible) -> end());
      streams.accept();
    } else if (transport != null && onlyLink != null) {
      Link link = onlyLink;
      Stages.listen(transport.closed(), (nothing, failure) -> end());
      transport.onEnvelope(envelope -> received(link, ReceivedEnvelope.of(envelope), Lease.NONE));
    }
  }

  private void attach(String peerId) {
    Peering peering = runtime.peering();
    if (peering.directory().attach(peerId, this)
        && importsByPolicy
        && peering.policy().automatic()) {
      AutoImport automatic = new AutoImport(runtime, this, peerId, peering.policy().config());
      imports = automatic;
      automatic.start();
    }
    if (over.get()) {
      // It ended while it was being attached, so nobody else will detach it.
      peering.directory().detach(peerId, this);
    }
  }

  private void offersChanged() {
    peerId().ifPresent(id -> runtime.peering().directory().changed(id, this));
  }

  /** Ends the connection if the key it was made with no longer is its peer's. */
  void recheckIdentity() {
    TokenPeer promoted = tokenPeer.get();
    boolean withdrawn = promoted != null && !promoted.isStill(runtime.identities());
    if (connection != null && (withdrawn || !caller.isStillEstablished())) {
      LOG.log(Level.INFO, "event=revoked conn_id={0} peer_id={1}", logName, peerId().orElse(""));
      connection.close(CloseCode.AUTH_REQUIRED, "revoked");
      end();
    }
  }

  // ---- streams

  /** Opens a stream; cancelling the result gives up the place in the queue. */
  CompletableFuture<Link> open(StreamLink.Role role) {
    return Objects.requireNonNull(streams).open(role);
  }

  // ---- the router

  @Override
  public void received(Link link, ReceivedEnvelope envelope, Lease lease) {
    String id = envelope.id();
    if (id.isEmpty() || id.length() > MAX_ID) {
      lease.release();
      malformed(link);
      return;
    }
    try {
      route(link, envelope, lease);
    } catch (FrameException malformed) {
      lease.release();
      malformed(link);
    }
  }

  private void route(Link link, ReceivedEnvelope envelope, Lease lease) throws FrameException {
    switch (envelope.type()) {
      case EventTypes.REQUESTED -> inbound.requested(link, envelope, lease);
      case EventTypes.RESPONDED -> outgoing.responded(link, envelope, lease);
      case EventTypes.ERROR -> {
        lease.release();
        outgoing.failed(envelope.id(), envelope.payload());
      }
      case EventTypes.COMPLETED -> {
        lease.release();
        envelope.payload().check();
        outgoing.completed(envelope.id());
      }
      case EventTypes.ABORTED -> {
        lease.release();
        envelope.payload().check();
        inbound.aborted(envelope.id());
        outgoing.aborted(envelope.id());
      }
      default -> {
        lease.release();
        envelope.payload().check();
        LOG.log(Level.DEBUG, "conn_id={0} ignored an event of unknown type", logName);
      }
    }
  }

  /** A frame that looked like an envelope turned out to be none when it was parsed. */
  void malformed(Link link) {
    link.reset(CloseCode.PROTOCOL_ERROR.value());
    offence();
  }

  @Override
  public void ended(Link link, LinkEnd end) {
    if (end == LinkEnd.OFFENCE) {
      offence();
    }
    if (end != LinkEnd.CONNECTION) {
      if (!link.canSend() && end != LinkEnd.CLEAN) {
        inbound.linkBroken(link);
      }
      outgoing.linkEnded(link, end == LinkEnd.CLEAN);
    }
  }

  @Override
  public void finished(Link link) {
    if (streams != null) {
      streams.finished(link);
    }
    outgoing.linkFinished(link);
  }

  /** A broken rule: the second within a minute ends the connection (spec/call.md G-06). */
  private void offence() {
    runtime.metrics().rejectedFrame();
    boolean second = offences.isSecond(runtime.timer().nanos());
    LOG.log(
        Level.WARNING, "event=bad_frame conn_id={0} second={1}", logName, Boolean.toString(second));
    if (second && connection != null) {
      connection.close(CloseCode.PROTOCOL_ERROR, "bad frame");
    }
  }

  /** Lets go of streams on which nothing happens (spec/call.md G-22). Called by the sweeper. */
  void sweep() {
    if (streams != null) {
      streams.sweep(outgoing::uses);
    }
  }

  // ---- what requests need

  CallRuntime runtime() {
    return runtime;
  }

  InboundCalls inbound() {
    return inbound;
  }

  /** Resolves who a request is from (spec/call.md section 12). */
  Optional<Identity> callerOf(RequestPayload request) {
    Optional<Identity> identity = caller.resolve(request.authToken());
    if (identity.isPresent() && request.authToken().isPresent()) {
      promote(identity.get().id(), request.authToken().get());
    }
    return identity;
  }

  /** Attaches a connection that has no identity under the peer whose token it has shown (G-31). */
  private void promote(String id, String token) {
    if (connection == null
        || caller.ofConnection().isPresent()
        || tokenPeer.get() != null
        || !runtime.peering().isTokenPeer(id)) {
      return;
    }
    TokenPeer peer = new TokenPeer(id, AuthToken.ofUtf8(token));
    if (tokenPeer.compareAndSet(null, peer)) {
      attach(id);
      if (over.get()) {
        peer.forget();
      }
    } else {
      peer.forget();
    }
  }

  /** Returns how many requests to the peer wait. */
  int requestsWaiting() {
    return outgoing.size();
  }

  /** Whether nobody waits for an answer, at either end. */
  boolean isIdle() {
    return inbound.inWork() == 0 && outgoing.size() == 0;
  }

  /** Returns how many streams are open. */
  int openLinks() {
    return streams == null ? 0 : streams.size();
  }

  void logLost(String id, Throwable failure) {
    LOG.log(
        Level.DEBUG,
        () ->
            LogLine.event("answer_lost")
                .field("conn_id", logName)
                .field("request", id)
                .field("error", failure.toString())
                .toString());
  }

  boolean isOver() {
    return over.get();
  }

  boolean isOpen(Link link) {
    return streams == null ? link == onlyLink && !isOver() : streams.isOpen(link);
  }

  // ---- the end

  private void end() {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    // Nobody is sent here any more when those who wait hear of the end: they may try again at once.
    AutoImport automatic = imports;
    if (automatic != null) {
      automatic.stop();
    }
    peerId().ifPresent(id -> runtime.peering().directory().detach(id, this));
    TokenPeer promoted = tokenPeer.get();
    if (promoted != null) {
      promoted.forget();
    }
    overlay.replace(List.of());
    inbound.end();
    outgoing.end();
    if (streams != null) {
      streams.end();
    }
    runtime.ended(this);
    runtime.executor().execute(() -> closed.complete(null));
  }

  // ---- CallConnection

  @Override
  public CompletionStage<ResponseEnvelope> call(String operation, JsonNode input) {
    return call(CallRequest.of(operation, input));
  }

  @Override
  public CompletionStage<ResponseEnvelope> call(CallRequest request) {
    return outgoing.call(request);
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> subscribe(String operation, JsonNode input) {
    return subscribe(CallRequest.of(operation, input));
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> subscribe(CallRequest request) {
    return OneSubscriber.publisher(
        subscriber -> Objects.requireNonNull(outgoing.subscribe(request, 0, subscriber)));
  }

  @Override
  public CompletionStage<ResponseEnvelope> forward(CallRequest request, OperationContext ctx) {
    return forwarding.call(request, ctx);
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> forwardStream(CallRequest request, OperationContext ctx) {
    return forwarding.stream(request, ctx);
  }

  @Override
  public CompletionStage<Void> abort(String requestId) {
    return outgoing.abort(requestId);
  }

  @Override
  public CompletionStage<List<ResponseEnvelope>> batch(List<CallRequest> requests) {
    return new Batch(this, requests, runtime.limits().batchConcurrency()).start();
  }

  @Override
  public CompletionStage<List<OperationSummary>> servicesList() {
    return Discovery.list(this);
  }

  @Override
  public CompletionStage<OperationSpec> servicesSchema(String name) {
    return Discovery.schema(this, name);
  }

  @Override
  public Optional<Identity> identity() {
    return caller.ofConnection();
  }

  @Override
  public Optional<String> peerId() {
    if (connection == null) {
      return Optional.empty();
    }
    TokenPeer promoted = tokenPeer.get();
    return promoted == null ? identity().map(Identity::id) : Optional.of(promoted.peerId());
  }

  @Override
  public void registerImported(HandlerRegistration registration) {
    registerImportedAll(List.of(registration));
  }

  @Override
  public void registerImportedAll(List<HandlerRegistration> registrations) {
    int imported = importAll(registrations);
    LOG.log(Level.DEBUG, "conn_id={0} imported={1}", logName, imported);
  }

  /** Registers what does not shadow an operation of this node, and returns how much that was. */
  int importAll(List<HandlerRegistration> registrations) {
    List<HandlerRegistration> allowed = runtime.peering().withoutShadows(registrations);
    overlay.register(allowed);
    dropAfterEnd();
    return allowed.size();
  }

  /** What is imported vanishes with the connection, also when both happen at the same time. */
  private void dropAfterEnd() {
    if (over.get() && hasImports()) {
      overlay.replace(List.of());
    }
  }

  /** Whether operations of the peer can be composed. */
  boolean hasImports() {
    return !overlay.specs().isEmpty();
  }

  /** Whether this side is asking the peer what it offers. */
  boolean isDiscovering() {
    return outgoing.isDiscovering();
  }

  @Override
  public void replaceImported(List<HandlerRegistration> registrations) {
    overlay.replace(runtime.peering().withoutShadows(registrations));
    dropAfterEnd();
  }

  @Override
  public OperationEnv overlayEnv() {
    return overlay;
  }

  @Override
  public CompletionStage<Void> closed() {
    return closed.minimalCompletionStage();
  }

  /** Ends the connection because the node is about to stop. */
  void sayGoodbye() {
    close("shutdown");
  }

  @Override
  public void close() {
    close("");
  }

  private void close(String reason) {
    if (connection != null) {
      connection.close(CloseCode.NO_ERROR, reason);
    } else if (transport != null) {
      transport.close();
    }
    // The transport says when it has ended; those that wait must not depend on how soon.
    end();
  }

  @Override
  public String toString() {
    return "CallConnection[" + logName + "]";
  }
}
