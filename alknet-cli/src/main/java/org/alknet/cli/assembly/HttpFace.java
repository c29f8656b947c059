package org.alknet.cli.assembly;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.alknet.call.CallAdapter;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.EndpointException;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.http.HttpServer;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.Origins;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP face of a node: its settings, its certificate and where it listens.
 *
 * <p>Thread-safe. Owns the server until {@link #close()}.
 */
final class HttpFace implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final NodeConfig.Http config;
  private final HttpServer server;
  private final HttpCertificate certificate;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private List<InetSocketAddress> listening = List.of();

  @GuardedBy("lock")
  private @Nullable X509Certificate shown;

  private HttpFace(NodeConfig.Http config, HttpServer server, HttpCertificate certificate) {
    this.config = config;
    this.server = server;
    this.certificate = certificate;
  }

  /**
   * What the face has in common with the rest of the node.
   *
   * @param calls makes the calls, and serves them over WebSocket
   * @param identities resolves tokens
   * @param admission limits of all listeners
   * @param signal begins the end
   */
  record Shared(
      OperationRegistry registry,
      CallAdapter calls,
      IdentityProvider identities,
      Admission admission,
      ShutdownSignal signal) {}

  /**
   * Starts the threads; listens nowhere yet.
   *
   * @throws NodeException if settings do not go together
   */
  static HttpFace start(
      NodeSettings settings, NodeConfig.Http http, StaticConfig node, Shared shared)
      throws NodeException {
    HttpServer.Builder builder =
        HttpServer.builder(shared.registry(), shared.calls(), shared.identities())
            .limits(limits(node))
            .decoy(http.decoy())
            .stealth(http.stealth())
            .origins(http.origins().contains("*") ? Origins.any() : Origins.of(http.origins()))
            .hosts(http.hosts())
            .mcp(http.mcp())
            .admission(shared.admission())
            .shutdownSignal(shared.signal());
    http.healthPath().ifPresentOrElse(builder::healthPath, builder::withoutHealthCheck);
    try {
      return new HttpFace(http, builder.build(), HttpCertificate.of(settings, http));
    } catch (IllegalArgumentException unfit) {
      throw unfit(unfit);
    }
  }

  /** The node as a whole has one time for its end. */
  private static HttpLimits limits(StaticConfig node) {
    Duration drain = node.drainTimeout();
    return HttpLimits.builder().drainTimeout(drain.isZero() ? Duration.ofMillis(1) : drain).build();
  }

  private static NodeException unfit(IllegalArgumentException reason) {
    return new NodeException(
        NodeException.Kind.CONFIGURATION, "http: " + reason.getMessage(), reason, List.of());
  }

  /** Returns the handlers for the endpoint. */
  List<ProtocolHandler> handlers() {
    return server.handlers();
  }

  /**
   * Listens. Without an address of its own the face takes those of the endpoint: the same port, on
   * TCP.
   *
   * @param endpoint where the endpoint listens
   * @param mayMove whether a free port will do if nobody asked for this one
   * @return whether it is on another port than the endpoint because that one was taken
   * @throws NodeException if an address is taken or the certificate cannot be used
   */
  boolean listen(List<InetSocketAddress> endpoint, boolean mayMove) throws NodeException {
    List<InetSocketAddress> wanted =
        distinct(config.listen().isEmpty() ? endpoint : config.listen());
    certificate.makeIfOwn(config.hosts(), wanted);
    synchronized (lock) {
      shown = certificate.leaf();
    }
    boolean moved = false;
    List<InetSocketAddress> bound = new ArrayList<>();
    for (InetSocketAddress address : wanted) {
      try {
        bound.add(bind(address));
      } catch (NodeException taken) {
        if (!config.listen().isEmpty()
            || !mayMove
            || taken.kind() != NodeException.Kind.CANNOT_START) {
          throw taken;
        }
        bound.add(bind(new InetSocketAddress(address.getAddress(), 0)));
        moved = true;
      }
    }
    synchronized (lock) {
      listening = List.copyOf(bound);
    }
    return moved;
  }

  /** Any IPv6 address includes any IPv4 address, and both at once is one too many. */
  private static List<InetSocketAddress> distinct(List<InetSocketAddress> addresses) {
    Set<Integer> both =
        addresses.stream()
            .filter(address -> address.getAddress().isAnyLocalAddress())
            .filter(address -> address.getAddress() instanceof Inet6Address)
            .map(InetSocketAddress::getPort)
            .filter(port -> port != 0)
            .collect(Collectors.toSet());
    return addresses.stream()
        .filter(
            address ->
                address.getAddress() instanceof Inet6Address
                    || !address.getAddress().isAnyLocalAddress()
                    || !both.contains(address.getPort()))
        .toList();
  }

  private InetSocketAddress bind(InetSocketAddress address) throws NodeException {
    try {
      return server
          .listen(certificate.identity(), address)
          .toCompletableFuture()
          .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw EndpointFailures.translate(
          List.of(address), "tcp", Objects.requireNonNullElse(failed.getCause(), failed));
    } catch (TimeoutException | InterruptedException unfinished) {
      if (unfinished instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new NodeException(
          NodeException.Kind.CANNOT_START,
          "the HTTP face did not start in time",
          unfinished,
          List.of());
    }
  }

  /**
   * Reads the certificate again, for connections from now on.
   *
   * @return what changed, as a reload shows it
   * @throws NodeException if the files cannot be used; the old certificate stays
   */
  Map<String, String> renewCertificate() throws NodeException {
    synchronized (lock) {
      X509Certificate next = certificate.leaf();
      try {
        server.reloadTls();
      } catch (EndpointException wrong) {
        throw new NodeException(
            NodeException.Kind.CONFIGURATION,
            "the certificate of the HTTP face cannot be used: " + wrong.getMessage(),
            wrong,
            List.of());
      }
      X509Certificate before = Objects.requireNonNull(shown, "a face that listens shows one");
      shown = next;
      return change(HttpCertificate.fingerprint(before), next);
    }
  }

  /** Returns how a certificate differs from the one in force; empty if it does not. */
  static Map<String, String> change(String inForce, X509Certificate next) {
    String fingerprint = HttpCertificate.fingerprint(next);
    return fingerprint.equals(inForce)
        ? Map.of()
        : Map.of("http_certificate", inForce + "->" + fingerprint);
  }

  /** Returns what there is to say about it; empty before it listens. */
  Optional<HttpState> state() {
    synchronized (lock) {
      if (listening.isEmpty() || shown == null) {
        return Optional.empty();
      }
      return Optional.of(
          new HttpState(
              listening.stream().map(HostPorts::format).toList(),
              certificate.files().cert(),
              HttpCertificate.fingerprint(shown),
              certificate.own(),
              shown.getNotAfter().toInstant(),
              server.activeConnections()));
    }
  }

  /** Says goodbye to everybody, and waits until the last request is over or the time is. */
  @Override
  public void close() {
    server.close();
  }
}
