package org.alknet.call.compose;

import static org.alknet.call.testing.Composer.compose;
import static org.alknet.call.testing.Composer.saying;
import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerPin;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Composer;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Nodes;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Which layer and which peer a composed call goes to, with the overlays of real connections. */
class RoutingTest {
  private static final ScopedPeerEnv REACH =
      new ScopedPeerEnv(
          Set.of("work/do", "work/ghost", "work/local", "work/ticks"),
          Set.of(new PeerPin("a", "work/pinned")));

  private final Nodes nodes = new Nodes();
  private final Gate local = new Gate();

  @AfterEach
  void close() {
    nodes.close();
  }

  private Nodes.Node head() {
    local.open(json("'head'"));
    return nodes.node(
        "head",
        ops ->
            Composer.with(REACH)
                .andThen(o -> o.withLocal(internal("work/do"), local.handler()))
                .andThen(o -> o.withLocal(internal("work/local"), saying("head")))
                .accept(ops),
        builder ->
            builder.importPolicy(ImportPolicy.manual().allowShadowing("work/do", "work/local")));
  }

  private static OperationSpec internal(String name) {
    return OperationSpec.query(name).internal().build();
  }

  /** A worker connection whose imports answer with its name. */
  private CallConnection worker(Nodes.Node head, String id, String... operations) {
    Nodes.Node worker = nodes.node(id, ops -> {});
    CallConnection accepted = nodes.connect(worker, head).accepted();
    for (String operation : operations) {
      accepted.registerImported(stub(operation, saying(id)));
    }
    return accepted;
  }

  private static HandlerRegistration stub(String name, UnaryHandler handler) {
    return HandlerRegistration.of(
        internal(name), new OperationHandler.Once(handler), OperationProvenance.FROM_CALL);
  }

  private static ResponseEnvelope run(Nodes.Node head, JsonNode what) {
    return Await.result(
        head.runtime().roots().invoke(Optional.of(Identity.of("user")), Composer.NAME, what));
  }

  private static CallError missing(String name) {
    return CallError.notFound(name);
  }

  @Test
  void anyTakesTheFirstPeerInTheOrderOfAttachingBeforeThisNode() {
    Nodes.Node head = head();
    assertThat(run(head, compose("work/do")).output()).contains(json("'head'"));

    worker(head, "b", "work/do");
    worker(head, "a", "work/do");

    assertThat(head.runtime().peers().snapshot().keySet()).containsExactly("b", "a");
    assertThat(run(head, compose("work/do")).output()).contains(json("'b'"));
    assertThat(run(head, compose("work/local")).output()).contains(json("'head'"));
    assertThat(local.entered()).isOne();
  }

  @Test
  void aDetachedPeerIsNotAskedAndGoesToTheEndWhenItComesBack() {
    Nodes.Node head = head();
    CallConnection a = worker(head, "a", "work/do");
    worker(head, "b", "work/do");
    assertThat(run(head, compose("work/do")).output()).contains(json("'a'"));

    a.close();
    Await.result(a.closed());
    assertThat(run(head, compose("work/do")).output()).contains(json("'b'"));
    assertThat(run(head, compose("a", "work/do")).error()).contains(missing("work/do"));
    worker(head, "a", "work/do");

    assertThat(run(head, compose("work/do")).output()).contains(json("'b'"));
    assertThat(run(head, compose("a", "work/do")).output()).contains(json("'a'"));
    assertThat(head.runtime().peers().snapshot().keySet()).containsExactly("b", "a");
  }

  @Test
  void aNewConnectionOfAPeerTakesItsPlaceAndTheOldOnesEndChangesNothing() {
    Nodes.Node head = head();
    CallConnection old = worker(head, "a", "work/do");
    worker(head, "b", "work/do");
    CallConnection fresh = worker(head, "a", "work/do");

    assertThat(head.runtime().peers().connection("a")).containsSame(fresh);
    old.close();
    Await.result(old.closed());

    assertThat(head.runtime().peers().connection("a")).containsSame(fresh);
    assertThat(run(head, compose("work/do")).output()).contains(json("'a'"));
  }

  @Test
  void specificMeansThatPeerAndNobodyElse() {
    Nodes.Node head = head();
    worker(head, "a", "work/do");
    worker(head, "b", "work/local");

    assertThat(run(head, compose("b", "work/local")).output()).contains(json("'b'"));
    assertThat(run(head, compose("b", "work/do")).error()).contains(missing("work/do"));
    assertThat(run(head, compose("nobody", "work/do")).error()).contains(missing("work/do"));
    assertThat(local.entered()).as("no fall-back to this node").isZero();
  }

  @Test
  void aPinReachesItsPeerOnlyAndOnlyWhenItIsNamed() {
    Nodes.Node head = head();
    worker(head, "b", "work/pinned");
    worker(head, "a", "work/pinned");

    assertThat(run(head, compose("a", "work/pinned")).output()).contains(json("'a'"));
    assertThat(run(head, compose("b", "work/pinned")).error()).contains(missing("work/pinned"));
    assertThat(run(head, compose("work/pinned")).error()).contains(missing("work/pinned"));
  }

  @Test
  void whatCannotBeReachedIsMissingOrIsUnknownLooksTheSame() {
    Nodes.Node head = head();
    worker(head, "a", "work/secret");

    for (JsonNode what :
        List.of(compose("a", "work/secret"), compose("work/secret"), compose("x", "work/secret"))) {
      assertThat(run(head, what).error()).contains(missing("work/secret"));
    }
    assertThat(run(head, compose("a", "work/ghost")).error()).contains(missing("work/ghost"));
    assertThat(run(head, compose("work/ghost")).error()).contains(missing("work/ghost"));
  }

  @Test
  void importsMayComeAndGoWhileTheConnectionStays() {
    Nodes.Node head = head();
    CallConnection a = worker(head, "a");
    worker(head, "b", "work/do");
    assertThat(run(head, compose("work/do")).output()).contains(json("'b'"));

    a.registerImportedAll(List.of(stub("work/do", saying("a"))));
    assertThat(run(head, compose("work/do")).output()).contains(json("'a'"));
    a.replaceImported(List.of(stub("work/local", saying("a"))));

    assertThat(run(head, compose("work/do")).output()).contains(json("'b'"));
    assertThat(run(head, compose("work/local")).output()).contains(json("'a'"));
  }

  @Test
  void aCallFromOneWorkerReachesAnother() {
    Nodes.Node head = head();
    Nodes.Node a = nodes.node("a", ops -> {});
    CallConnection fromA = nodes.connect(a, head).dialled();
    worker(head, "b", "work/do");

    assertThat(Await.result(fromA.call(Composer.NAME, compose("b", "work/do"))).output())
        .contains(json("'b'"));
    assertThat(Await.result(fromA.call(Composer.NAME, compose("work/do"))).output())
        .contains(json("'b'"));
  }

  @Test
  void theConnectionACallCameOverCountsBeforeANewerOneOfTheSamePeer() {
    Nodes.Node head = head();
    Nodes.Node a = nodes.node("a", ops -> {});
    Nodes.Ends old = nodes.connect(a, head);
    old.accepted().registerImported(stub("work/do", saying("old")));
    Nodes.Ends fresh = nodes.connect(a, head);
    fresh.accepted().registerImported(stub("work/do", saying("new")));

    assertThat(Await.result(old.dialled().call(Composer.NAME, compose("a", "work/do"))).output())
        .contains(json("'old'"));
    assertThat(Await.result(fresh.dialled().call(Composer.NAME, compose("work/do"))).output())
        .contains(json("'new'"));
    assertThat(run(head, compose("work/do")).output()).contains(json("'new'"));
  }

  @Test
  void aPeerWithoutIdentityIsNotAttachedAndItsImportsAreItsHandlesOwn() {
    Nodes.Node head = head();
    Nodes.Node stranger = nodes.node("stranger", ops -> {});
    head.identities().forget(Nodes.keyOf("stranger"));
    CallConnection accepted = nodes.connect(stranger, head).accepted();
    accepted.registerImported(stub("work/ghost", saying("stranger")));

    assertThat(accepted.peerId()).isEmpty();
    assertThat(head.runtime().peers().snapshot()).isEmpty();
    assertThat(accepted.overlayEnv().contains("work/ghost")).isTrue();
    assertThat(run(head, compose("work/ghost")).error()).contains(missing("work/ghost"));
  }

  @Test
  void nobodyIsAttachedUnderTheNameOfThisNode() {
    Nodes.Node head = head();
    CallConnection accepted = worker(head, "local", "work/do");

    assertThat(head.runtime().peers().snapshot()).isEmpty();
    assertThat(head.runtime().peers().attach("", accepted)).isFalse();
    assertThat(run(head, compose("local", "work/do")).error()).contains(missing("work/do"));
  }

  private static HandlerRegistration session(String name, UnaryHandler handler) {
    return new HandlerRegistration(
        internal(name),
        new OperationHandler.Once(handler),
        OperationProvenance.SESSION,
        Optional.of(CompositionAuthority.of("sandbox")),
        Optional.of(ScopedPeerEnv.of("work/local")),
        Capabilities.empty());
  }

  private Nodes.Node headWithSessions(SessionOverlaySource source) {
    return nodes.node(
        "head",
        ops ->
            Composer.with(REACH)
                .andThen(o -> o.withLocal(internal("work/local"), saying("head")))
                .accept(ops),
        builder -> builder.importPolicy(ImportPolicy.manual()).sessions(source));
  }

  @Test
  void theSessionComesBeforePeersAndThisNodeAndIsAskedOncePerCall() {
    CompletableFuture<OperationContext> asked = new CompletableFuture<>();
    CompletableFuture<OperationContext> ran = new CompletableFuture<>();
    OperationEnv sandbox =
        SessionOperationEnv.of(
            List.of(
                session(
                    "work/do",
                    (input, ctx) -> {
                      ran.complete(ctx);
                      return ctx.env().invoke("work", "local", input, ctx);
                    })));
    Nodes.Node head =
        headWithSessions(
            ctx -> {
              assertThat(asked.complete(ctx)).isTrue();
              return Optional.of(sandbox);
            });
    worker(head, "a", "work/do");

    assertThat(run(head, compose("work/do")).output()).contains(json("'head'"));
    assertThat(Await.result(asked).env()).isInstanceOf(LocalOperationEnv.class);
    assertThat(Await.result(asked).identity()).contains(Identity.of("user"));
    assertThat(Await.result(ran).identity()).contains(Identity.of("composer", "strong"));
    assertThat(Await.result(ran).isInternal()).isTrue();
  }

  @Test
  void aSessionIsNotAPeerAndItsFailureFailsTheCall() {
    OperationEnv sandbox = SessionOperationEnv.of(List.of(session("work/do", saying("session"))));
    Nodes.Node head = headWithSessions(ctx -> Optional.of(sandbox));
    assertThat(run(head, compose("a", "work/do")).error()).contains(missing("work/do"));
    assertThat(run(head, compose("work/ghost")).error()).contains(missing("work/ghost"));

    Nodes broken = new Nodes();
    try (broken) {
      Nodes.Node other =
          broken.node(
              "head",
              Composer.with(REACH),
              builder ->
                  builder.sessions(
                      ctx -> {
                        throw new IllegalStateException("no sessions today");
                      }));
      assertThat(run(other, compose("work/local")).error().orElseThrow().code())
          .isEqualTo(CallError.INTERNAL);
    }
  }

  @Test
  void aSessionHoldsInternalSessionOperationsOnly() {
    assertThatThrownBy(
            () -> SessionOperationEnv.of(List.of(stub("work/do", saying("not a session")))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                SessionOperationEnv.of(
                    List.of(session("work/do", saying("1")), session("work/do", saying("2")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("work/do");
    assertThat(SessionOperationEnv.of(List.of(session("work/do", saying("1")))).specs())
        .singleElement()
        .satisfies(spec -> assertThat(spec.name()).isEqualTo("work/do"));
  }

  @Test
  void aCompositeIsTheUnionOfItsLayers() {
    ComposedCalls none =
        (name, operation, input, parent, policy) -> {
          throw new AssertionError("nothing is called");
        };
    LocalOperationEnv base = new LocalOperationEnv(OperationRegistry.builder().build(), none);
    Map<String, OverlayOperationEnv> peers = new LinkedHashMap<>();
    for (String id : List.of("b", "a")) {
      OverlayOperationEnv overlay = new OverlayOperationEnv(none);
      overlay.register(List.of(stub("only/" + id, saying(id))));
      peers.put(id, overlay);
    }
    PeerCompositeEnv env = PeerCompositeEnv.of(base, Optional.empty(), peers);

    assertThat(env.peerIds()).containsExactly("b", "a");
    assertThat(env.peerContains("a", "only/a")).isTrue();
    assertThat(env.peerContains("a", "only/b")).isFalse();
    assertThat(env.peerContains("nobody", "only/a")).isFalse();
    assertThat(env.peerOperations("a"))
        .singleElement()
        .satisfies(spec -> assertThat(spec.name()).isEqualTo("only/a"));
    assertThat(env.peerOperations("nobody")).isEmpty();
    assertThat(env.contains("only/a")).isTrue();
    OverlayOperationEnv other = new OverlayOperationEnv(none);
    assertThat(env.attachPeer("b", other).peerIds()).containsExactly("b", "a");
    assertThat(env.attachPeer("b", other).peerContains("b", "only/b")).isFalse();
    assertThat(env.detachPeer("b").peerIds()).containsExactly("a");
    assertThat(env.detachPeer("b").attachPeer("b", other).peerIds()).containsExactly("a", "b");
    assertThat(env.peerIds()).as("the original is untouched").containsExactly("b", "a");
  }
}
