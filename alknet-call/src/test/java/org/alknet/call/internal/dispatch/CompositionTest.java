package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.Pair;
import org.alknet.call.testing.Ticks;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Composed calls on one node. */
class CompositionTest {
  private static final ScopedPeerEnv REACH =
      ScopedPeerEnv.of("demo/child", "demo/restricted", "demo/ticks", "demo/missing", "demo/leaf");

  private static final UnaryHandler COMPOSE_CHILD = composing("child");

  private static UnaryHandler composing(String op) {
    return (input, ctx) -> ctx.env().invoke("demo", op, input, ctx);
  }

  private static Pair composing(UnaryHandler parent, UnaryHandler child) {
    return new Pair()
        .clientIs(Identity.of("user", "weak"))
        .serve(
            ops ->
                ops.withLocal(OperationSpec.query("demo/child").internal().build(), child)
                    .withLocal(
                        OperationSpec.query("demo/parent").build(),
                        parent,
                        CompositionAuthority.of("composer", "strong"),
                        REACH,
                        Capabilities.empty()));
  }

  private static ResponseEnvelope call(Pair pair, String operation) {
    return Await.result(pair.start().client().call(operation, json("{'x':1}")));
  }

  @Test
  void anInternalOperationRunsWhenComposedAndKnowsItsPlace() {
    CompletableFuture<OperationContext> parent = new CompletableFuture<>();
    CompletableFuture<OperationContext> child = new CompletableFuture<>();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              parent.complete(ctx);
              ctx.metadata().put("note", json("1"));
              return COMPOSE_CHILD.handle(input, ctx);
            },
            (input, ctx) -> {
              child.complete(ctx);
              return Handlers.echo().handle(input, ctx);
            })) {

      assertThat(call(pair, "demo/parent").output()).contains(json("{'x':1}"));

      OperationContext above = Await.result(parent);
      OperationContext below = Await.result(child);
      assertThat(above.isInternal()).isFalse();
      assertThat(above.parentRequestId()).isEmpty();
      assertThat(above.identity()).contains(Identity.of("user", "weak"));
      assertThat(above.handlerIdentity()).contains(CompositionAuthority.of("composer", "strong"));
      assertThat(above.scopedEnv()).isEqualTo(REACH);
      assertThat(below.isInternal()).isTrue();
      assertThat(below.parentRequestId()).contains(above.requestId());
      assertThat(below.requestId()).isNotEqualTo(above.requestId()).isNotEmpty();
      assertThat(below.identity()).contains(Identity.of("composer", "strong"));
      assertThat(below.handlerIdentity()).isEmpty();
      assertThat(below.scopedEnv()).isEqualTo(ScopedPeerEnv.empty());
      assertThat(below.metadata()).isEmpty();
      assertThat(below.forwardedFor()).isEmpty();
      assertThat(below.env()).isSameAs(above.env());
      assertThat(below.deadline()).isEqualTo(above.deadline()).isPresent();
      assertThat(below.abortPolicy()).isEqualTo(AbortPolicy.ABORT_DEPENDENTS);
    }
  }

  @Test
  void anInternalOperationDoesNotExistOnTheWire() {
    Gate gate = new Gate();
    try (Pair pair = composing(COMPOSE_CHILD, gate.handler())) {
      assertThat(call(pair, "demo/child").error()).contains(CallError.notFound("demo/child"));
      assertThat(gate.entered()).isZero();
    }
  }

  private static Pair restricted(CompositionAuthority authority, Identity caller) {
    return new Pair()
        .clientIs(caller)
        .serve(
            ops ->
                ops.withLocal(
                        OperationSpec.query("demo/restricted")
                            .internal()
                            .accessControl(AccessControl.scopes("strong"))
                            .build(),
                        Handlers.echo(),
                        // Its own authority would satisfy its own demand, which must not help.
                        CompositionAuthority.of("self", "strong"),
                        ScopedPeerEnv.empty(),
                        Capabilities.empty())
                    .withLocal(
                        OperationSpec.query("demo/parent").build(),
                        composing("restricted"),
                        authority,
                        REACH,
                        Capabilities.empty()));
  }

  @Test
  void aComposedCallIsJudgedByTheComposingHandlersAuthority() {
    CompositionAuthority strong = CompositionAuthority.of("composer", "strong");
    CompositionAuthority weak = CompositionAuthority.of("composer");
    try (Pair allowed = restricted(strong, Identity.of("user"));
        Pair refused = restricted(weak, Identity.of("user", "strong"))) {

      assertThat(call(allowed, "demo/parent").isOk()).isTrue();
      assertThat(call(refused, "demo/parent").error())
          .contains(CallError.forbidden("missing required scope: strong"));
    }
  }

  @Test
  void aHandlerWithoutAuthorityPassesNoRestriction() {
    try (Pair pair =
        new Pair()
            .clientIs(Identity.of("user", "strong"))
            .serve(
                ops ->
                    ops.withLocal(
                            OperationSpec.query("demo/restricted")
                                .accessControl(AccessControl.scopes("strong"))
                                .build(),
                            Handlers.echo())
                        .with(
                            new org.alknet.call.registry.HandlerRegistration(
                                OperationSpec.query("demo/parent").build(),
                                new org.alknet.call.operation.OperationHandler.Once(
                                    composing("restricted")),
                                OperationProvenance.LOCAL,
                                Optional.empty(),
                                Optional.of(REACH),
                                Capabilities.empty())))) {

      assertThat(call(pair, "demo/parent").error())
          .contains(CallError.forbidden("authentication required"));
    }
  }

  @Test
  void anExternalCallIsJudgedByItsCallerEvenIfTheHandlersAuthorityWouldPass() {
    try (Pair pair =
        new Pair()
            .clientIs(Identity.of("user"))
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/own")
                            .accessControl(AccessControl.scopes("strong"))
                            .build(),
                        Handlers.echo(),
                        CompositionAuthority.of("composer", "strong"),
                        REACH,
                        Capabilities.empty()))) {

      assertThat(call(pair, "demo/own").error())
          .contains(CallError.forbidden("missing required scope: strong"));
    }
  }

  @Test
  void aRestrictedLeafIsCallableWhenTheParentsAuthoritySuffices() {
    try (Pair pair =
        composing(composing("leaf"), Handlers.echo())
            .serve(
                ops ->
                    ops.withLeaf(
                        OperationSpec.query("demo/leaf")
                            .internal()
                            .accessControl(AccessControl.scopes("strong"))
                            .build(),
                        Handlers.echo(),
                        Capabilities.empty()))) {

      assertThat(call(pair, "demo/parent").isOk()).isTrue();
    }
  }

  @Test
  void unreachableUnknownAndReachableButMissingLookTheSame() {
    List<String> seen =
        List.of(
            askedFor("unreachable", true), askedFor("unknown", false), askedFor("missing", false));

    assertThat(seen)
        .containsExactly(
            "NOT_FOUND operation not found: demo/unreachable",
            "NOT_FOUND operation not found: demo/unknown",
            "NOT_FOUND operation not found: demo/missing");
  }

  private static String askedFor(String op, boolean registered) {
    Pair pair = composing(composing(op), Handlers.echo());
    if (registered) {
      pair.serve(ops -> ops.withLocal(OperationSpec.query("demo/" + op).build(), Handlers.echo()));
    }
    try (pair) {
      CallError error = call(pair, "demo/parent").error().orElseThrow();
      return error.code() + " " + error.message();
    }
  }

  @Test
  void subscriptionsCannotBeComposed() {
    try (Pair pair =
        composing(composing("ticks"), Handlers.echo())
            .serve(
                ops ->
                    ops.withLocalStreaming(
                        OperationSpec.subscription("demo/ticks").build(), Ticks.to(3).handler()))) {

      assertThat(call(pair, "demo/parent").error().orElseThrow().code())
          .isEqualTo(CallError.INVALID_OPERATION_TYPE);
    }
  }

  @Test
  void refusalsCarryTheParentsIdAndResultsTheChilds() {
    CompletableFuture<String> refused = new CompletableFuture<>();
    CompletableFuture<String> answered = new CompletableFuture<>();
    CompletableFuture<String> parent = new CompletableFuture<>();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              parent.complete(ctx.requestId());
              return ctx.env()
                  .invoke("demo", "missing", input, ctx)
                  .thenCompose(
                      refusal -> {
                        refused.complete(refusal.requestId());
                        return ctx.env().invoke("demo", "child", input, ctx);
                      })
                  .thenApply(
                      answer -> {
                        answered.complete(answer.requestId());
                        return answer;
                      });
            },
            Handlers.echo())) {

      assertThat(call(pair, "demo/parent").isOk()).isTrue();
      assertThat(Await.result(refused)).isEqualTo(Await.result(parent));
      assertThat(Await.result(answered)).isNotEqualTo(Await.result(parent));
    }
  }

  @Test
  void aComposedInputIsValidatedAfterAccess() {
    JsonNode schema = json("{'type':'string'}");
    try (Pair pair =
        composing(composing("restricted"), Handlers.echo())
            .serve(
                ops ->
                    ops.withLocal(
                        OperationSpec.query("demo/restricted").inputSchema(schema).build(),
                        Handlers.echo()))) {

      assertThat(call(pair, "demo/parent").error().orElseThrow().code())
          .isEqualTo(CallError.INVALID_INPUT);
    }
  }

  @Test
  void aContextOfSomebodyElsesMakingIsRefused() {
    CompletableFuture<OperationEnv> env = new CompletableFuture<>();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              env.complete(ctx.env());
              return Handlers.echo().handle(input, ctx);
            },
            Handlers.echo())) {
      call(pair, "demo/parent");

      assertThatThrownBy(
              () ->
                  Await.result(env)
                      .invoke(
                          "demo", "child", json("1"), new ForgedContext(Await.result(env), REACH)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLocalEnvironmentIsTheLastResortAndKnowsNoPeers() {
    CompletableFuture<OperationEnv> env = new CompletableFuture<>();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              env.complete(ctx.env());
              return ctx.env()
                  .invokePeer(
                      PeerRef.any(), "demo", "child", input, ctx, AbortPolicy.ABORT_DEPENDENTS);
            },
            Handlers.echo())) {

      assertThat(call(pair, "demo/parent").isOk()).isTrue();
      assertThat(Await.result(env).contains("anything/at-all")).isTrue();
      assertThat(Await.result(env).peerContains("p", "anything/at-all")).isFalse();
      for (OperationEnv known :
          List.of(Await.result(env), pair.serverRuntime().peering().local())) {
        assertThat(known.peerOperations("p")).isEmpty();
      }
      // The caller's own connection is attached under its id (spec/call.md section 10.5).
      assertThat(Await.result(env).peerIds()).containsExactly("user");
      assertThat(pair.serverRuntime().peering().local().peerIds()).isEmpty();
      assertThat(pair.serverRuntime().peering().local().peerContains("p", "x/y"))
          .as("a layer without peers ignores which")
          .isTrue();
    }
  }

  @Test
  void aChildUsesItsOwnCredentialsThenItsParents() {
    CompletableFuture<Map<String, Boolean>> held = new CompletableFuture<>();
    Capabilities own = Capabilities.empty().withApiKey("own", "o".toCharArray());
    Capabilities parents = Capabilities.empty().withApiKey("parents", "p".toCharArray());
    try (own;
        parents;
        Pair pair =
            new Pair()
                .serve(
                    ops ->
                        ops.withLocal(
                                OperationSpec.query("demo/child").internal().build(),
                                (input, ctx) -> {
                                  held.complete(
                                      Map.of(
                                          "own", ctx.capabilities().get("own").isPresent(),
                                          "parents", ctx.capabilities().get("parents").isPresent(),
                                          "other", ctx.capabilities().get("other").isPresent()));
                                  return Handlers.echo().handle(input, ctx);
                                },
                                own)
                            .withLocal(
                                OperationSpec.query("demo/parent").build(),
                                COMPOSE_CHILD,
                                CompositionAuthority.of("c"),
                                REACH,
                                parents))) {
      call(pair, "demo/parent");

      assertThat(Await.result(held))
          .isEqualTo(Map.of("own", true, "parents", true, "other", false));
    }
  }

  // ---- abort

  private static CompletionStage<ResponseEnvelope> never() {
    return new CompletableFuture<>();
  }

  @Test
  void abortingTheParentStopsItsChildren() {
    Gate child = new Gate();
    CompletableFuture<ResponseEnvelope> seen = new CompletableFuture<>();
    CompletableFuture<Void> told = new CompletableFuture<>();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              ctx.env()
                  .invoke("demo", "child", input, ctx)
                  .thenAccept(
                      answer -> {
                        seen.complete(answer);
                        told.complete(null);
                      });
              return never();
            },
            child.handler())) {
      Pair.Ends ends = pair.start();
      CompletableFuture<ResponseEnvelope> call =
          ends.client().call("demo/parent", json("1")).toCompletableFuture();
      Await.result(child.started());

      call.cancel(false);

      Await.result(child.cancelled());
      Await.result(told);
      assertThat(Await.result(seen).error()).contains(CallError.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }

  @Test
  void aChildThatContinuesSurvivesAndStartsNothingNew() {
    Gate child = new Gate();
    CompletableFuture<OperationContext> context = new CompletableFuture<>();
    try (Pair pair =
        new Pair()
            .serve(
                ops ->
                    ops.withLocal(
                            OperationSpec.query("demo/child").internal().build(),
                            (input, ctx) -> {
                              context.complete(ctx);
                              return child.handler().handle(input, ctx);
                            },
                            CompositionAuthority.of("c"),
                            REACH,
                            Capabilities.empty())
                        .withLocal(
                            OperationSpec.query("demo/parent").build(),
                            (input, ctx) -> {
                              ctx.env()
                                  .invokeWithPolicy(
                                      "demo", "child", input, ctx, AbortPolicy.CONTINUE_RUNNING);
                              return never();
                            },
                            CompositionAuthority.of("c"),
                            REACH,
                            Capabilities.empty()))) {
      Pair.Ends ends = pair.start();
      CompletableFuture<ResponseEnvelope> call =
          ends.client().call("demo/parent", json("1")).toCompletableFuture();
      OperationContext survivor = Await.result(context);
      assertThat(survivor.abortPolicy()).isEqualTo(AbortPolicy.CONTINUE_RUNNING);

      call.cancel(false);
      Await.until("the root is gone", () -> pair.serverRuntime().tree().size() == 1);

      assertThat(survivor.cancellation().isCancelled()).isFalse();
      ResponseEnvelope refused =
          Await.result(survivor.env().invoke("demo", "child", json("1"), survivor));
      assertThat(refused.error()).contains(CallError.cancelled());
      child.open(json("1"));
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
      assertThat(child.cancelled()).isNotDone();
    }
  }

  @Test
  void cancellingAComposedStageStopsThatChildOnly() {
    Gate child = new Gate();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              CompletableFuture<ResponseEnvelope> composed =
                  ctx.env().invoke("demo", "child", input, ctx).toCompletableFuture();
              composed.cancel(false);
              return Handlers.echo().handle(json("'still here'"), ctx);
            },
            child.handler())) {

      assertThat(call(pair, "demo/parent").output()).contains(json("'still here'"));
      Await.result(child.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }

  @Test
  void theEndOfTheConnectionStopsTheWholeTree() {
    Gate child = new Gate();
    try (Pair pair =
        composing(
            (input, ctx) -> {
              ctx.env().invokeWithPolicy("demo", "child", input, ctx, AbortPolicy.CONTINUE_RUNNING);
              return Handlers.echo().handle(input, ctx);
            },
            child.handler())) {
      Pair.Ends ends = pair.start();
      assertThat(Await.result(ends.client().call("demo/parent", json("1"))).isOk()).isTrue();
      assertThat(pair.serverRuntime().tree().size()).isEqualTo(1);

      ends.client().close();

      Await.result(child.cancelled());
      Await.until("no call in work", () -> pair.serverRuntime().tree().size() == 0);
    }
  }
}
