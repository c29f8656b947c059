package org.alknet.core.internal.endpoint;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerException;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.internal.quic.QuicConnection;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * Brings each connection to the handler of its protocol, and ends it as the handler's outcome says
 * (spec/core.md sections 11.3 and 11.4). Whatever a handler does, it does to its own connection
 * only.
 *
 * <p>Thread-safe. Off the event loop exactly once: everything after the look-up of the handler runs
 * on the handler executor.
 */
final class ConnectionDispatch {
  private static final Logger LOG = System.getLogger(ConnectionDispatch.class.getName());

  private final HandlerRegistry registry;
  private final IdentityProvider identities;
  private final ConfigSnapshot config;
  private final Admission admission;
  private final Executor executor;
  private final AuditLog audit;
  private final CoreMetrics metrics;
  private final LiveConnections live;

  ConnectionDispatch(
      HandlerRegistry registry,
      IdentityProvider identities,
      ConfigSnapshot config,
      Admission admission,
      Executor executor,
      AuditLog audit,
      CoreMetrics metrics,
      LiveConnections live) {
    this.registry = registry;
    this.identities = identities;
    this.config = config;
    this.admission = admission;
    this.executor = executor;
    this.audit = audit;
    this.metrics = metrics;
    this.live = live;
  }

  /** Takes a connection whose handshake is complete. Event loop. */
  void established(QuicConnection connection) {
    if (connection.alpn().equals(Alpns.ACME_TLS)) {
      LOG.log(Level.DEBUG, () -> "event=acme_challenge conn_id=" + connection.id());
      connection.close(CloseCode.NO_ERROR, "acme done");
      return;
    }
    Optional<ProtocolHandler> handler = registry.find(connection.alpn());
    if (handler.isEmpty()) {
      LOG.log(
          Level.WARNING,
          () ->
              LogLine.event("no_handler")
                  .field("remote_addr", address(connection))
                  .field("alpn", connection.alpn().toString())
                  .toString());
      connection.close(CloseCode.NO_ERROR, "no handler");
      return;
    }
    LiveConnection entry = live.add(connection);
    metrics.gauge("connections_active", Map.of(), live.count());
    connection.closed().thenAccept(info -> closed(entry, info));
    try {
      executor.execute(() -> handle(entry, handler.get()));
    } catch (RejectedExecutionException full) {
      LOG.log(
          Level.WARNING,
          () ->
              LogLine.event("limited")
                  .field("kind", "handler_executor")
                  .field("remote_addr", address(connection))
                  .toString());
      connection.close(CloseCode.RATE_LIMITED, "overloaded");
      finished(entry);
    }
  }

  /** Counts a refused credential. Any thread. */
  void credentialRejected(QuicConnection connection) {
    connection
        .remoteAddress()
        .map(InetSocketAddress::getAddress)
        .ifPresent((InetAddress from) -> admission.credentialRejected(from));
    int limit = config.current().rateLimits().maxAuthAttempts();
    Optional<LiveConnection> entry = live.find(connection);
    if (entry.isPresent() && entry.get().rejectedCredentials.incrementAndGet() >= limit) {
      report(
          Level.WARNING, "limited", Map.of("kind", "auth_attempts"), connection, Optional.empty());
      metrics.count("limited_total", Map.of("kind", "auth_attempts"), 1);
      connection.close(CloseCode.RATE_LIMITED, "too many failed credentials");
    }
  }

  private void handle(LiveConnection entry, ProtocolHandler handler) {
    QuicConnection connection = entry.connection;
    Optional<Identity> identity = resolve(connection);
    entry.resolved = identity;
    opened(connection, identity);
    AuthContext auth =
        new AuthContext(
            identity,
            connection.alpn(),
            connection.remoteAddress(),
            connection.remoteFingerprint());
    CompletionStage<Void> outcome;
    try {
      outcome = handler.handle(connection, auth);
    } catch (Throwable failure) {
      ended(entry, failure);
      rethrowFatal(failure);
      return;
    }
    if (outcome == null) {
      ended(entry, new NullPointerException("the handler returned no stage"));
      return;
    }
    outcome.whenComplete((done, failure) -> ended(entry, failure));
  }

  private Optional<Identity> resolve(QuicConnection connection) {
    if (connection.remoteFingerprint().isEmpty()) {
      return Optional.empty();
    }
    Optional<Identity> identity;
    try {
      identity = identities.resolveFromFingerprint(connection.remoteFingerprint().get());
    } catch (RuntimeException bug) {
      // Fails closed: nobody is granted anything because a provider broke.
      LOG.log(Level.ERROR, "event=identity_provider_failed conn_id=" + connection.id(), bug);
      identity = Optional.empty();
    }
    String result = identity.isPresent() ? "accept" : "reject";
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("result", result);
    fields.put("method", "fingerprint");
    report(Level.INFO, "auth", fields, connection, identity);
    metrics.count("auth_total", Map.of("method", "fingerprint", "result", result), 1);
    return identity;
  }

  /** Ends a connection as section 11.4 says for the outcome of its handler. */
  private void ended(LiveConnection entry, @Nullable Throwable outcome) {
    QuicConnection connection = entry.connection;
    Throwable failure = outcome instanceof CompletionException ? outcome.getCause() : outcome;
    if (failure == null) {
      connection.close(CloseCode.NO_ERROR, "");
    } else if (failure instanceof HandlerException.ConnectionClosed || isIdleTimeout(failure)) {
      LOG.log(Level.DEBUG, () -> "event=handler_ended conn_id=" + connection.id());
      connection.close(CloseCode.NO_ERROR, "");
    } else if (failure instanceof HandlerException.AuthRequired) {
      report(Level.WARNING, "auth", Map.of("result", "required"), connection, Optional.empty());
      failed(connection, "auth_required");
      connection.close(CloseCode.AUTH_REQUIRED, "authentication required");
    } else if (failure instanceof HandlerException) {
      LOG.log(
          Level.ERROR,
          () ->
              failureLine(connection)
                  .field("error", Objects.toString(failure.getMessage()))
                  .toString());
      failed(connection, "error");
      connection.close(CloseCode.INTERNAL_ERROR, "internal error");
    } else {
      LOG.log(Level.ERROR, failureLine(connection).toString(), failure);
      failed(connection, "bug");
      connection.close(CloseCode.INTERNAL_ERROR, "internal error");
    }
    finished(entry);
  }

  private void finished(LiveConnection entry) {
    entry.handled.complete(null);
    entry.connection.closed().thenRun(() -> live.remove(entry.connection));
  }

  private static boolean isIdleTimeout(Throwable failure) {
    return failure instanceof HandlerException.StreamError
        && failure.getCause() instanceof SocketTimeoutException;
  }

  private static void rethrowFatal(Throwable failure) {
    if (failure instanceof VirtualMachineError fatal) {
      throw fatal;
    }
  }

  // ---- what is told -------------------------------------------------------------------------

  private void opened(QuicConnection connection, Optional<Identity> identity) {
    metrics.count(
        "connections_total", Map.of("alpn", connection.alpn().toString(), "outcome", "open"), 1);
    LOG.log(
        Level.INFO,
        () -> {
          LogLine line = line("conn_open", connection);
          connection.remoteFingerprint().ifPresent(print -> line.field("fingerprint", print));
          identity.ifPresent(id -> line.field("peer_id", id.id()));
          return line.toString();
        });
  }

  private void closed(LiveConnection entry, CloseInfo info) {
    QuicConnection connection = entry.connection;
    long nanos = System.nanoTime() - entry.openedNanos;
    metrics.time("connection_seconds", Map.of("alpn", connection.alpn().toString()), nanos);
    LOG.log(
        Level.INFO,
        () -> {
          LogLine line = line("conn_close", connection);
          connection.identity().ifPresent(id -> line.field("identity", id.id()));
          return line.field("duration_ms", nanos / 1_000_000)
              .field("code", info.code().value())
              .field("by", info.by().name().toLowerCase(Locale.ROOT))
              .toString();
        });
  }

  private void failed(QuicConnection connection, String kind) {
    metrics.count(
        "handler_failures_total", Map.of("alpn", connection.alpn().toString(), "kind", kind), 1);
  }

  private void report(
      Level level,
      String event,
      Map<String, String> first,
      QuicConnection connection,
      Optional<Identity> identity) {
    Map<String, String> fields = new LinkedHashMap<>(first);
    fields.put("remote_addr", address(connection));
    if (identity.isPresent()) {
      fields.put("id", identity.get().id());
    } else {
      connection.remoteFingerprint().ifPresent(print -> fields.put("fingerprint", print));
    }
    LOG.log(level, () -> LogLine.event(event).fields(fields).toString());
    audit.record(event, fields);
  }

  private static LogLine failureLine(QuicConnection connection) {
    return LogLine.event("handler_failed")
        .field("conn_id", connection.id().text())
        .field("alpn", connection.alpn().toString());
  }

  private static LogLine line(String event, QuicConnection connection) {
    return LogLine.event(event)
        .field("conn_id", connection.id().text())
        .field("remote_addr", address(connection))
        .field("alpn", connection.alpn().toString());
  }

  private static String address(QuicConnection connection) {
    return connection.remoteAddress().map(Addresses::text).orElse("unknown");
  }
}
