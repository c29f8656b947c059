package org.alknet.testkit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.RemoteAddress;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.testkit.contract.ConnectedPair;

/** Two ends of one real QUIC connection on loopback, each side with a key of its own. */
final class QuicPair {
  private QuicPair() {}

  static ConnectedPair connect(Alpn alpn, int streamLimit) {
    TransportConfig transport = TransportConfig.builder().maxBidiStreams(streamLimit).build();
    Waiting handler = new Waiting(alpn);
    StaticConfig config =
        StaticConfig.builder()
            .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .tlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
            .transport(transport)
            .build();
    ConfigSnapshot nobody = ConfigSnapshot.of(DynamicConfig.defaults());
    AlknetEndpoint endpoint =
        Await.result(
            AlknetEndpoint.start(
                config,
                HandlerRegistry.builder().register(handler).build(),
                nobody,
                new ConfigIdentityProvider(nobody)));
    AlknetDialer dialer = AlknetDialer.builder().transport(transport).build();
    InetSocketAddress bound = endpoint.localAddress();
    ConnectionCredentials credentials =
        new ConnectionCredentials(
            Optional.of(new TlsIdentity.RawKey(Ed25519SecretKey.generate())),
            Optional.of(RemoteIdentity.of(endpoint.fingerprint().orElseThrow())));
    Connection left =
        Await.result(
            dialer.dial(
                RemoteAddress.of(bound.getAddress().getHostAddress(), bound.getPort()),
                alpn,
                credentials));
    Connection right = Await.result(handler.accepted);
    return new ConnectedPair(
        left,
        right,
        () -> {
          handler.done.complete(null);
          dialer.close();
          endpoint.close();
        });
  }

  /** Hands its one connection to the test and keeps it until the test is done. */
  private static final class Waiting implements ProtocolHandler {
    private final Alpn alpn;
    private final CompletableFuture<Connection> accepted = new CompletableFuture<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Waiting(Alpn alpn) {
      this.alpn = alpn;
    }

    @Override
    public Alpn alpn() {
      return alpn;
    }

    @Override
    public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
      accepted.complete(connection);
      return done;
    }
  }
}
