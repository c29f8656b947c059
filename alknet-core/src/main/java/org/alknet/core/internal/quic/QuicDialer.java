package org.alknet.core.internal.quic;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.internal.tls.AuthorityTrust;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.ServerVerification;
import org.alknet.core.internal.tls.TlsSetupException;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;

/**
 * Dials addresses. Keeps the TLS contexts of recent identities, because the library frees one only
 * when the garbage collector finds it.
 *
 * <p>Thread-safe.
 */
public final class QuicDialer {
  private static final int MAX_CONTEXTS = 32;

  private final EventLoops loops;
  private final TransportConfig transport;
  private final AuthorityTrust authorities;
  private final Set<QuicConnection> live = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private final Map<ContextKey, ClientTls> contexts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ContextKey, ClientTls> eldest) {
          return size() > MAX_CONTEXTS;
        }
      };

  private record ContextKey(Optional<TlsIdentity> identity, Alpn alpn) {}

  /** Dials from the loops, which stay their owner's. */
  public QuicDialer(EventLoops loops, TransportConfig transport) {
    this.loops = loops;
    this.transport = transport;
    this.authorities = new AuthorityTrust(transport.caBundle());
  }

  /**
   * Attempts one address.
   *
   * @param serverName the name verification checks without a pin; sent as SNI only then
   * @param limit time the attempt may take
   * @return completes with the connection, or exceptionally with a {@link DialFailure}; cancelling
   *     it gives the attempt up
   */
  public CompletableFuture<QuicConnection> dial(
      InetAddress address,
      int port,
      String serverName,
      Alpn alpn,
      Optional<TlsIdentity> local,
      Optional<RemoteIdentity> remote,
      Duration limit) {
    try {
      QuicCodecs.requireNative();
      if (remote.isEmpty()) {
        authorities.load();
      }
      ClientTls tls = tlsFor(local, alpn);
      CompletableFuture<QuicConnection> dial =
          new QuicDial(
                  loops.group(),
                  transport,
                  tls,
                  new ServerVerification(remote, authorities, serverName),
                  remote.isPresent() ? Optional.empty() : Optional.of(serverName),
                  alpn,
                  new InetSocketAddress(address, port),
                  limit)
              .start();
      CompletionStage<QuicConnection> watched = dial;
      watched.thenAccept(this::track);
      return dial;
    } catch (TlsSetupException unusable) {
      return CompletableFuture.failedFuture(
          new DialFailure(DialFailure.Kind.SETUP, unusable.problem(), unusable));
    }
  }

  private void track(QuicConnection connection) {
    live.add(connection);
    connection.closed().thenRun(() -> live.remove(connection));
  }

  /** Says goodbye on every connection that is still open; completes when all are closed. */
  public CompletionStage<Void> closeConnections() {
    List<QuicConnection> open = List.copyOf(live);
    open.forEach(connection -> connection.close(CloseCode.NO_ERROR, ""));
    return CompletableFuture.allOf(
        open.stream()
            .map(connection -> connection.closed().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }

  private ClientTls tlsFor(Optional<TlsIdentity> local, Alpn alpn) throws TlsSetupException {
    if (local.isPresent()
        && !(local.get() instanceof TlsIdentity.RawKey)
        && !(local.get() instanceof TlsIdentity.HeldKey)) {
      return newContext(local, alpn); // files may have changed since the last dial
    }
    ContextKey key = new ContextKey(local, alpn);
    synchronized (lock) {
      ClientTls known = contexts.get(key);
      if (known == null) {
        known = newContext(local, alpn);
        contexts.put(key, known);
      }
      return known;
    }
  }

  private static ClientTls newContext(Optional<TlsIdentity> local, Alpn alpn)
      throws TlsSetupException {
    if (local.isEmpty() || local.get() instanceof TlsIdentity.SelfSigned) {
      return new ClientTls(Optional.empty(), alpn); // a throw-away certificate identifies nobody
    }
    if (local.get() instanceof TlsIdentity.Acme) {
      throw new TlsSetupException("ACME certificates are for servers, not for dialling", null);
    }
    return new ClientTls(Optional.of(PresentedIdentity.load(local.get())), alpn);
  }
}
