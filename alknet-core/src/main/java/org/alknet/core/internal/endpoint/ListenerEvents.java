package org.alknet.core.internal.endpoint;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.handler.Admission;
import org.alknet.core.internal.quic.QuicConnection;
import org.alknet.core.internal.quic.QuicListener;
import org.alknet.core.observe.LogLine;

/**
 * Brings what happens on the listeners to dispatch, log, audit and metrics.
 *
 * <p>Thread-safe.
 */
final class ListenerEvents implements QuicListener.Events {
  private static final Logger LOG = System.getLogger(ListenerEvents.class.getName());

  private final ConnectionDispatch dispatch;
  private final RuntimeParts parts;
  private final BooleanSupplier draining;
  private final AtomicLong streams = new AtomicLong();

  ListenerEvents(ConnectionDispatch dispatch, RuntimeParts parts, BooleanSupplier draining) {
    this.dispatch = dispatch;
    this.parts = parts;
    this.draining = draining;
  }

  @Override
  public void established(QuicConnection connection, long handshakeNanos) {
    parts.metrics().time("handshake_seconds", Map.of(), handshakeNanos);
    if (draining.getAsBoolean()) {
      connection.close(CloseCode.NO_ERROR, "shutdown"); // it finished in the last moment
      return;
    }
    dispatch.established(connection);
  }

  @Override
  public void handshakeFailed(InetSocketAddress remote, String reason) {
    parts.metrics().count("handshake_failures_total", Map.of("reason", reason), 1);
    parts
        .warnings()
        .warn(
            LOG,
            remote.getAddress(),
            () ->
                LogLine.event("handshake_fail")
                    .field("remote_addr", Addresses.text(remote))
                    .field("reason", reason)
                    .toString());
  }

  @Override
  public void limited(InetSocketAddress remote, Admission.Refusal why) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("kind", why.name().toLowerCase(Locale.ROOT));
    fields.put("remote_addr", Addresses.text(remote));
    parts.metrics().count("limited_total", Map.of("kind", fields.get("kind")), 1);
    boolean told =
        parts
            .warnings()
            .warn(
                LOG, remote.getAddress(), () -> LogLine.event("limited").fields(fields).toString());
    if (told) {
      parts.audit().record("limited", fields); // sampled too: nobody fills the audit from outside
    }
  }

  @Override
  public void handshakesChanged() {
    gauge("handshakes_in_progress", parts.admission()::handshakesInProgress);
  }

  @Override
  public void credentialRejected(QuicConnection connection) {
    dispatch.credentialRejected(connection);
  }

  @Override
  public void streamsChanged(int by) {
    streams.addAndGet(by);
    gauge("streams_active", streams::get);
  }

  /** Tells a number that other event loops change too; whoever tells last tells the newest. */
  private void gauge(String name, LongSupplier number) {
    long told;
    do {
      told = number.getAsLong();
      parts.metrics().gauge(name, Map.of(), told);
    } while (told != number.getAsLong());
  }

  @Override
  public void peerMoved(QuicConnection connection, InetAddress to) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("conn_id", connection.id().text());
    fields.put("remote_addr", connection.remoteAddress().map(Addresses::text).orElse("unknown"));
    fields.put("to", to.getHostAddress());
    boolean told =
        parts
            .warnings()
            .log(
                LOG,
                Level.INFO,
                connection.remoteAddress().map(InetSocketAddress::getAddress).orElse(to),
                () -> LogLine.event("path_change").fields(fields).toString());
    if (told) {
      parts.audit().record("path_change", fields); // sampled: a peer can move as often as it likes
    }
  }
}
