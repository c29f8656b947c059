package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.LocalOperationEnv;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.compose.SessionOverlaySource;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.ForwardedForPolicy;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.call.internal.schedule.HandlerThreads;
import org.alknet.call.internal.schedule.SystemTimer;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CallTree;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.call.wire.ReadBudget;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.IdentityAlreadySetException;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.observe.CoreMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Everything the call protocol of one node shares: registry, limits, call tree, threads and timer.
 * Adapter, client and root invoker are doors to one of these.
 *
 * <p>Thread-safe. Owns the timer, and the handler threads unless an executor was given.
 */
public final class CallRuntime implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CallRuntime.class.getName());

  /** How often streams that nobody uses are looked for: a backstop, nothing waits for it. */
  private static final long SWEEP_NANOS = Duration.ofSeconds(10).toNanos();

  /** How long the last answers have to reach their peers before a node that stops closes. */
  private static final long FAREWELL_NANOS = Duration.ofMillis(200).toNanos();

  private final OperationRegistry registry;
  private final IdentityProvider identities;
  private final CallLimits limits;
  private final HandlerExecutor executor;
  private final @Nullable ExecutorService ownThreads;
  private final CallTimer timer;
  private final CallMetrics metrics;
  private final StreamUsage streamUsage;
  private final CallTree tree;
  private final ReadBudget budget;
  private final ChildCalls childCalls;
  private final Peering peering;
  private final ForwardedForPolicy forwardedFor;
  private final Roots roots;
  private final Set<CallSession> sessions = ConcurrentHashMap.newKeySet();
  private final Set<CallNode> liveRoots = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean farewell = new AtomicBoolean();
  private volatile boolean draining;

  private CallRuntime(Builder builder) {
    this.registry = builder.registry;
    this.identities = builder.identities;
    this.limits = builder.limits;
    Executor given = builder.executor;
    this.ownThreads = given == null ? HandlerThreads.start() : null;
    this.executor = new HandlerExecutor(given == null ? Objects.requireNonNull(ownThreads) : given);
    this.timer = builder.timer == null ? new SystemTimer() : builder.timer;
    this.metrics = new CallMetrics(builder.metrics);
    this.streamUsage = builder.streamUsage;
    this.tree = new CallTree(limits.maxTreeNodes(), limits.maxDepth(), executor);
    this.budget = new ReadBudget(limits.processReadBudgetBytes());
    this.childCalls = new ChildCalls(metrics);
    this.peering =
        new Peering(
            builder.peers,
            builder.importPolicy,
            builder.sessions,
            builder.tokenPeers,
            registry,
            new LocalOperationEnv(registry, childCalls));
    this.forwardedFor = builder.forwardedFor;
    this.roots = new Roots(this);
    timer.schedule(SWEEP_NANOS, this::sweep);
  }

  /** Starts a runtime for a registry. */
  public static Builder builder(OperationRegistry registry) {
    return new Builder(registry);
  }

  /** Serves an accepted connection, whose identity the endpoint has resolved. */
  public CallConnection serve(Connection connection, Optional<Identity> identity) {
    return start(connection, identity, Optional.empty(), true);
  }

  /**
   * Serves a dialled connection.
   *
   * @param token added to requests that bring none
   * @param known whether the peer's proven key may say who it is
   * @param imports whether the import policy applies; otherwise nothing is imported by itself
   */
  public CallConnection dialled(
      Connection connection, Optional<AuthToken> token, boolean known, boolean imports) {
    Optional<Identity> identity =
        known
            ? connection.remoteFingerprint().flatMap(identities::resolveFromFingerprint)
            : Optional.empty();
    return start(connection, identity.or(connection::identity), token, imports);
  }

  private CallConnection start(
      Connection connection,
      Optional<Identity> identity,
      Optional<AuthToken> token,
      boolean imports) {
    Objects.requireNonNull(connection, "connection");
    if (identity.isPresent() && connection.identity().isEmpty()) {
      try {
        connection.setIdentity(identity.get());
      } catch (IdentityAlreadySetException first) {
        LOG.log(Level.DEBUG, "conn_id={0} keeps its identity", connection.id());
      }
    }
    return run(new CallSession(this, connection, identity, token, imports));
  }

  /** Serves a connection that is not QUIC. */
  public CallConnection serve(EnvelopeTransport transport, Optional<Identity> caller) {
    return run(new CallSession(this, transport, caller));
  }

  private CallConnection run(CallSession session) {
    sessions.add(session);
    session.start();
    if (closed.get()) {
      session.close();
    }
    workEnded();
    return session;
  }

  /**
   * Takes on no more requests, lets those in work come to their end, and then says goodbye on every
   * connection. What does not end is cancelled when its connection is closed by whoever waits for
   * us, or by {@link #close()}.
   */
  public void drain() {
    if (!draining && !closed.get()) {
      draining = true;
      LOG.log(Level.INFO, "event=call_draining calls={0}", tree.size());
    }
    workEnded();
  }

  /** Whether new requests are refused because the node is about to stop. */
  boolean isDraining() {
    return draining;
  }

  /** Notes that a call has ended, in either direction, or that its answer has gone. */
  void workEnded() {
    if (isDrained() && farewell.compareAndSet(false, true)) {
      // Frames the transport has accepted are still on their way; closing would discard them.
      timer.schedule(FAREWELL_NANOS, this::sayGoodbye);
    }
  }

  private boolean isDrained() {
    return draining && tree.size() == 0 && sessions.stream().allMatch(CallSession::isIdle);
  }

  private void sayGoodbye() {
    if (isDrained()) {
      sessions.forEach(CallSession::sayGoodbye);
    }
    farewell.set(false);
    if (!sessions.isEmpty()) {
      workEnded();
    }
  }

  private void sweep() {
    sessions.forEach(CallSession::sweep);
    if (!closed.get()) {
      timer.schedule(SWEEP_NANOS, this::sweep);
    }
  }

  /**
   * Looks up again who the peers of live connections are, and closes those whose key is nobody's or
   * somebody else's now; calls under way on them are cancelled (spec/call.md G-27).
   */
  public void recheckIdentities() {
    sessions.forEach(CallSession::recheckIdentity);
  }

  /** Returns the time of this node. */
  public CallTimer timer() {
    return timer;
  }

  /** Runs application code on the handler executor. */
  public void execute(Runnable work) {
    executor.execute(work);
  }

  /** Returns the door for calls that come from no connection. */
  public Roots roots() {
    return roots;
  }

  void ended(CallSession session) {
    sessions.remove(session);
  }

  OperationRegistry registry() {
    return registry;
  }

  IdentityProvider identities() {
    return identities;
  }

  CallLimits limits() {
    return limits;
  }

  HandlerExecutor executor() {
    return executor;
  }

  CallMetrics metrics() {
    return metrics;
  }

  CallTree tree() {
    return tree;
  }

  ReadBudget budget() {
    return budget;
  }

  ChildCalls childCalls() {
    return childCalls;
  }

  Set<CallNode> liveRoots() {
    return liveRoots;
  }

  /** Returns who the peers are and what a call sees of them. */
  Peering peering() {
    return peering;
  }

  /** Returns over which connections the peers are reached. */
  public PeerDirectory peers() {
    return peering.directory();
  }

  ForwardedForPolicy forwardedFor() {
    return forwardedFor;
  }

  OutgoingStreams streamsOf(CallSession session) {
    return switch (streamUsage) {
      case PER_REQUEST -> new StreamPerRequest(session);
      case SHARED -> new SharedStream(session);
    };
  }

  /** Returns how long a request from the wire may run; 0 for no limit (spec/call.md section 13). */
  long timeoutOf(RequestPayload request) {
    long asked = request.timeout().map(Duration::toNanos).orElse(0L);
    if (RootCall.isStreaming(registry.find(request.operation()).orElse(null))) {
      return asked;
    }
    long own = limits.inboundTimeout().toNanos();
    return asked == 0 ? own : Math.min(asked, own);
  }

  /** Ends every connection, cancels every call and stops what this runtime owns. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    sessions.forEach(CallSession::close);
    liveRoots.forEach(root -> root.abortAll(CancelReason.ABORTED));
    timer.close();
    if (ownThreads != null) {
      ownThreads.shutdown();
    }
  }

  /** Collects the parts of a runtime. Not thread-safe. */
  public static final class Builder {
    private final OperationRegistry registry;
    private IdentityProvider identities = new NoIdentities();
    private CallLimits limits = CallLimits.defaults();
    private CoreMetrics metrics = CoreMetrics.NONE;
    private StreamUsage streamUsage = StreamUsage.SHARED;
    private @Nullable Executor executor;
    private @Nullable CallTimer timer;
    private PeerDirectory peers = PeerDirectory.create();
    private ImportPolicy importPolicy = ImportPolicy.auto();
    private Predicate<String> tokenPeers = id -> false;
    private ForwardedForPolicy forwardedFor = ForwardedForPolicy.ORIGIN;
    private @Nullable SessionOverlaySource sessions;

    private Builder(OperationRegistry registry) {
      this.registry = Objects.requireNonNull(registry, "registry");
    }

    /** Sets who resolves keys and tokens; nobody by default. */
    public Builder identities(IdentityProvider provider) {
      this.identities = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /** Sets the limits. */
    public Builder limits(CallLimits value) {
      this.limits = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets where handlers run. */
    public Builder executor(Executor value) {
      this.executor = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets where counters go. */
    public Builder metrics(CoreMetrics value) {
      this.metrics = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets how outgoing requests use streams; shared by default. */
    public Builder streamUsage(StreamUsage value) {
      this.streamUsage = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Shares a directory of peers with other doors of this node. */
    public Builder peers(PeerDirectory value) {
      this.peers = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets to which peers connections without identity are promoted by a token. */
    public Builder promoteTokenPeers(Predicate<String> value) {
      this.tokenPeers = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets what is imported from known peers. */
    public Builder importPolicy(ImportPolicy value) {
      this.importPolicy = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets whether forwarded calls name the end user. */
    public Builder forwardedFor(ForwardedForPolicy value) {
      this.forwardedFor = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets who finds the sessions of calls. */
    public Builder sessions(SessionOverlaySource value) {
      this.sessions = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Sets the time; it then belongs to the runtime. */
    public Builder timer(CallTimer value) {
      this.timer = Objects.requireNonNull(value, "value");
      return this;
    }

    /** Starts the runtime. */
    public CallRuntime build() {
      return new CallRuntime(this);
    }
  }

  /** Recognises nobody. */
  private static final class NoIdentities implements IdentityProvider {
    @Override
    public Optional<Identity> resolveFromFingerprint(String fingerprint) {
      return Optional.empty();
    }

    @Override
    public Optional<Identity> resolveFromToken(AuthToken token) {
      return Optional.empty();
    }
  }
}
