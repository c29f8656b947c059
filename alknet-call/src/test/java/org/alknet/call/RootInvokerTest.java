package org.alknet.call;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.TestIdentities;
import org.alknet.call.testing.Ticks;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;

class RootInvokerTest {
  private static final Optional<Identity> NOBODY = Optional.empty();

  private static RootInvoker invoker(OperationRegistry.Builder builder) {
    return RootInvoker.of(builder.build(), CallLimits.defaults());
  }

  private static CallError errorOf(RootInvoker invoker, Optional<Identity> caller, String name) {
    return Await.result(invoker.invoke(caller, name, json("1"))).error().orElseThrow();
  }

  @Test
  void aCallIsCheckedLikeOneFromTheWire() {
    try (RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocal(OperationSpec.query("a/open").build(), Handlers.echo())
                .withLocal(OperationSpec.query("a/hidden").internal().build(), Handlers.echo())
                .withLocal(
                    OperationSpec.query("a/secret")
                        .accessControl(AccessControl.scopes("s"))
                        .inputSchema(json("{'type':'string'}"))
                        .build(),
                    Handlers.echo())
                .withLocalStreaming(
                    OperationSpec.subscription("a/ticks").build(), Ticks.to(3).handler()))) {

      assertThat(Await.result(invoker.invoke(NOBODY, "/a/open", json("[1]"))).output())
          .contains(json("[1]"));
      assertThat(errorOf(invoker, NOBODY, "a/none")).isEqualTo(CallError.notFound("a/none"));
      assertThat(errorOf(invoker, NOBODY, "a/hidden")).isEqualTo(CallError.notFound("a/hidden"));
      assertThat(errorOf(invoker, NOBODY, "a/secret"))
          .isEqualTo(CallError.forbidden("authentication required"));
      assertThat(errorOf(invoker, Optional.of(Identity.of("i", "s")), "a/secret").code())
          .isEqualTo(CallError.INVALID_INPUT);
      assertThat(errorOf(invoker, NOBODY, "a/ticks").code())
          .isEqualTo(CallError.INVALID_OPERATION_TYPE);
    }
  }

  @Test
  void aStreamIsCheckedLikeOneFromTheWireAndDeliversItsElements() {
    try (RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocal(OperationSpec.query("a/open").build(), Handlers.echo())
                .withLocalStreaming(
                    OperationSpec.subscription("a/ticks").build(), Ticks.to(3000).handler())
                .withLocalStreaming(
                    OperationSpec.subscription("a/fails").build(),
                    Ticks.failingAfter(2).handler()))) {

      assertThat(Elements.all(invoker.invokeStreaming(NOBODY, "/a/ticks", json("1"))).toEnd())
          .hasSize(3000);
      List<ResponseEnvelope> failing =
          Elements.all(invoker.invokeStreaming(NOBODY, "a/fails", json("1"))).toEnd();
      assertThat(failing).hasSize(3);
      assertThat(failing.get(2).error()).contains(CallError.forbidden("enough"));
      assertThat(Elements.all(invoker.invokeStreaming(NOBODY, "a/open", json("1"))).toEnd())
          .singleElement()
          .satisfies(
              only ->
                  assertThat(only.error().orElseThrow().code())
                      .isEqualTo(CallError.INVALID_OPERATION_TYPE));
    }
  }

  @Test
  void aStreamRunsUnderTheIdItWasGiven() {
    String id = RootInvoker.newRequestId();
    try (RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocalStreaming(
                    OperationSpec.subscription("a/ticks").build(), Ticks.to(2).handler()))) {
      assertThat(Elements.all(invoker.invokeStreaming(NOBODY, "a/ticks", json("1"), id)).toEnd())
          .extracting(ResponseEnvelope::requestId)
          .containsExactly(id, id);
    }
  }

  @Test
  void aStreamProducesNoMoreThanIsAskedFor() {
    Ticks ticks = Ticks.to(1000);
    try (RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocalStreaming(
                    OperationSpec.subscription("a/ticks").build(), ticks.handler()))) {
      Elements elements = Elements.of(invoker.invokeStreaming(NOBODY, "a/ticks", json("1")), 3);
      elements.await(3);
      assertThat(ticks.produced()).isEqualTo(3);

      elements.request(2);
      elements.await(5);
      assertThat(ticks.produced()).isEqualTo(5);
      elements.cancel();

      Await.result(ticks.cancelled());
      assertThat(elements.received()).hasSize(5);
    }
  }

  @Test
  void aStreamThatIsAlwaysReadyLeavesOthersTheirTurn() throws InterruptedException {
    Ticks ticks = Ticks.to(Long.MAX_VALUE);
    ExecutorService single = Executors.newSingleThreadExecutor();
    try (CallAdapter adapter =
        CallAdapter.builder(
                OperationRegistry.builder()
                    .withLocal(OperationSpec.query("a/open").build(), Handlers.echo())
                    .withLocalStreaming(
                        OperationSpec.subscription("a/ticks").build(), ticks.handler())
                    .build(),
                new TestIdentities())
            .executor(single)
            .build()) {
      RootInvoker invoker = adapter.rootInvoker();
      Elements elements = Elements.all(invoker.invokeStreaming(NOBODY, "a/ticks", json("1")));
      elements.await(1);

      assertThat(Await.result(invoker.invoke(NOBODY, "a/open", json("1"))).output())
          .contains(json("1"));

      elements.cancel();
      Await.result(ticks.cancelled());
    } finally {
      single.shutdown();
    }
    assertThat(single.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void cancellingTheStageAbortsTheTree() {
    Gate gate = new Gate();
    try (RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocal(OperationSpec.query("a/child").internal().build(), gate.handler())
                .withLocal(
                    OperationSpec.query("a/parent").build(),
                    (input, ctx) -> ctx.env().invoke("a", "child", input, ctx),
                    CompositionAuthority.of("c"),
                    ScopedPeerEnv.of("a/child"),
                    Capabilities.empty()))) {
      CompletableFuture<ResponseEnvelope> call =
          invoker.invoke(NOBODY, "a/parent", json("1")).toCompletableFuture();
      Await.result(gate.started());

      call.cancel(false);

      Await.result(gate.cancelled());
    }
  }

  @Test
  void theContextIsThatOfACallFromOutside() {
    CompletableFuture<OperationContext> seen = new CompletableFuture<>();
    ScopedPeerEnv reach = ScopedPeerEnv.of("x/y");
    try (RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocal(
                    OperationSpec.query("a/b").build(),
                    (input, ctx) -> {
                      seen.complete(ctx);
                      return Handlers.echo().handle(input, ctx);
                    },
                    CompositionAuthority.of("c"),
                    reach,
                    Capabilities.empty()))) {
      Await.result(invoker.invoke(Optional.of(Identity.of("me")), "a/b", json("1")));

      OperationContext ctx = Await.result(seen);
      assertThat(ctx.isInternal()).isFalse();
      assertThat(ctx.identity()).contains(Identity.of("me"));
      assertThat(ctx.forwardedFor()).isEmpty();
      assertThat(ctx.scopedEnv()).isEqualTo(reach);
      assertThat(ctx.deadline()).isPresent();
      assertThat(ctx.metadata()).isEmpty();
    }
  }

  @Test
  void closingEndsWhatIsUnderWay() {
    Gate gate = new Gate();
    Ticks ticks = Ticks.silentAfter(1);
    RootInvoker invoker =
        invoker(
            OperationRegistry.builder()
                .withLocal(OperationSpec.query("a/wait").build(), gate.handler())
                .withLocalStreaming(
                    OperationSpec.subscription("a/ticks").build(), ticks.handler()));
    var call = invoker.invoke(NOBODY, "a/wait", json("1"));
    Elements elements = Elements.all(invoker.invokeStreaming(NOBODY, "a/ticks", json("1")));
    Await.result(gate.started());
    elements.await(1);

    invoker.close();

    assertThat(Await.result(call).error()).contains(CallError.cancelled());
    assertThat(elements.toEnd()).hasSize(2);
    Await.result(gate.cancelled());
    Await.result(ticks.cancelled());
  }

  @Test
  void outcomesAreCountedByOperationCodeAndLayer() {
    Map<String, Long> counts = new ConcurrentHashMap<>();
    CoreMetrics metrics =
        new CoreMetrics() {
          @Override
          public void count(String name, Map<String, String> labels, long delta) {
            counts.merge(name + new java.util.TreeMap<>(labels), delta, Long::sum);
          }

          @Override
          public void gauge(String name, Map<String, String> labels, long value) {}

          @Override
          public void time(String name, Map<String, String> labels, long nanos) {}
        };
    OperationSpec fails =
        OperationSpec.query("a/fails")
            .errors(ErrorDefinition.of("DECLARED", "", json("{}")))
            .build();
    try (CallAdapter adapter =
        CallAdapter.builder(
                OperationRegistry.builder()
                    .withLocal(
                        fails,
                        (input, ctx) ->
                            CompletableFuture.completedFuture(
                                ResponseEnvelope.err(
                                    ctx.requestId(), CallError.of("DECLARED", "m", false))))
                    .withLocalStreaming(
                        OperationSpec.subscription("a/ticks").build(), Ticks.to(3).handler())
                    .build(),
                new TestIdentities())
            .metrics(metrics)
            .build()) {
      RootInvoker invoker = adapter.rootInvoker();
      Await.result(invoker.invoke(NOBODY, "a/fails", json("1")));
      Await.result(invoker.invoke(NOBODY, "somebody/elses/name", json("1")));
      Elements.all(invoker.invokeStreaming(NOBODY, "a/ticks", json("1"))).toEnd();

      Await.until("all three were counted", () -> counts.size() == 3);
      assertThat(counts)
          .containsOnlyKeys(
              "call_requests_total{code=DECLARED, layer=root, operation=a/fails, peer=none}",
              "call_requests_total{code=NOT_FOUND, layer=root, operation=unknown, peer=none}",
              "call_requests_total{code=OK, layer=root, operation=a/ticks, peer=none}");
    }
  }
}
