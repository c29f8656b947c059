package org.alknet.bench.graph;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;

/** A node that serves and dials, and knows the other nodes of the benchmark by their keys. */
final class GraphNode implements AutoCloseable {
  private static final long LIMIT_SECONDS = 60;
  private static final CallLimits LIMITS =
      CallLimits.defaults().toBuilder().maxInbound(1024).build();

  private final Ed25519SecretKey key;
  private final CallAdapter adapter;
  private final AlknetEndpoint endpoint;
  private final AlknetDialer dialler = AlknetDialer.builder().build();
  private final CallClient client;

  private GraphNode(Ed25519SecretKey key, CallAdapter adapter, AlknetEndpoint endpoint) {
    this.key = key;
    this.adapter = adapter;
    this.endpoint = endpoint;
    this.client = adapter.client(dialler);
  }

  /** Starts nodes named {@code node-0} and so on, one for each registry. */
  static List<GraphNode> start(OperationRegistry... registries) throws Exception {
    List<Ed25519SecretKey> keys = new ArrayList<>();
    List<PeerEntry> peers = new ArrayList<>();
    for (int i = 0; i < registries.length; i++) {
      keys.add(Ed25519SecretKey.generate());
      peers.add(PeerEntry.builder("node-" + i).fingerprints(keys.get(i).fingerprint()).build());
    }
    ConfigSnapshot known =
        ConfigSnapshot.of(
            new DynamicConfig(AuthPolicy.of(peers, List.of()), RateLimitConfig.defaults()));
    ConfigIdentityProvider identities = new ConfigIdentityProvider(known);
    List<GraphNode> nodes = new ArrayList<>();
    for (int i = 0; i < registries.length; i++) {
      CallAdapter adapter =
          CallAdapter.builder(registries[i], identities)
              .limits(LIMITS)
              .importPolicy(ImportPolicy.manual())
              .build();
      StaticConfig config =
          StaticConfig.builder()
              .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .tlsIdentity(new TlsIdentity.RawKey(keys.get(i)))
              .build();
      HandlerRegistry handlers = HandlerRegistry.builder().register(adapter).build();
      nodes.add(
          new GraphNode(
              keys.get(i),
              adapter,
              await(AlknetEndpoint.start(config, handlers, known, identities))));
    }
    return nodes;
  }

  CallConnection dial(GraphNode other) throws Exception {
    return await(
        client.connect(
            CallTarget.of("127.0.0.1", other.endpoint.localAddress().getPort()),
            CallCredentials.none()
                .withTlsIdentity(new TlsIdentity.RawKey(key))
                .withRemoteIdentity(RemoteIdentity.of(other.key.fingerprint()))));
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    endpoint.close();
    adapter.close();
    dialler.close();
  }
}
