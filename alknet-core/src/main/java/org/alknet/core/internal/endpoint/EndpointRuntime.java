package org.alknet.core.internal.endpoint;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.internal.quic.EventLoops;
import org.alknet.core.internal.quic.QuicListener;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;
import org.alknet.core.observe.LogLine;
import org.alknet.core.tls.TlsIdentity;
import org.jspecify.annotations.Nullable;

/**
 * A running endpoint: its listeners, its threads, its live connections, and the order in which they
 * end (spec/core.md section 11).
 *
 * <p>Thread-safe.
 */
public final class EndpointRuntime {
  private static final Logger LOG = System.getLogger(EndpointRuntime.class.getName());

  /** How long close packets and threads may take to leave, beyond the drain timeout. */
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);

  private final StaticConfig config;
  private final ShutdownSignal signal;
  private final PeerLookup peers;
  private final RuntimeParts parts;
  private final LiveConnections live;
  private final ListenerEvents events;
  private final List<QuicListener> listeners = new ArrayList<>();
  private final @Nullable EventLoops loops;
  private final @Nullable ExecutorService ownedExecutor;
  private volatile Optional<PresentedIdentity> presented;
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();
  private final CompletionStage<Void> whenStopped = stopped.minimalCompletionStage();
  private final ConfigSnapshot.Subscription reloads;
  private final long startedNanos = System.nanoTime();
  private volatile boolean draining;

  private EndpointRuntime(
      StaticConfig config,
      HandlerRegistry registry,
      ConfigSnapshot dynamic,
      IdentityProvider identities,
      RuntimeParts parts,
      Optional<PresentedIdentity> presented) {
    this.config = config;
    this.signal = parts.signal();
    this.peers = new PeerLookup(identities);
    this.parts = parts;
    this.presented = presented;
    this.live = new LiveConnections(parts.metrics());
    boolean listens = !config.listenAddresses().isEmpty();
    this.loops = listens ? EventLoops.create("alknet-endpoint", config.eventLoops(), false) : null;
    this.ownedExecutor =
        parts.executor().isPresent() ? null : HandlerExecutors.create("alknet-handler");
    this.reloads = dynamic.onChange(changed -> recheckIdentities());
    ConnectionDispatch dispatch =
        new ConnectionDispatch(
            registry,
            peers,
            dynamic,
            parts.executor().orElseGet(() -> Objects.requireNonNull(ownedExecutor)),
            parts,
            live);
    this.events = new ListenerEvents(dispatch, parts, () -> draining);
  }

  /**
   * Starts an endpoint.
   *
   * @return completes with it, or exceptionally with an {@code IOException} if an address cannot be
   *     bound; everything acquired is released then
   * @throws TlsSetupException if the identity cannot be used
   */
  public static CompletionStage<EndpointRuntime> start(
      StaticConfig config,
      HandlerRegistry registry,
      ConfigSnapshot dynamic,
      IdentityProvider identities,
      RuntimeParts parts)
      throws TlsSetupException {
    Optional<PresentedIdentity> presented = Optional.empty();
    if (!config.listenAddresses().isEmpty()) {
      if (config.tlsIdentity().isEmpty()) {
        throw new TlsSetupException("listen_addr is set and tls_identity is not", null);
      }
      if (registry.alpns().isEmpty()) {
        throw new TlsSetupException(
            "no handler is registered, and QUIC needs at least one ALPN", null);
      }
      if (config.tlsIdentity().get() instanceof TlsIdentity.SelfSigned) {
        LOG.log(
            Level.WARNING,
            "event=self_signed_identity note=\"for development only: the fingerprint changes at"
                + " every start\"");
      }
      presented = Optional.of(PresentedIdentity.load(config.tlsIdentity().get()));
    }
    EndpointRuntime runtime =
        new EndpointRuntime(config, registry, dynamic, identities, parts, presented);
    CompletableFuture<Void> bound = CompletableFuture.completedFuture(null);
    for (InetSocketAddress address : config.listenAddresses()) {
      bound = bound.thenCompose(before -> runtime.bind(address, registry));
    }
    return bound
        .handle((done, failure) -> failure)
        .thenCompose(
            failure ->
                failure == null
                    ? CompletableFuture.completedFuture(runtime.started(registry))
                    : runtime
                        .release()
                        .thenCompose(released -> CompletableFuture.failedFuture(failure)));
  }

  private CompletionStage<Void> bind(InetSocketAddress address, HandlerRegistry registry) {
    QuicListener.Setup setup =
        new QuicListener.Setup(
            presented.orElseThrow(),
            registry.alpns(),
            config.transport(),
            parts.admission(),
            this::retryRequired,
            parts.nanoTime(),
            events);
    try {
      return QuicListener.bind(Objects.requireNonNull(loops), address, setup)
          .thenAccept(listeners::add);
    } catch (TlsSetupException unusable) {
      return CompletableFuture.failedFuture(unusable);
    }
  }

  private EndpointRuntime started(HandlerRegistry registry) {
    signal.whenTriggered().thenRun(this::shutdown);
    LOG.log(
        Level.INFO,
        () ->
            LogLine.event("endpoint_started")
                .field(
                    "addresses", localAddresses().stream().map(Addresses::text).toList().toString())
                .field("alpns", registry.alpns().toString())
                .field("fingerprint", fingerprint().orElse("none"))
                .toString());
    return this;
  }

  private boolean retryRequired() {
    LimitsConfig limits = config.limits();
    return switch (limits.retry()) {
      case ALWAYS -> true;
      case NEVER -> false;
      case ADAPTIVE -> parts.admission().handshakesInProgress() > limits.maxHandshakes() / 4;
    };
  }

  /** Returns the bound addresses, in the order of the configuration. */
  public List<InetSocketAddress> localAddresses() {
    return listeners.stream().map(QuicListener::localAddress).toList();
  }

  /** Returns the name under which clients know this endpoint, if it listens. */
  public Optional<String> fingerprint() {
    return presented.map(PresentedIdentity::fingerprint);
  }

  /** Returns how many connections are being served. */
  public int activeConnections() {
    return live.count();
  }

  /**
   * Resolves the fingerprint of every live connection that has an identity again, and closes those
   * that lost it or belong to somebody else now.
   */
  public void recheckIdentities() {
    if (!config.limits().closeOnRevoke()) {
      return;
    }
    for (LiveConnection entry : live.all()) {
      Optional<Identity> before = entry.resolved;
      if (before.isEmpty()) {
        continue;
      }
      Optional<Identity> now = peers.of(entry.connection);
      if (now.isEmpty() || !now.get().id().equals(before.get().id())) {
        revoke(entry, before.get());
      }
    }
  }

  private void revoke(LiveConnection entry, Identity before) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("conn_id", entry.connection.id().text());
    fields.put("peer_id", before.id());
    LOG.log(Level.INFO, () -> LogLine.event("revoked").fields(fields).toString());
    parts.audit().record("revoked", fields);
    entry.connection.close(CloseCode.AUTH_REQUIRED, "revoked");
  }

  /** Presents what the files of the identity hold now to connections from now on. */
  public void reloadTls() throws TlsSetupException {
    if (presented.isEmpty()) {
      return;
    }
    PresentedIdentity fresh = PresentedIdentity.load(config.tlsIdentity().orElseThrow());
    for (QuicListener listener : listeners) {
      listener.present(fresh);
    }
    presented = Optional.of(fresh);
    LOG.log(
        Level.INFO,
        () -> LogLine.event("tls_reload").field("fingerprint", fresh.fingerprint()).toString());
  }

  /** Drains and stops; every call returns the same stage. */
  public CompletionStage<Void> shutdown() {
    if (!stopping.compareAndSet(false, true)) {
      return whenStopped;
    }
    draining = true;
    LOG.log(Level.DEBUG, "event=shutdown_signal");
    long began = System.nanoTime();
    listeners.forEach(QuicListener::stopAdmitting);
    signal.trigger();
    AtomicInteger forced = new AtomicInteger();
    CompletionStage<Void> drain =
        live.allHandled()
            .completeOnTimeout(null, config.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
    drain
        .thenCompose(drained -> closeRemaining(forced))
        .thenCompose(closed -> release())
        .whenComplete(
            (released, failure) -> {
              parts.metrics().time("drain_seconds", Map.of(), System.nanoTime() - began);
              LOG.log(
                  Level.INFO,
                  () ->
                      LogLine.event("endpoint_stopped")
                          .field("duration_ms", (System.nanoTime() - startedNanos) / 1_000_000)
                          .field("forced_closes", forced.get())
                          .toString());
              stopped.complete(null);
            });
    return whenStopped;
  }

  /** Whether the endpoint has stopped admitting. */
  public boolean isDraining() {
    return draining;
  }

  private CompletionStage<Void> closeRemaining(AtomicInteger forced) {
    for (LiveConnection entry : live.all()) {
      if (!entry.handled.isDone()) {
        forced.incrementAndGet();
      }
      entry.connection.close(CloseCode.NO_ERROR, "shutdown");
    }
    return live.allClosed().completeOnTimeout(null, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletionStage<Void> release() {
    reloads.close();
    CompletableFuture<Void> sockets =
        CompletableFuture.allOf(
            listeners.stream()
                .map(listener -> listener.close().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    return sockets
        .thenCompose(
            closed ->
                loops == null ? CompletableFuture.completedFuture(null) : loops.stop(CLOSE_LIMIT))
        .thenRun(
            () -> {
              if (ownedExecutor != null) {
                ownedExecutor.shutdownNow();
              }
            });
  }
}
