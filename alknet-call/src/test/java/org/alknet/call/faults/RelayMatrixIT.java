package org.alknet.call.faults;

import static org.alknet.call.testing.Composer.compose;
import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.PeerListener;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Composer;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.InMemoryIdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.testkit.Await;
import org.alknet.testkit.Impairment;
import org.alknet.testkit.UdpRelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls through a head to a worker over a bad network: each ends exactly once, and none runs twice.
 */
class RelayMatrixIT {
  private static final int CALLS = "full".equals(System.getProperty("alknet.soak")) ? 1000 : 50;
  private static final int AT_ONCE = 25;

  private final Map<Integer, AtomicInteger> runs = new ConcurrentHashMap<>();
  private final CompletableFuture<Integer> imported = new CompletableFuture<>();
  private final CompletableFuture<Void> hung = new CompletableFuture<>();
  private final AtomicInteger hanging = new AtomicInteger();

  private CallAdapter head;
  private AlknetEndpoint endpoint;
  private UdpRelay relay;
  private AlknetDialer dialer;
  private CallClient worker;

  @BeforeEach
  void start() {
    Ed25519SecretKey headKey = Ed25519SecretKey.generate();
    Ed25519SecretKey workerKey = Ed25519SecretKey.generate();
    InMemoryIdentityStore identities =
        InMemoryIdentityStore.of(
            List.of(
                PeerEntry.builder("head").fingerprints(headKey.fingerprint()).build(),
                PeerEntry.builder("worker").fingerprints(workerKey.fingerprint()).build()));
    TransportConfig transport =
        TransportConfig.builder().maxIdleTimeout(Duration.ofSeconds(5)).build();
    OperationRegistry.Builder operations = OperationRegistry.builder().withServiceDiscovery();
    Composer.reaching("work/do", "work/hang").accept(operations);
    head = CallAdapter.builder(operations.build(), identities).build();
    assertThat(
            head.peers()
                .listen(
                    new PeerListener() {
                      @Override
                      public void imported(String id, CallConnection connection, int count) {
                        imported.complete(count);
                      }
                    },
                    Runnable::run))
        .isNotNull();
    endpoint =
        Await.result(
            AlknetEndpoint.start(
                StaticConfig.builder()
                    .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .tlsIdentity(new TlsIdentity.RawKey(headKey))
                    .transport(transport)
                    .build(),
                HandlerRegistry.builder().register(head).build(),
                ConfigSnapshot.of(DynamicConfig.defaults()),
                identities));
    relay = UdpRelay.start(endpoint.localAddress(), 11);
    dialer = AlknetDialer.builder().transport(transport).build();
    worker =
        CallClient.builder(work(), identities)
            .dialer(dialer)
            .importPolicy(ImportPolicy.manual())
            .build();
    CallConnection connection =
        Await.result(
            worker.connect(
                CallTarget.of(
                    relay.address().getAddress().getHostAddress(), relay.address().getPort()),
                CallCredentials.none()
                    .withTlsIdentity(new TlsIdentity.RawKey(workerKey))
                    .withRemoteIdentity(RemoteIdentity.of(headKey.fingerprint()))));
    assertThat(connection.peerId()).contains("head");
    assertThat(Await.result(imported)).isEqualTo(2);
  }

  private OperationRegistry work() {
    return OperationRegistry.builder()
        .withServiceDiscovery()
        .withLocal(
            OperationSpec.mutation("work/do").build(),
            (input, ctx) -> {
              runs.computeIfAbsent(input.asInt(), task -> new AtomicInteger()).incrementAndGet();
              return CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input));
            })
        .withLocal(
            OperationSpec.mutation("work/hang").build(),
            (input, ctx) -> {
              if (hanging.incrementAndGet() == AT_ONCE) {
                hung.complete(null);
              }
              return new CompletableFuture<>();
            })
        .build();
  }

  @AfterEach
  void stop() {
    worker.close();
    dialer.close();
    relay.close();
    endpoint.close();
    head.close();
  }

  private CompletableFuture<ResponseEnvelope> run(String operation, int task) {
    ObjectNode input = (ObjectNode) compose(operation);
    input.set("input", JsonNodeFactory.instance.numberNode(task));
    return head.rootInvoker()
        .invoke(Optional.of(Identity.of("user")), Composer.NAME, input)
        .toCompletableFuture();
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.01, 0", "0.05, 0", "0.20, 0", "0, 0.3"})
  void everyCallIsAnsweredOnceAndRunsOnce(double loss, double reordering) {
    Impairment bad =
        Impairment.NONE
            .dropping(loss)
            .reordering(reordering)
            .delaying(Duration.ZERO, Duration.ofMillis(reordering > 0 ? 4 : 0));
    relay.toServer(bad).toClients(bad);
    AtomicInteger ends = new AtomicInteger();
    List<CompletableFuture<ResponseEnvelope>> calls = new ArrayList<>();
    for (int task = 0; task < CALLS; task++) {
      if (task >= AT_ONCE) {
        Await.result(calls.get(task - AT_ONCE));
      }
      CompletableFuture<ResponseEnvelope> call = run("work/do", task);
      calls.add(call);
      assertThat(call.thenRun(ends::incrementAndGet)).isNotNull();
    }

    for (int task = 0; task < CALLS; task++) {
      JsonNode expected = json(Integer.toString(task));
      assertThat(Await.result(calls.get(task)).output()).contains(expected);
      assertThat(runs.get(task)).hasValue(1);
    }
    Await.until("every end was heard", () -> ends.get() == CALLS);
    assertThat(runs).hasSize(CALLS);
  }

  @Test
  void callsIntoABlackHoleEndWhenThePeerIsGivenUp() {
    List<CompletableFuture<ResponseEnvelope>> calls = new ArrayList<>();
    for (int task = 0; task < AT_ONCE; task++) {
      calls.add(run("work/hang", task));
    }
    Await.result(hung);

    relay.blackHole(true);

    for (CompletableFuture<ResponseEnvelope> call : calls) {
      assertThat(Await.result(call).error()).contains(CallError.connectionClosed());
    }
    assertThat(Await.result(run("work/do", 1)).error()).contains(CallError.notFound("work/do"));
    assertThat(hanging).hasValue(AT_ONCE);
  }
}
