package org.alknet.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.alknet.call.CallAdapter;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.EndpointException;
import org.alknet.core.TcpTls;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.connection.Alpns;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.http.gateway.GatewayDispatch;
import org.alknet.http.gateway.GatewayRoutes;
import org.alknet.http.gateway.HttpErrorMapper;
import org.alknet.http.internal.net.ServerRuntime;
import org.alknet.http.internal.net.TcpListener;
import org.alknet.http.internal.site.SiteSettings;
import org.alknet.http.mcp.McpHttpEndpoint;
import org.alknet.http.mcp.ToMcp;
import org.alknet.http.openapi.OpenApiEndpoint;
import org.alknet.http.openapi.OpenApiVersion;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.HttpRouteHandler;
import org.alknet.http.server.Origins;
import org.alknet.http.server.Stealth;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP face of a node: the operations of its registry for browsers, curl and every other stock
 * client, over TCP with TLS and over the streams of an endpoint.
 *
 * <pre>{@code
 * HttpServer http = HttpServer.builder(registry, calls, identities).build();
 * http.listen(new TlsIdentity.X509(cert, key), new InetSocketAddress(443)).toCompletableFuture().join();
 * }</pre>
 *
 * <p>Thread-safe. Owns its I/O threads ({@code alknet-http-*}), its workers and its listeners until
 * {@link #close()}; the registry, the adapter and the invoker stay the caller's.
 */
public final class HttpServer implements AutoCloseable {
  private static final Duration STOP_MARGIN = Duration.ofSeconds(5);

  private final ServerRuntime runtime;
  private final boolean cleartext;
  private final Duration drainTimeout;
  private final Map<TcpListener, TlsIdentity> listeners = new ConcurrentHashMap<>();

  private HttpServer(ServerRuntime runtime, boolean cleartext, Duration drainTimeout) {
    this.runtime = runtime;
    this.cleartext = cleartext;
    this.drainTimeout = drainTimeout;
  }

  /**
   * Starts a builder for a node that serves calls over WebSocket as well.
   *
   * @param registry what callers can call; the adapter's
   * @param calls serves calls over WebSocket, and makes the calls of all endpoints
   * @param identities resolves the tokens of requests
   */
  public static Builder builder(
      OperationRegistry registry, CallAdapter calls, IdentityProvider identities) {
    return new Builder(
        registry, calls.rootInvoker(), identities, Optional.of(Objects.requireNonNull(calls)));
  }

  /**
   * Starts a builder for a server without calls over WebSocket.
   *
   * @param registry what callers can call; the invoker's
   * @param invoker makes the calls
   * @param identities resolves the tokens of requests
   */
  public static Builder builder(
      OperationRegistry registry, RootInvoker invoker, IdentityProvider identities) {
    return new Builder(registry, invoker, identities, Optional.empty());
  }

  /**
   * Listens with TLS, {@code h2} before {@code http/1.1}.
   *
   * @param identity an X.509 identity, which need not be the endpoint's
   * @param address port 0 lets the system choose
   * @return completes with the address it listens on; exceptionally with an {@link
   *     EndpointException} if the identity cannot be used or the address cannot be bound
   */
  public CompletionStage<InetSocketAddress> listen(
      TlsIdentity identity, InetSocketAddress address) {
    SSLContext context;
    try {
      context = TcpTls.serverContext(identity);
    } catch (EndpointException unusable) {
      return CompletableFuture.failedFuture(unusable);
    }
    return bind(context, address)
        .thenApply(
            listener -> {
              listeners.put(listener, identity);
              return listener.address();
            });
  }

  /**
   * Listens without TLS, behind a proxy on the same machine or in tests: HTTP/1.1, and HTTP/2 with
   * prior knowledge.
   *
   * @return as {@link #listen}
   * @throws IllegalStateException if the builder did not allow it
   */
  public CompletionStage<InetSocketAddress> listenCleartext(InetSocketAddress address) {
    if (!cleartext) {
      throw new IllegalStateException("this server was not built to speak without TLS");
    }
    return bind(null, address).thenApply(TcpListener::address);
  }

  private CompletionStage<TcpListener> bind(
      @Nullable SSLContext context, InetSocketAddress address) {
    return runtime
        .listen(context, Objects.requireNonNull(address, "address"))
        .exceptionally(
            failure -> {
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              throw new CompletionException(
                  new EndpointException.BindFailed(
                      cause instanceof IOException io ? io : new IOException(cause)));
            });
  }

  /**
   * Reads the certificate files of all listeners again, for connections from now on.
   *
   * @throws EndpointException.TlsConfig if files cannot be used; the old certificate stays
   */
  public void reloadTls() throws EndpointException {
    Map<TcpListener, SSLContext> renewed = new HashMap<>();
    for (Map.Entry<TcpListener, TlsIdentity> listener : listeners.entrySet()) {
      renewed.put(listener.getKey(), TcpTls.serverContext(listener.getValue()));
    }
    renewed.forEach(TcpListener::reload); // all of them or none
  }

  /** Returns the handlers for an endpoint, the preferred one first. */
  public List<ProtocolHandler> handlers() {
    return List.of(http2(), http11());
  }

  /** Returns the handler for the ALPN {@code http/1.1}. */
  public HttpAdapter http11() {
    return new HttpAdapter(runtime, Alpns.HTTP_1_1);
  }

  /** Returns the handler for the ALPN {@code h2}. */
  public HttpAdapter http2() {
    return new HttpAdapter(runtime, Alpns.H2);
  }

  /** Returns how many connections there are. */
  public int activeConnections() {
    return runtime.connections();
  }

  /** Returns how many bytes of request bodies and messages are held at the moment. */
  public long heldBytes() {
    return runtime.heldBytes();
  }

  /**
   * Stops: accepts nothing more, says GOAWAY and {@code Connection: close}, lets requests under way
   * end for the drain timeout, closes what is left.
   *
   * @return the same stage for every call; completes, always normally, when all is released
   */
  public CompletionStage<Void> shutdown() {
    return runtime.shutdown();
  }

  /** Shuts down and waits for it, for a bounded time. */
  @Override
  public void close() {
    try {
      shutdown()
          .toCompletableFuture()
          .get(drainTimeout.plus(STOP_MARGIN).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException unfinished) {
      throw new IllegalStateException("the server did not stop in time", unfinished);
    }
  }

  /** Collects the parts of a server. Not thread-safe. */
  public static final class Builder {
    private final OperationRegistry registry;
    private final RootInvoker invoker;
    private final IdentityProvider identities;
    private final Optional<CallAdapter> calls;
    private HttpLimits limits = HttpLimits.defaults();
    private Decoy decoy = new Decoy.NotFound();
    private Stealth stealth = Stealth.OFF;
    private Origins origins = Origins.none();
    private Set<String> hosts = Set.of();
    private Optional<String> healthPath = Optional.of("/healthz");
    private boolean mcp;
    private boolean completedEvent;
    private CustomRoutes routes = CustomRoutes.none();
    private Consumer<CallConnection> connected = connection -> {};
    private @Nullable Admission admission;
    private @Nullable ShutdownSignal signal;
    private OpenApiVersion openApiVersion = OpenApiVersion.V3_0;
    private boolean cleartext;
    private int threads = Math.min(4, Runtime.getRuntime().availableProcessors());

    private Builder(
        OperationRegistry registry,
        RootInvoker invoker,
        IdentityProvider identities,
        Optional<CallAdapter> calls) {
      this.registry = Objects.requireNonNull(registry, "registry");
      this.invoker = Objects.requireNonNull(invoker, "invoker");
      this.identities = Objects.requireNonNull(identities, "identities");
      this.calls = calls;
    }

    /** Sets the bounds. */
    public Builder limits(HttpLimits value) {
      this.limits = Objects.requireNonNull(value, "limits");
      return this;
    }

    /** Sets what those see who ask for nothing there is. */
    public Builder decoy(Decoy value) {
      this.decoy = Objects.requireNonNull(value, "decoy");
      return this;
    }

    /** Sets what strangers are told. */
    public Builder stealth(Stealth value) {
      this.stealth = Objects.requireNonNull(value, "stealth");
      return this;
    }

    /** Sets the pages of other origins that may use the gateway; none by default. */
    public Builder origins(Origins value) {
      this.origins = Objects.requireNonNull(value, "origins");
      return this;
    }

    /** Sets the names the server answers to, without ports; to everything by default. */
    public Builder hosts(Set<String> names) {
      this.hosts =
          names.stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
      return this;
    }

    /** Moves the health check from {@code /healthz} to another path. */
    public Builder healthPath(String path) {
      this.healthPath = Optional.of(path);
      return this;
    }

    /** Offers no health check. */
    public Builder withoutHealthCheck() {
      this.healthPath = Optional.empty();
      return this;
    }

    /**
     * Sets whether the operations are offered as tools of the Model Context Protocol at {@code
     * /mcp}; they are not by default.
     */
    public Builder mcp(boolean value) {
      this.mcp = value;
      return this;
    }

    /**
     * Sets whether the normal end of a subscription is an event of its own, {@code completed}, for
     * clients that cannot tell the end of a body from its truncation; it is not by default.
     */
    public Builder completedEvent(boolean value) {
      this.completedEvent = value;
      return this;
    }

    /** Adds routes of the deployment. */
    public Builder routes(CustomRoutes value) {
      this.routes = Objects.requireNonNull(value, "routes");
      return this;
    }

    /** Calls this, on a worker, with every connection over WebSocket. */
    public Builder onConnected(Consumer<CallConnection> listener) {
      this.connected = Objects.requireNonNull(listener, "listener");
      return this;
    }

    /** Sets which OpenAPI {@code /openapi.json} is written in; 3.0 by default. */
    public Builder openApiVersion(OpenApiVersion value) {
      this.openApiVersion = Objects.requireNonNull(value, "version");
      return this;
    }

    /** Shares the limits of the node with its other listeners; own ones by default. */
    public Builder admission(Admission value) {
      this.admission = Objects.requireNonNull(value, "admission");
      return this;
    }

    /** Shuts down when somebody gives the signal. */
    public Builder shutdownSignal(ShutdownSignal value) {
      this.signal = Objects.requireNonNull(value, "signal");
      return this;
    }

    /** Sets whether listeners without TLS are allowed; they are not by default. */
    public Builder allowCleartext(boolean value) {
      this.cleartext = value;
      return this;
    }

    /** Sets the number of I/O threads; as many as processors by default, at most 4. */
    public Builder ioThreads(int value) {
      if (value < 1 || value > 64) {
        throw new IllegalArgumentException("ioThreads is from 1 to 64, not " + value);
      }
      this.threads = value;
      return this;
    }

    /**
     * Starts the threads; listens nowhere yet.
     *
     * @throws IllegalArgumentException if settings contradict each other; says which
     */
    public HttpServer build() {
      GatewayDispatch dispatch = new GatewayDispatch(invoker, identities);
      HttpErrorMapper errors = new HttpErrorMapper(registry, stealth);
      Map<String, Map<String, HttpRouteHandler>> builtIn =
          new LinkedHashMap<>(
              new GatewayRoutes(dispatch, errors, limits, completedEvent).handlers());
      if (mcp) {
        builtIn.put(
            McpHttpEndpoint.PATH,
            new McpHttpEndpoint(new ToMcp(dispatch, errors, limits)).handlers());
      }
      builtIn.put(
          OpenApiEndpoint.PATH, Map.of("GET", new OpenApiEndpoint(registry, openApiVersion)));
      SiteSettings settings =
          new SiteSettings(
              dispatch,
              builtIn,
              Set.of(McpHttpEndpoint.PATH),
              routes,
              decoy,
              stealth,
              origins,
              hosts,
              healthPath,
              calls.isPresent(),
              limits);
      Admission shared =
          admission != null
              ? admission
              : Admission.create(
                  ConfigSnapshot.of(
                      new DynamicConfig(
                          AuthPolicy.empty(), new RateLimitConfig(0, limits.maxAuthAttempts()))),
                  LimitsConfig.defaults());
      HttpServer server =
          new HttpServer(
              ServerRuntime.start(settings, calls, connected, shared, threads),
              cleartext,
              limits.drainTimeout());
      if (signal != null) {
        CompletionStage<Void> unused = signal.whenTriggered().thenRun(server::shutdown);
        Objects.requireNonNull(unused);
      }
      return server;
    }
  }
}
