package org.alknet.core.internal.endpoint;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.quic.QuicConnection;
import org.alknet.core.observe.CoreMetrics;

/**
 * The connections of an endpoint, from the end of the handshake until both the connection and its
 * handler are done.
 *
 * <p>Thread-safe.
 */
final class LiveConnections {
  private final Map<QuicConnection, LiveConnection> live = new ConcurrentHashMap<>();

  private final Map<Alpn, Integer> byProtocol = new ConcurrentHashMap<>();
  private final CoreMetrics metrics;

  LiveConnections(CoreMetrics metrics) {
    this.metrics = metrics;
  }

  LiveConnection add(QuicConnection connection) {
    LiveConnection entry = new LiveConnection(connection);
    live.put(connection, entry);
    counted(connection.alpn(), 1);
    return entry;
  }

  void remove(QuicConnection connection) {
    if (live.remove(connection) != null) {
      counted(connection.alpn(), -1);
    }
  }

  /** Told while the count is held, so that no older number overtakes a newer one. */
  private void counted(Alpn alpn, int change) {
    byProtocol.compute(
        alpn,
        (key, before) -> {
          int now = (before == null ? 0 : before) + change;
          metrics.gauge("connections_active", Map.of("alpn", key.toString()), now);
          return now;
        });
  }

  Optional<LiveConnection> find(QuicConnection connection) {
    return Optional.ofNullable(live.get(connection));
  }

  Collection<LiveConnection> all() {
    return List.copyOf(live.values());
  }

  int count() {
    return live.size();
  }

  /** Completes when the handlers of all connections known now are done. */
  CompletableFuture<Void> allHandled() {
    return CompletableFuture.allOf(
        all().stream().map(entry -> entry.handled).toArray(CompletableFuture<?>[]::new));
  }

  /** Completes when all connections known now are closed. */
  CompletableFuture<Void> allClosed() {
    return CompletableFuture.allOf(
        all().stream()
            .map(entry -> entry.connection.closed().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }
}
