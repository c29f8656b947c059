package org.alknet.core;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.internal.endpoint.EndpointRuntime;
import org.alknet.core.internal.endpoint.RuntimeParts;
import org.alknet.core.internal.endpoint.SampledWarnings;
import org.alknet.core.internal.tls.TlsSetupException;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.jspecify.annotations.Nullable;

/**
 * The listening side of a node: one UDP port, many services. The TLS handshake negotiates the
 * protocol, and the handler registered for it gets the connection (spec/core.md section 11).
 *
 * <pre>{@code
 * AlknetEndpoint endpoint =
 *     AlknetEndpoint.start(config, handlers, ConfigSnapshot.of(dynamic), identities)
 *         .toCompletableFuture().join();
 * }</pre>
 *
 * <p>Thread-safe. Owns its sockets, its I/O threads and, unless one was given, its handler
 * executor, until {@link #shutdown()}.
 */
public final class AlknetEndpoint implements AutoCloseable {
  private final EndpointRuntime runtime;
  private final List<Alpn> alpns;
  private final Duration drainTimeout;

  private AlknetEndpoint(EndpointRuntime runtime, List<Alpn> alpns, Duration drainTimeout) {
    this.runtime = runtime;
    this.alpns = alpns;
    this.drainTimeout = drainTimeout;
  }

  /**
   * Starts an endpoint with default optional parts.
   *
   * @return as {@link Builder#start}
   */
  public static CompletionStage<AlknetEndpoint> start(
      StaticConfig config,
      HandlerRegistry handlers,
      ConfigSnapshot dynamic,
      IdentityProvider identities) {
    return builder().start(config, handlers, dynamic, identities);
  }

  /**
   * Starts an endpoint that shuts down when the signal is given.
   *
   * @return as {@link Builder#start}
   */
  public static CompletionStage<AlknetEndpoint> start(
      StaticConfig config,
      HandlerRegistry handlers,
      ConfigSnapshot dynamic,
      IdentityProvider identities,
      ShutdownSignal signal) {
    return builder().shutdownSignal(signal).start(config, handlers, dynamic, identities);
  }

  /** Returns a builder for the optional parts. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the first bound address, with the port the system chose if it was zero.
   *
   * @throws IllegalStateException if the endpoint does not listen
   */
  public InetSocketAddress localAddress() {
    List<InetSocketAddress> addresses = localAddresses();
    if (addresses.isEmpty()) {
      throw new IllegalStateException("this endpoint does not listen");
    }
    return addresses.get(0);
  }

  /** Returns all bound addresses, in the order of the configuration. */
  public List<InetSocketAddress> localAddresses() {
    return runtime.localAddresses();
  }

  /** Returns the fingerprint clients pin, if the endpoint listens. */
  public Optional<String> fingerprint() {
    return runtime.fingerprint();
  }

  /** Returns how many connections are being served. */
  public int activeConnections() {
    return runtime.activeConnections();
  }

  /**
   * Resolves the key of every live connection that has an identity again and closes, with {@code
   * AUTH_REQUIRED} and reason {@code revoked}, those whose key no longer leads to the same
   * identity. Runs by itself after a reload; call it on each change of an identity store. Cheap to
   * call too often.
   */
  public void recheckIdentities() {
    runtime.recheckIdentities();
  }

  /**
   * Reads the certificate files of the identity again and presents the result to connections from
   * now on; those that exist keep theirs.
   *
   * @throws EndpointException.TlsConfig if the files cannot be used; the old certificate stays
   */
  public void reloadTls() throws EndpointException {
    try {
      runtime.reloadTls();
    } catch (TlsSetupException unusable) {
      throw new EndpointException.TlsConfig(new IOException(unusable.problem(), unusable));
    }
  }

  /**
   * Stops: refuses new connections, gives the shutdown signal, lets handlers finish for the drain
   * timeout, closes what remains with reason {@code shutdown}, and releases everything. Returns
   * early when idle, and takes at most the drain timeout and two seconds.
   *
   * @return the same stage for every call; completes, always normally, when everything is released
   */
  public CompletionStage<Void> shutdown() {
    return runtime.shutdown();
  }

  /** Shuts down and waits for it, for a bounded time. */
  @Override
  public void close() {
    long limit = drainTimeout.plusSeconds(5).toMillis();
    try {
      shutdown().toCompletableFuture().get(limit, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException unfinished) {
      throw new IllegalStateException("the endpoint did not stop in time", unfinished);
    }
  }

  @Override
  public String toString() {
    return "AlknetEndpoint[alpns=" + alpns + ", drainTimeout=" + drainTimeout + "]";
  }

  /** Collects the optional parts of an endpoint. Not thread-safe. */
  public static final class Builder {
    private Optional<Executor> executor = Optional.empty();
    private AuditLog audit = AuditLog.NONE;
    private CoreMetrics metrics = CoreMetrics.NONE;
    private @Nullable Admission admission;
    private ShutdownSignal signal = new ShutdownSignal();
    private LongSupplier nanoTime = System::nanoTime;
    private Duration stuckAfter = Duration.ofSeconds(30);

    private Builder() {}

    /** Sets the monotonic clock by which Retry tokens age; for tests. */
    Builder nanoTime(LongSupplier value) {
      this.nanoTime = value;
      return this;
    }

    /** Sets when a handler that goes on without its connection is told of; for tests. */
    Builder stuckAfter(Duration value) {
      this.stuckAfter = value;
      return this;
    }

    /** Runs handlers here; stays the caller's to shut down. */
    public Builder executor(Executor value) {
      this.executor = Optional.of(value);
      return this;
    }

    /** Records security events here; without it they are in the log only. */
    public Builder auditLog(AuditLog value) {
      this.audit = Objects.requireNonNull(value, "auditLog");
      return this;
    }

    /** Counts here; without it nothing is counted. */
    public Builder metrics(CoreMetrics value) {
      this.metrics = Objects.requireNonNull(value, "metrics");
      return this;
    }

    /** Shares the limits of the node with its other listeners. */
    public Builder admission(Admission value) {
      this.admission = Objects.requireNonNull(value, "admission");
      return this;
    }

    /** Gives the signal at shutdown, and shuts down when somebody else gives it. */
    public Builder shutdownSignal(ShutdownSignal value) {
      this.signal = Objects.requireNonNull(value, "shutdownSignal");
      return this;
    }

    /**
     * Starts the endpoint.
     *
     * @param config addresses, identity and limits; without an address it does not listen
     * @param handlers the services
     * @param dynamic limits that may change at run time
     * @param identities knows the peers
     * @return completes when all addresses are bound, or exceptionally with an {@link
     *     EndpointException}; everything acquired is released then
     */
    public CompletionStage<AlknetEndpoint> start(
        StaticConfig config,
        HandlerRegistry handlers,
        ConfigSnapshot dynamic,
        IdentityProvider identities) {
      Objects.requireNonNull(config, "config");
      Objects.requireNonNull(handlers, "handlers");
      Objects.requireNonNull(dynamic, "dynamic");
      Objects.requireNonNull(identities, "identities");
      Admission limits = admission != null ? admission : Admission.create(dynamic, config.limits());
      RuntimeParts parts =
          new RuntimeParts(
              executor,
              audit,
              metrics,
              limits,
              signal,
              new SampledWarnings(System::nanoTime),
              nanoTime,
              stuckAfter);
      try {
        return EndpointRuntime.start(config, handlers, dynamic, identities, parts)
            .handle(
                (runtime, failure) -> {
                  if (failure != null) {
                    throw new CompletionException(translate(failure));
                  }
                  return new AlknetEndpoint(runtime, handlers.alpns(), config.drainTimeout());
                });
      } catch (TlsSetupException unusable) {
        return CompletableFuture.failedFuture(translate(unusable));
      }
    }

    private static EndpointException translate(Throwable failure) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      if (cause instanceof TlsSetupException unusable) {
        return new EndpointException.TlsConfig(new IOException(unusable.problem(), unusable));
      }
      return new EndpointException.BindFailed(
          cause instanceof IOException io ? io : new IOException(cause));
    }
  }
}
