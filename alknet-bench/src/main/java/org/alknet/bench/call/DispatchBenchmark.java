package org.alknet.bench.call;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.call.CallAdapter;
import org.alknet.call.RootInvoker;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.Identity;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import tools.jackson.databind.JsonNode;

/**
 * One call inside the node, on one thread: id, place in the call tree, deadline, registry, access
 * check against a scope, context, handler, outcome. Schema empty, no metrics, no I/O, no other
 * thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class DispatchBenchmark {
  private final JsonNode input = Payloads.input();
  private final Optional<Identity> caller =
      Optional.of(new Identity("caller", List.of("operator"), Map.of()));
  private CallAdapter adapter;
  private RootInvoker invoker;

  /** Starts a node that runs handlers on the thread that calls. */
  @Setup
  public void start() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query(Payloads.OPERATION)
                    .accessControl(AccessControl.scopes("operator"))
                    .build(),
                (value, ctx) ->
                    CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), value)))
            .build();
    ConfigSnapshot nobody =
        ConfigSnapshot.of(
            new DynamicConfig(AuthPolicy.of(List.of(), List.of()), RateLimitConfig.defaults()));
    adapter =
        CallAdapter.builder(registry, new ConfigIdentityProvider(nobody))
            .executor(Runnable::run)
            .build();
    invoker = adapter.rootInvoker();
  }

  /** Stops it. */
  @TearDown
  public void stop() {
    adapter.close();
  }

  /** One call. */
  @Benchmark
  public ResponseEnvelope dispatch() {
    return invoker.invoke(caller, Payloads.OPERATION, input).toCompletableFuture().join();
  }
}
