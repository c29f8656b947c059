package org.alknet.core.internal.endpoint;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.core.identity.Identity;
import org.alknet.core.internal.quic.QuicConnection;

/** What the endpoint remembers of a connection while it lives. */
final class LiveConnection {
  final QuicConnection connection;
  final long openedNanos = System.nanoTime();
  final AtomicInteger rejectedCredentials = new AtomicInteger();

  /** Completes, always normally, when the handler is done with the connection. */
  final CompletableFuture<Void> handled = new CompletableFuture<>();

  /** What the endpoint resolved from the fingerprint before the handler ran. */
  volatile Optional<Identity> resolved = Optional.empty();

  LiveConnection(QuicConnection connection) {
    this.connection = connection;
  }
}
