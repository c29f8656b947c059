package org.alknet.core.internal.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.handler.Admission;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.internal.quic.EventLoops;
import org.alknet.core.internal.quic.QuicDialer;
import org.alknet.core.internal.quic.QuicListener;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CountingMetrics;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The two ends of dispatch that a correct registry never leads to, but that have to exist: here the
 * listener offers protocols which the registry does not know (core.md 11.3).
 */
class ConnectionDispatchIT {
  private static final TransportConfig TRANSPORT = TransportConfig.defaults();

  private final EventLoops loops = EventLoops.create("dispatch-test", 1, true);
  private final Ed25519SecretKey key = Ed25519SecretKey.generate();

  @AfterEach
  void stop() throws Exception {
    await(loops.stop(Duration.ofSeconds(5)));
  }

  @Test
  void challengesAndUnknownProtocolsReachNoHandler() throws Exception {
    Alpn unknown = Alpn.of("test/unknown");
    ConfigSnapshot nobody = ConfigSnapshot.of(DynamicConfig.defaults());
    RuntimeParts parts =
        new RuntimeParts(
            Optional.of(Runnable::run),
            AuditLog.NONE,
            new CountingMetrics(),
            Admission.create(nobody, LimitsConfig.defaults()),
            new ShutdownSignal(),
            new SampledWarnings(System::nanoTime),
            System::nanoTime,
            Duration.ofSeconds(30));
    LiveConnections live = new LiveConnections(parts.metrics());
    ConnectionDispatch dispatch =
        new ConnectionDispatch(
            HandlerRegistry.builder().build(),
            new PeerLookup(new ConfigIdentityProvider(nobody)),
            nobody,
            Runnable::run,
            parts,
            live);
    QuicListener listener =
        await(
            QuicListener.bind(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new QuicListener.Setup(
                    PresentedIdentity.rawKey(key),
                    List.of(unknown, Alpns.ACME_TLS),
                    TRANSPORT,
                    parts.admission(),
                    () -> false,
                    System::nanoTime,
                    new ListenerEvents(dispatch, parts, () -> false))));

    assertThat(closeOf(listener, Alpns.ACME_TLS)).isEqualTo(remote("acme done"));
    assertThat(closeOf(listener, unknown)).isEqualTo(remote("no handler"));
    assertThat(live.count()).isZero();
  }

  private CloseInfo closeOf(QuicListener listener, Alpn alpn) throws Exception {
    return await(
        await(
                new QuicDialer(loops, TRANSPORT)
                    .dial(
                        listener.localAddress().getAddress(),
                        listener.localAddress().getPort(),
                        "",
                        alpn,
                        Optional.empty(),
                        Optional.of(RemoteIdentity.of(key.fingerprint())),
                        Duration.ofSeconds(10)))
            .closed());
  }

  private static CloseInfo remote(String reason) {
    return new CloseInfo(CloseCode.NO_ERROR, reason, CloseInfo.By.REMOTE);
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
