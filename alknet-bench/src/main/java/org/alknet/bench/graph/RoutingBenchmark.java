package org.alknet.bench.graph;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.call.CallAdapter;
import org.alknet.call.RootInvoker;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.InMemoryConnection;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One composed call to an operation that every attached peer offers, without any network: how much
 * it matters how many peers there are.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingBenchmark {
  /** How many peers are attached. */
  @Param({"1", "10", "100", "1000"})
  public int peers;

  private final JsonNode input = JsonNodeFactory.instance.objectNode();
  private CallAdapter adapter;
  private RootInvoker invoker;

  /** Attaches the peers. */
  @Setup
  public void attach() {
    UnaryHandler empty =
        (value, ctx) ->
            CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), value));
    PeerRef last = PeerRef.of("peer-" + (peers - 1));
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("here/any").build(),
                (value, ctx) -> ctx.env().invoke("work", "do", value, ctx),
                CompositionAuthority.of("here"),
                ScopedPeerEnv.of("work/do", "work/last"),
                Capabilities.empty())
            .withLocal(
                OperationSpec.query("here/of-the-last").build(),
                (value, ctx) -> ctx.env().invoke("work", "last", value, ctx),
                CompositionAuthority.of("here"),
                ScopedPeerEnv.of("work/do", "work/last"),
                Capabilities.empty())
            .withLocal(
                OperationSpec.query("here/specific").build(),
                (value, ctx) ->
                    ctx.env().invokePeer(last, "work", "do", value, ctx, ctx.abortPolicy()),
                CompositionAuthority.of("here"),
                ScopedPeerEnv.of("work/do", "work/last"),
                Capabilities.empty())
            .build();
    adapter =
        CallAdapter.builder(
                registry, new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults())))
            .importPolicy(ImportPolicy.manual())
            .executor(Runnable::run)
            .build();
    for (int i = 0; i < peers; i++) {
      InMemoryConnection end = InMemoryConnection.builder(Alpns.CALL).pair().right();
      String id = "peer-" + i;
      adapter.handle(
          end,
          new AuthContext(
              Optional.of(Identity.of(id)), Alpns.CALL, Optional.empty(), Optional.empty()));
      adapter.peers().connection(id).orElseThrow().registerImported(imported("work/do", empty));
    }
    adapter
        .peers()
        .connection("peer-" + (peers - 1))
        .orElseThrow()
        .registerImported(imported("work/last", empty));
    invoker = adapter.rootInvoker();
  }

  private static HandlerRegistration imported(String name, UnaryHandler handler) {
    return HandlerRegistration.of(
        OperationSpec.query(name).internal().build(),
        new OperationHandler.Once(handler),
        OperationProvenance.FROM_CALL);
  }

  /** Lets go of them. */
  @TearDown
  public void stop() {
    adapter.close();
  }

  /** Every peer has it: the one that attached first is asked. */
  @Benchmark
  public ResponseEnvelope any() {
    return call("here/any");
  }

  /** Only the peer that attached last has it. */
  @Benchmark
  public ResponseEnvelope anyOfTheLast() {
    return call("here/of-the-last");
  }

  /** The peer is named. */
  @Benchmark
  public ResponseEnvelope specific() {
    return call("here/specific");
  }

  private ResponseEnvelope call(String operation) {
    return invoker.invoke(Optional.empty(), operation, input).toCompletableFuture().join();
  }
}
