package org.alknet.core.internal.endpoint;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
  private final PeerLookup peers;
  private final ConfigSnapshot config;
  private final Admission admission;
  private final Executor executor;
  private final AuditLog audit;
  private final CoreMetrics metrics;
  private final LiveConnections live;
  private final Duration stuckAfter;

  ConnectionDispatch(
      HandlerRegistry registry,
      PeerLookup peers,
      ConfigSnapshot config,
      Executor executor,
      RuntimeParts parts,
      LiveConnections live) {
    this.registry = registry;
    this.peers = peers;
    this.config = config;
    this.admission = parts.admission();
    this.executor = executor;
    this.audit = parts.audit();
    this.metrics = parts.metrics();
    this.live = live;
    this.stuckAfter = parts.stuckAfter();
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
    connection.closed().thenAccept(info -> closed(entry, info, handler.get()));
    try {
      executor.execute(() -> handle(entry, handler.get()));
    } catch (RejectedExecutionException full) {
      limited(connection, "handler_executor");
      connection.close(CloseCode.RATE_LIMITED, "overloaded");
      finished(entry, "overloaded");
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
      limited(connection, "auth_attempts");
      connection.close(CloseCode.RATE_LIMITED, "too many failed credentials");
    }
  }

  private void handle(LiveConnection entry, ProtocolHandler handler) {
    QuicConnection connection = entry.connection;
    CompletionStage<Void> outcome;
    try {
      Optional<Identity> identity = resolve(entry);
      opened(connection, identity);
      outcome =
          handler.handle(
              connection,
              new AuthContext(
                  identity,
                  connection.alpn(),
                  connection.remoteAddress(),
                  connection.remoteFingerprint()));
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

  private Optional<Identity> resolve(LiveConnection entry) {
    QuicConnection connection = entry.connection;
    if (connection.remoteFingerprint().isEmpty()) {
      return Optional.empty();
    }
    // Looked up twice: a change between the look-up and the note of its result has rechecked the
    // connections that had an identity, and this one had none yet.
    entry.resolved = peers.of(connection);
    if (entry.resolved.isPresent()) {
      entry.resolved = peers.of(connection);
    }
    Optional<Identity> identity = entry.resolved;
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
    if (failure == null || failure instanceof HandlerException.ConnectionClosed) {
      LOG.log(Level.DEBUG, () -> "event=handler_ended conn_id=" + connection.id());
      connection.close(CloseCode.NO_ERROR, "");
      finished(entry, "done");
    } else if (isIdleTimeout(failure)) {
      LOG.log(Level.DEBUG, () -> "event=handler_ended conn_id=" + connection.id());
      connection.close(CloseCode.NO_ERROR, "");
      finished(entry, "timeout");
    } else if (failure instanceof HandlerException.AuthRequired) {
      report(Level.WARNING, "auth_required", Map.of(), connection, Optional.empty());
      connection.close(CloseCode.AUTH_REQUIRED, "authentication required");
      failed(entry, "auth_required");
    } else if (failure instanceof HandlerException) {
      LOG.log(Level.ERROR, () -> failureLine(connection, failure));
      connection.close(CloseCode.INTERNAL_ERROR, "internal error");
      failed(entry, "error");
    } else {
      LOG.log(Level.ERROR, failureLine(connection, failure), failure);
      connection.close(CloseCode.INTERNAL_ERROR, "internal error");
      failed(entry, "bug");
    }
  }

  private void failed(LiveConnection entry, String kind) {
    String alpn = entry.connection.alpn().toString();
    metrics.count("handler_failures_total", Map.of("alpn", alpn, "kind", kind), 1);
    finished(entry, kind);
  }

  /** The handler is done; the outcome is one of a fixed set. */
  private void finished(LiveConnection entry, String outcome) {
    String alpn = entry.connection.alpn().toString();
    metrics.count("connections_total", Map.of("alpn", alpn, "outcome", outcome), 1);
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
    LOG.log(
        Level.INFO,
        () -> {
          LogLine line = line("conn_open", connection);
          connection.remoteFingerprint().ifPresent(print -> line.field("fingerprint", print));
          identity.ifPresent(id -> line.field("peer_id", id.id()));
          return line.toString();
        });
  }

  private void closed(LiveConnection entry, CloseInfo info, ProtocolHandler handler) {
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
    // Nobody stops a handler that goes on without its connection, but somebody should know.
    entry
        .handled
        .copy()
        .orTimeout(stuckAfter.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(
            late -> {
              LOG.log(
                  Level.WARNING,
                  line("handler_stuck", connection)
                      .field("handler", handler.getClass().getName())
                      .toString());
              return null;
            });
  }

  private void limited(QuicConnection connection, String kind) {
    report(Level.WARNING, "limited", Map.of("kind", kind), connection, Optional.empty());
    metrics.count("limited_total", Map.of("kind", kind), 1);
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

  private static String failureLine(QuicConnection connection, Throwable failure) {
    return LogLine.event("handler_failed")
        .field("conn_id", connection.id().text())
        .field("alpn", connection.alpn().toString())
        .field("error", failure.getClass().getSimpleName() + ": " + failure.getMessage())
        .toString();
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
