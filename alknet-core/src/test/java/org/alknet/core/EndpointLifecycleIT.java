package org.alknet.core;

import static org.alknet.core.Loopback.ECHO;
import static org.alknet.core.Loopback.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerException;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.AcmeDirectory;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Start, dispatch and the end of an endpoint (spec/core.md sections 11 and 20). */
class EndpointLifecycleIT {
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
  private final AlknetDialer dialer = AlknetDialer.create();
  private final CompletableFuture<Void> release = new CompletableFuture<>();
  private AlknetEndpoint endpoint;

  @BeforeEach
  void startWithoutListening() throws Exception {
    endpoint = start(StaticConfig.defaults());
  }

  @AfterEach
  void stop() {
    release.complete(null);
    dialer.close();
    endpoint.close();
  }

  @Test
  void addressInUseIsABindFailure() throws Exception {
    endpoint = start(Loopback.listening(serverKey).build(), Loopback.echo());
    StaticConfig same =
        Loopback.listening(serverKey).listenAddresses(endpoint.localAddress()).build();

    assertThatThrownBy(() -> start(same, Loopback.echo()))
        .cause()
        .isInstanceOf(EndpointException.BindFailed.class)
        .hasMessageStartingWith("bind failed: ");
  }

  @Test
  void listenerNeedsAnIdentityAHandlerAndNoAcme() {
    StaticConfig.Builder config = Loopback.listening(serverKey);
    StaticConfig anonymous =
        StaticConfig.builder()
            .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
    StaticConfig acme =
        config
            .tlsIdentity(
                new TlsIdentity.Acme(
                    List.of("example.org"),
                    Path.of("acme"),
                    new AcmeDirectory.Staging(),
                    Optional.empty()))
            .build();

    assertThatThrownBy(() -> start(anonymous, Loopback.echo()))
        .cause()
        .isInstanceOf(EndpointException.TlsConfig.class)
        .hasMessageContaining("tls_identity");
    assertThatThrownBy(() -> start(Loopback.listening(serverKey).build()))
        .cause()
        .isInstanceOf(EndpointException.TlsConfig.class)
        .hasMessageContaining("ALPN");
    assertThatThrownBy(() -> start(acme, Loopback.echo()))
        .cause()
        .isInstanceOf(EndpointException.TlsConfig.class)
        .hasMessageContaining("unsupported");
  }

  @Test
  void endpointWithoutAddressDoesNotListen() throws Exception {
    assertThat(endpoint.localAddresses()).isEmpty();
    assertThat(endpoint.fingerprint()).isEmpty();
  }

  @Test
  void eachFailingHandlerCostsItsOwnConnectionOnly() throws Exception {
    endpoint =
        start(
            Loopback.listening(serverKey).build(),
            Loopback.echo(),
            Loopback.handler(
                Alpn.of("test/throws"),
                (connection, auth) -> {
                  throw new IllegalStateException("a bug with a secret text");
                }),
            Loopback.handler(Alpn.of("test/null"), (connection, auth) -> noStage()),
            Loopback.handler(
                Alpn.of("test/fails"),
                (connection, auth) ->
                    CompletableFuture.failedFuture(
                        new HandlerException.Internal(new IllegalStateException("x")))),
            Loopback.handler(
                Alpn.of("test/auth"),
                (connection, auth) -> {
                  throw new HandlerException.AuthRequired();
                }),
            Loopback.handler(
                Alpn.of("test/done"),
                (connection, auth) -> CompletableFuture.completedFuture(null)));
    Connection healthy = dial(ECHO);

    assertThat(await(dial(Alpn.of("test/throws")).closed()))
        .isEqualTo(remote(CloseCode.INTERNAL_ERROR, "internal error"));
    assertThat(await(dial(Alpn.of("test/null")).closed()))
        .isEqualTo(remote(CloseCode.INTERNAL_ERROR, "internal error"));
    assertThat(await(dial(Alpn.of("test/fails")).closed()))
        .isEqualTo(remote(CloseCode.INTERNAL_ERROR, "internal error"));
    assertThat(await(dial(Alpn.of("test/auth")).closed()).code())
        .isEqualTo(CloseCode.AUTH_REQUIRED);
    assertThat(await(dial(Alpn.of("test/done")).closed()))
        .isEqualTo(remote(CloseCode.NO_ERROR, ""));
    var stream = await(healthy.openBi());
    await(stream.send().finish(Loopback.bytes("still here")));
    assertThat(Loopback.readAll(stream.recv())).isEqualTo("still here");
  }

  @Test
  void idleEndpointDrainsAtOnceAndOnlyOnce() throws Exception {
    endpoint =
        start(
            Loopback.listening(serverKey).drainTimeout(Duration.ofMinutes(5)).build(),
            Loopback.echo());

    CompletionStage<Void> first = endpoint.shutdown();
    assertThat((Object) endpoint.shutdown()).isSameAs(first);
    await(first);

    assertThat((Object) endpoint.shutdown()).isSameAs(first);
  }

  @Test
  void drainWaitsForAHandlerThatFinishes() throws Exception {
    ShutdownSignal signal = new ShutdownSignal();
    CompletableFuture<String> ended = new CompletableFuture<>();
    ProtocolHandler polite =
        Loopback.handler(
            ECHO,
            (connection, auth) ->
                signal
                    .whenTriggered()
                    .thenRunAsync(
                        () -> ended.complete("regularly"),
                        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)));
    ConfigReloadHandle peers = Loopback.peers();
    endpoint =
        await(
            AlknetEndpoint.start(
                Loopback.listening(serverKey).drainTimeout(Duration.ofMinutes(5)).build(),
                HandlerRegistry.builder().register(polite).build(),
                peers.snapshot(),
                new ConfigIdentityProvider(peers.snapshot()),
                signal));
    Connection connection = dial(ECHO);

    await(endpoint.shutdown());

    assertThat(ended).isCompletedWithValue("regularly");
    assertThat(await(connection.closed()).by()).isEqualTo(CloseInfo.By.REMOTE);
  }

  @Test
  void stuckHandlerIsCutOffWithShutdown() throws Exception {
    endpoint =
        start(
            Loopback.listening(serverKey).drainTimeout(Duration.ofMillis(200)).build(),
            Loopback.handler(ECHO, (connection, auth) -> release));
    Connection connection = dial(ECHO);

    await(endpoint.shutdown());

    assertThat(await(connection.closed())).isEqualTo(remote(CloseCode.NO_ERROR, "shutdown"));
  }

  @Test
  void zeroDrainTimeoutWaitsForNoHandler() throws Exception {
    endpoint =
        start(
            Loopback.listening(serverKey).drainTimeout(Duration.ZERO).build(),
            Loopback.handler(ECHO, (connection, auth) -> release));
    Connection connection = dial(ECHO);

    await(endpoint.shutdown());

    assertThat(release).isNotDone();
    assertThat(await(connection.closed())).isEqualTo(remote(CloseCode.NO_ERROR, "shutdown"));
  }

  @Test
  void drainingEndpointAdmitsNobody() throws Exception {
    endpoint =
        start(
            Loopback.listening(serverKey).drainTimeout(Duration.ofSeconds(10)).build(),
            Loopback.handler(ECHO, (connection, auth) -> release));
    Connection first = dial(ECHO);

    CompletionStage<Void> stopped = endpoint.shutdown();

    assertThatThrownBy(() -> dial(ECHO)).cause().isInstanceOf(DialException.Refused.class);
    release.complete(null);
    await(stopped);
    await(first.closed());
  }

  @Test
  void revokedPeerLosesItsConnectionAndOthersKeepTheirs() throws Exception {
    PeerEntry peer = PeerEntry.builder("laptop").fingerprints(clientKey.fingerprint()).build();
    ConfigReloadHandle peers = Loopback.peers(peer);
    CompletableFuture<Void> resolved = new CompletableFuture<>();
    endpoint =
        Loopback.start(
            Loopback.listening(serverKey).build(),
            peers.snapshot(),
            Loopback.handler(
                ECHO,
                (connection, auth) -> {
                  if (auth.identity().isPresent()) {
                    resolved.complete(null);
                  }
                  return Loopback.echo().handle(connection, auth);
                }));
    Connection known =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));
    Connection anonymous = dial(ECHO);
    await(resolved);

    peers.reload(Loopback.dynamic(peer.toBuilder().enabled(false).build()));

    assertThat(await(known.closed())).isEqualTo(remote(CloseCode.AUTH_REQUIRED, "revoked"));
    var stream = await(anonymous.openBi());
    await(stream.send().finish(Loopback.bytes("unharmed")));
    assertThat(Loopback.readAll(stream.recv())).isEqualTo("unharmed");
  }

  @Test
  void withdrawnKeyEndsItsConnectionAndAnAddedOneDoesNot() throws Exception {
    Ed25519SecretKey next = Ed25519SecretKey.generate();
    PeerEntry peer = PeerEntry.builder("laptop").fingerprints(clientKey.fingerprint()).build();
    ConfigReloadHandle peers = Loopback.peers(peer);
    endpoint =
        Loopback.start(Loopback.listening(serverKey).build(), peers.snapshot(), Loopback.echo());
    Connection old =
        await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));
    assertThat(Loopback.echoed(old, "before")).isEqualTo("before");

    peers.reload(
        Loopback.dynamic(
            peer.toBuilder().fingerprints(clientKey.fingerprint(), next.fingerprint()).build()));
    assertThat(Loopback.echoed(old, "both keys")).isEqualTo("both keys");
    peers.reload(Loopback.dynamic(peer.toBuilder().fingerprints(next.fingerprint()).build()));

    assertThat(await(old.closed())).isEqualTo(remote(CloseCode.AUTH_REQUIRED, "revoked"));
  }

  /** The reload comes after the look-up and before anybody knows of its result. */
  @Test
  void aPeerRevokedWhileItIsLookedUpIsAnonymous() throws Exception {
    PeerEntry peer = PeerEntry.builder("laptop").fingerprints(clientKey.fingerprint()).build();
    ConfigReloadHandle peers = Loopback.peers(peer);
    AtomicBoolean revoked = new AtomicBoolean();
    IdentityProvider config = new ConfigIdentityProvider(peers.snapshot());
    IdentityProvider slow =
        new IdentityProvider() {
          @Override
          public Optional<Identity> resolveFromFingerprint(String fingerprint) {
            Optional<Identity> answer = config.resolveFromFingerprint(fingerprint);
            if (revoked.compareAndSet(false, true)) {
              try {
                peers.reload(Loopback.dynamic());
              } catch (ConfigException impossible) {
                throw new AssertionError(impossible);
              }
            }
            return answer;
          }

          @Override
          public Optional<Identity> resolveFromToken(AuthToken token) {
            return Optional.empty();
          }
        };
    CompletableFuture<AuthContext> seen = new CompletableFuture<>();
    endpoint =
        await(
            AlknetEndpoint.start(
                Loopback.listening(serverKey).build(),
                HandlerRegistry.builder()
                    .register(
                        Loopback.handler(
                            ECHO,
                            (connection, auth) -> {
                              seen.complete(auth);
                              return release;
                            }))
                    .build(),
                peers.snapshot(),
                slow));

    await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));

    assertThat(await(seen).tlsClientFingerprint()).contains(clientKey.fingerprint());
    assertThat(await(seen).identity()).isEmpty();
  }

  @Test
  void aProviderThatBreaksLaterEndsTheConnectionsItVouchedFor() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    ConfigReloadHandle nobody = Loopback.peers();
    IdentityProvider provider =
        new IdentityProvider() {
          @Override
          public Optional<Identity> resolveFromFingerprint(String fingerprint) {
            if (broken.get()) {
              throw new IllegalStateException("broken");
            }
            return Optional.of(new Identity("peer", List.of(), Map.of()));
          }

          @Override
          public Optional<Identity> resolveFromToken(AuthToken token) {
            return Optional.empty();
          }
        };
    endpoint =
        await(
            AlknetEndpoint.start(
                Loopback.listening(serverKey).build(),
                HandlerRegistry.builder().register(Loopback.echo()).build(),
                nobody.snapshot(),
                provider));
    List<Connection> connections = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Connection connection =
          await(dialer.dial(Loopback.address(endpoint), ECHO, Loopback.as(clientKey, endpoint)));
      assertThat(Loopback.echoed(connection, "known")).isEqualTo("known");
      connections.add(connection);
    }

    broken.set(true);
    endpoint.recheckIdentities();

    for (Connection connection : connections) {
      assertThat(await(connection.closed())).isEqualTo(remote(CloseCode.AUTH_REQUIRED, "revoked"));
    }
  }

  @Test
  void stringFormNamesProtocolsAndDrainTimeoutOnly() throws Exception {
    endpoint = start(Loopback.listening(serverKey).build(), Loopback.echo());

    assertThat(endpoint).hasToString("AlknetEndpoint[alpns=[test/echo], drainTimeout=PT2S]");
  }

  private AlknetEndpoint start(StaticConfig config, ProtocolHandler... handlers) throws Exception {
    return Loopback.start(config, Loopback.peers().snapshot(), handlers);
  }

  private Connection dial(Alpn alpn) throws Exception {
    return await(dialer.dial(Loopback.address(endpoint), alpn, Loopback.pinned(endpoint)));
  }

  /** What a handler written without null checks may return. */
  @SuppressWarnings("NullAway")
  private static CompletionStage<Void> noStage() {
    return null;
  }

  private static CloseInfo remote(CloseCode code, String reason) {
    return new CloseInfo(code, reason, CloseInfo.By.REMOTE);
  }
}
