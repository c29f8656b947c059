package org.alknet.call;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.connection.ClientException;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Ticks;
import org.alknet.canary.Canaries;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.DialException;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.identity.TokenHash;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.testkit.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes with keys of their own over QUIC on loopback. */
class CallLoopbackIT {
  private final Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
  private final Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
  private final Gate gate = new Gate();
  private final Ticks endless = Ticks.silentAfter(3);
  private final CompletableFuture<CallConnection> accepted = new CompletableFuture<>();

  private @Nullable CallAdapter adapter;
  private @Nullable AlknetEndpoint endpoint;
  private @Nullable IdentityProvider identities;
  private final List<CallClient> clients = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    Canaries.register("the key of the server", serverKey.revealSeed());
    Canaries.register("the key of the client", clientKey.revealSeed());
    PeerEntry client =
        PeerEntry.builder("the-client")
            .fingerprints(clientKey.fingerprint())
            .authTokenHash(TokenHash.of(AuthToken.ofUtf8("alk_client")).orElseThrow())
            .scopes("operator")
            .build();
    PeerEntry server =
        PeerEntry.builder("the-server").fingerprints(serverKey.fingerprint()).scopes("hub").build();
    ConfigReloadHandle peers =
        ConfigReloadHandle.create(
            new DynamicConfig(
                AuthPolicy.of(List.of(client, server), List.of()), RateLimitConfig.defaults()),
            AuditLog.NONE,
            CoreMetrics.NONE);
    identities = new ConfigIdentityProvider(peers.snapshot());
    OperationRegistry registry =
        OperationRegistry.builder()
            .withServiceDiscovery()
            .withLocal(OperationSpec.query("server/echo").build(), Handlers.echo())
            .withLocal(OperationSpec.query("server/wait").build(), gate.handler())
            .withLocal(
                OperationSpec.query("server/secret")
                    .accessControl(AccessControl.scopes("operator"))
                    .build(),
                Handlers.echo())
            .withLocalStreaming(
                OperationSpec.subscription("server/ticks").build(), Ticks.to(2000).handler())
            .withLocalStreaming(
                OperationSpec.subscription("server/endless").build(), endless.handler())
            .build();
    adapter = CallAdapter.of(registry, identities);
    StaticConfig config =
        StaticConfig.builder()
            .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .tlsIdentity(new TlsIdentity.RawKey(serverKey))
            .build();
    endpoint =
        Await.result(
            AlknetEndpoint.start(
                config,
                HandlerRegistry.builder().register(adapter).build(),
                peers.snapshot(),
                identities));
  }

  @AfterEach
  void stop() {
    clients.forEach(CallClient::close);
    java.util.Objects.requireNonNull(endpoint).close();
    java.util.Objects.requireNonNull(adapter).close();
  }

  private CallClient client(StreamUsage usage) {
    OperationRegistry own =
        OperationRegistry.builder()
            .withServiceDiscovery()
            .withLocal(
                OperationSpec.query("client/secret")
                    .accessControl(AccessControl.scopes("hub"))
                    .build(),
                Handlers.echo())
            .build();
    CallClient client =
        CallClient.builder(own, java.util.Objects.requireNonNull(identities))
            .streamUsage(usage)
            .build();
    clients.add(client);
    return client;
  }

  private CallTarget target() {
    InetSocketAddress bound = java.util.Objects.requireNonNull(endpoint).localAddress();
    return CallTarget.of(bound.getAddress().getHostAddress(), bound.getPort());
  }

  private CallCredentials pinned() {
    return CallCredentials.none().withRemoteIdentity(RemoteIdentity.of(serverKey.fingerprint()));
  }

  private CallConnection connect(StreamUsage usage) {
    return Await.result(
        client(usage)
            .connect(target(), pinned().withTlsIdentity(new TlsIdentity.RawKey(clientKey))));
  }

  @ParameterizedTest
  @EnumSource(StreamUsage.class)
  void aPinnedServerAnswersThousandsOfOverlappingCalls(StreamUsage usage) {
    CallConnection connection = connect(usage);
    List<CompletionStage<ResponseEnvelope>> calls = new ArrayList<>();

    for (int i = 0; i < 2000; i++) {
      if (calls.size() >= 200) {
        Await.result(calls.get(calls.size() - 200));
      }
      calls.add(connection.call("server/echo", json(Integer.toString(i))));
    }

    for (int i = 0; i < calls.size(); i++) {
      assertThat(Await.result(calls.get(i)).output()).contains(json(Integer.toString(i)));
    }
  }

  @Test
  void aLargeValueSurvivesBothWays() {
    CallConnection connection = connect(StreamUsage.PER_REQUEST);
    String large = "'" + "abcdefgh".repeat(500_000) + "'";

    assertThat(Await.result(connection.call("server/echo", json(large))).output())
        .contains(json(large));
  }

  @Test
  void aSubscriptionRunsEndToEndAndAnAbortReachesTheHandler() {
    CallConnection connection = connect(StreamUsage.PER_REQUEST);

    assertThat(Elements.all(connection.subscribe("server/ticks", json("{}"))).toEnd())
        .hasSize(2000);
    Elements running = Elements.all(connection.subscribe("server/endless", json("{}")));
    running.await(3);
    running.cancel();

    Await.result(endless.cancelled());
  }

  @Test
  void cancellingACallReachesTheHandler() {
    CallConnection connection = connect(StreamUsage.PER_REQUEST);
    CompletableFuture<ResponseEnvelope> call =
        connection.call("server/wait", json("{}")).toCompletableFuture();
    Await.result(gate.started());

    call.cancel(false);

    Await.result(gate.cancelled());
  }

  @Test
  void theKeyOrATokenGrantsWhatAnonymousCallersLack() {
    CallConnection byKey = connect(StreamUsage.PER_REQUEST);
    CallConnection anonymous =
        Await.result(client(StreamUsage.PER_REQUEST).connect(target(), pinned()));

    assertThat(Await.result(byKey.call("server/secret", json("1"))).isOk()).isTrue();
    assertThat(Await.result(anonymous.call("server/secret", json("1"))).error())
        .contains(CallError.forbidden("authentication required"));
    CallRequest withToken =
        CallRequest.of("server/secret", json("1")).withAuthToken(AuthToken.ofUtf8("alk_client"));
    assertThat(Await.result(anonymous.call(withToken)).isOk()).isTrue();
    assertThat(byKey.peerId()).contains("the-server");
  }

  @Test
  void theListenerCallsAnOperationOfTheDialler() throws Exception {
    // A second endpoint whose handler keeps the accepted connection.
    CallAdapter serving = java.util.Objects.requireNonNull(adapter);
    ConfigReloadHandle peers =
        ConfigReloadHandle.create(
            new DynamicConfig(AuthPolicy.of(List.of(), List.of()), RateLimitConfig.defaults()),
            AuditLog.NONE,
            CoreMetrics.NONE);
    CallClient callback =
        CallClient.builder(OperationRegistry.empty(), java.util.Objects.requireNonNull(identities))
            .build();
    clients.add(callback);
    ProtocolHandler keeping =
        new ProtocolHandler() {
          @Override
          public Alpn alpn() {
            return serving.alpn();
          }

          @Override
          public CompletionStage<Void> handle(Connection connection, AuthContext auth) {
            CallConnection call = callback.spawnDispatch(connection);
            accepted.complete(call);
            return call.closed();
          }
        };
    AlknetEndpoint second =
        Await.result(
            AlknetEndpoint.start(
                StaticConfig.builder()
                    .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .tlsIdentity(new TlsIdentity.RawKey(serverKey))
                    .build(),
                HandlerRegistry.builder().register(keeping).build(),
                peers.snapshot(),
                java.util.Objects.requireNonNull(identities)));
    try {
      CallConnection dialled =
          Await.result(
              client(StreamUsage.PER_REQUEST)
                  .connect(
                      CallTarget.of(
                          second.localAddress().getAddress().getHostAddress(),
                          second.localAddress().getPort()),
                      pinned()));
      // The listener learns of the connection before any stream is opened.
      CallConnection listener = Await.result(accepted);

      assertThat(Await.result(listener.call("client/secret", json("1"))).isOk()).isTrue();
      assertThat(Await.result(listener.servicesList()))
          .singleElement()
          .satisfies(summary -> assertThat(summary.name()).isEqualTo("client/secret"));
      assertThat(dialled.peerId()).contains("the-server");
    } finally {
      second.close();
    }
  }

  @Test
  void aWrongPinIsAVerificationFailureAndADeadPortIsNot() {
    CallClient client = client(StreamUsage.PER_REQUEST);

    ClientException.PeerVerification wrong =
        Await.failure(
            client.connect(
                target(),
                CallCredentials.none()
                    .withRemoteIdentity(RemoteIdentity.of(clientKey.fingerprint()))),
            ClientException.PeerVerification.class);

    assertThat(wrong.reason()).isEqualTo(DialException.PeerVerification.Reason.PIN_MISMATCH);
    ClientException.PeerVerification unpinned =
        Await.failure(
            client.connect(target(), CallCredentials.none()),
            ClientException.PeerVerification.class);
    assertThat(unpinned.reason())
        .isEqualTo(DialException.PeerVerification.Reason.RAW_KEY_WITHOUT_PIN);
  }

  @Test
  void theEndOfTheServerFailsWhatIsUnderWay() {
    CallConnection connection = connect(StreamUsage.PER_REQUEST);
    CompletionStage<ResponseEnvelope> call = connection.call("server/wait", json("{}"));
    Await.result(gate.started());

    java.util.Objects.requireNonNull(adapter).close();

    assertThat(Await.result(call).error()).contains(CallError.connectionClosed());
    Await.result(connection.closed());
    Await.result(gate.cancelled());
  }

  @Test
  void discoveryDescribesTheServer() {
    CallConnection connection = connect(StreamUsage.PER_REQUEST);

    assertThat(Await.result(connection.servicesList()))
        .extracting(summary -> summary.name())
        .containsExactly(
            "server/echo", "server/endless", "server/secret", "server/ticks", "server/wait");
    assertThat(Await.result(connection.servicesSchema("/server/secret")).accessControl())
        .isEqualTo(AccessControl.scopes("operator"));
  }
}
