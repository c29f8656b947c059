package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Composer.compose;
import static org.alknet.call.testing.Composer.saying;
import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.compose.PeerListener;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.call.testing.Composer;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Nodes;
import org.alknet.call.testing.Ticks;
import org.alknet.call.testing.Wire;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Peers that come, bring operations, come back and are revoked. */
class PeeringTest {
  private final Nodes nodes = new Nodes();
  private final Events events = new Events();

  /** What a listener heard, as words. */
  private static final class Events implements PeerListener {
    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void attached(String peerId, CallConnection connection) {
      heard.add("attached " + peerId);
    }

    @Override
    public void detached(String peerId, CallConnection connection) {
      heard.add("detached " + peerId);
    }

    @Override
    public void imported(String peerId, CallConnection connection, int operations) {
      heard.add("imported " + operations + " from " + peerId);
    }

    @Override
    public void importFailed(
        String peerId, CallConnection connection, Throwable failure, boolean willRetry) {
      heard.add(
          failure.getClass().getSimpleName() + " of " + peerId + (willRetry ? ", again" : ""));
    }
  }

  @AfterEach
  void close() {
    nodes.close();
  }

  private Nodes.Node automatic(String id, Consumer<OperationRegistry.Builder> operations) {
    return nodes.node(id, operations, builder -> {});
  }

  private static Consumer<OperationRegistry.Builder> offering(String... names) {
    return ops -> {
      for (String name : names) {
        ops.withLocal(OperationSpec.query(name).build(), saying(name));
      }
    };
  }

  @Test
  void twoNodesImportFromEachOtherAtOnce() {
    Nodes.Node left = automatic("left", offering("left/do"));
    Nodes.Node right = automatic("right", offering("right/do", "right/more"));
    nodes.connect(left, right);
    nodes.clock.advance(Duration.ofMillis(199));
    assertThat(left.importedFrom("right")).isEmpty();

    nodes.clock.advance(Duration.ofMillis(1));

    Await.until("left has", () -> left.importedFrom("right").size() == 2);
    Await.until("right has", () -> right.importedFrom("left").size() == 1);
    assertThat(left.importedFrom("right")).containsExactly("right/do", "right/more");
    assertThat(right.importedFrom("left")).containsExactly("left/do");
  }

  @Test
  void aDiallerThatWantsNothingImportsNothingAndIsImportedFrom() {
    Nodes.Node left = automatic("left", offering("left/do"));
    Nodes.Node right = automatic("right", offering("right/do"));
    Nodes.Ends ends = nodes.connect(left, right, false);

    nodes.clock.advance(Duration.ofMillis(200));

    Await.until("right has", () -> right.importedFrom("left").size() == 1);
    nodes.clock.advance(Duration.ofSeconds(30));
    assertThat(left.importedFrom("right")).isEmpty();
    assertThat(ends.dialled().peerId()).contains("right");
  }

  @Test
  void whatWasImportedDiesWithItsConnectionAndComesBackWithTheNext() {
    Nodes.Node head = automatic("head", Composer.reaching("work/do"));
    Nodes.Node worker = nodes.node("worker", offering("work/do"));
    try (PeerDirectory.Subscription hearing =
        head.runtime().peers().listen(events, Runnable::run)) {
      CallConnection first = nodes.connect(worker, head).accepted();
      nodes.clock.advance(Duration.ofMillis(200));
      Await.until("imported", () -> events.heard.contains("imported 1 from worker"));
      assertThat(run(head, compose("work/do")).output()).contains(json("'work/do'"));

      first.close();
      Await.result(first.closed());
      assertThat(run(head, compose("work/do")).error()).contains(CallError.notFound("work/do"));
      nodes.connect(worker, head);
      nodes.clock.advance(Duration.ofMillis(200));
      Await.until("imported again", () -> events.heard.size() == 5);

      assertThat(run(head, compose("work/do")).output()).contains(json("'work/do'"));
      assertThat(events.heard)
          .containsExactly(
              "attached worker",
              "imported 1 from worker",
              "detached worker",
              "attached worker",
              "imported 1 from worker");
      assertThat(hearing).isNotNull();
    }
    nodes.connect(worker, head);
    assertThat(events.heard).as("the listener has left").hasSize(5);
  }

  private static ResponseEnvelope run(Nodes.Node head, JsonNode what) {
    return Await.result(
        head.runtime().roots().invoke(Optional.of(Identity.of("user")), Composer.NAME, what));
  }

  @Test
  void strangersShortVisitsAndManualImportsAreLeftAlone() {
    Nodes.Node head =
        nodes.node(
            "head",
            ops -> {},
            builder ->
                builder.importPolicy(
                    ImportPolicy.auto().withConfig(FromCallConfig.all().withPrefix("auto"))));
    Nodes.Node worker = nodes.node("worker", offering("work/do"));
    Nodes.Node stranger = nodes.node("stranger", offering("strange/do"));
    head.identities().forget(Nodes.keyOf("stranger"));
    CallConnection unknown = nodes.connect(stranger, head).accepted();
    CallConnection byHand = nodes.connect(worker, head).accepted();
    byHand.registerImported(stub("mine/do"));
    nodes.clock.advance(Duration.ofSeconds(1));
    assertThat(head.importedFrom("worker")).containsExactly("mine/do");
    assertThat(unknown.overlayEnv().contains("auto/strange/do")).isFalse();

    CallConnection brief = nodes.connect(worker, head).accepted();
    brief.close();
    nodes.clock.advance(Duration.ofSeconds(1));
    assertThat(brief.overlayEnv().contains("auto/work/do")).isFalse();
    nodes.connect(worker, head);
    nodes.clock.advance(Duration.ofSeconds(1));

    Await.until("imported", () -> !head.importedFrom("worker").isEmpty());
    assertThat(head.importedFrom("worker")).containsExactly("auto/work/do");
  }

  private static HandlerRegistration stub(String name) {
    return HandlerRegistration.of(
        OperationSpec.query(name).internal().build(),
        new OperationHandler.Once(saying(name)),
        OperationProvenance.FROM_CALL);
  }

  @Test
  void nothingIsAddedToAConnectionThatHasEnded() {
    Nodes.Node head = nodes.node("head", ops -> {});
    Nodes.Node worker = nodes.node("worker", ops -> {});
    CallConnection connection = nodes.connect(worker, head).accepted();
    connection.close();

    connection.registerImported(stub("late/do"));
    connection.replaceImported(List.of(stub("late/more")));

    assertThat(connection.overlayEnv().contains("late/do")).isFalse();
    assertThat(connection.overlayEnv().contains("late/more")).isFalse();
  }

  @Test
  void aFailedImportIsTriedOnceMoreAndTheConnectionStays() {
    Nodes.Node head = automatic("head", ops -> {});
    head.identities().key("ed25519:liar", Identity.of("liar"));
    listen(head, events, Runnable::run);
    ScriptedPeer liar = nodes.script("ed25519:liar", head);
    nodes.clock.advance(Duration.ofMillis(200));
    answer(liar, "{'operations':7}");
    Await.until("failed", () -> events.heard.contains("SchemaParse of liar, again"));

    nodes.clock.advance(Duration.ofSeconds(5));
    answer(liar, "{'operations':[{}]}");
    Await.until("failed for good", () -> events.heard.contains("SchemaParse of liar"));
    nodes.clock.advance(Duration.ofMinutes(1));

    assertThat(events.heard)
        .containsExactly("attached liar", "SchemaParse of liar, again", "SchemaParse of liar");
    assertThat(head.runtime().peers().connection("liar")).isPresent();
    assertThat(head.importedFrom("liar")).isEmpty();
  }

  /** Answers the next question of a node. */
  private static void answer(ScriptedPeer peer, String output) {
    ScriptedStream stream = peer.accept();
    JsonNode request = Wire.next(stream);
    assertThat(request.path("payload").path("operationId").asString())
        .isEqualTo("/" + ServiceDiscovery.LIST);
    stream.sendAndFinish(
        Wire.frame(
            "{'type':'call.responded','id':'"
                + request.path("id").asString()
                + "','payload':{'output':"
                + output
                + "}}"));
  }

  /** Listens until the nodes close. */
  private static void listen(Nodes.Node node, PeerListener listener, Executor executor) {
    assertThat(node.runtime().peers().listen(listener, executor)).isNotNull();
  }

  @Test
  void listenersThatFailOrWhoseExecutorStoppedHarmNobody() {
    Nodes.Node head = nodes.node("head", ops -> {});
    Nodes.Node worker = nodes.node("worker", ops -> {});
    listen(
        head,
        new PeerListener() {
          @Override
          public void attached(String peerId, CallConnection connection) {
            throw new IllegalStateException("a bug of the application");
          }
        },
        Runnable::run);
    listen(
        head,
        new PeerListener() {},
        task -> {
          throw new RejectedExecutionException("stopped");
        });
    listen(head, events, Runnable::run);

    nodes.connect(worker, head).accepted().close();

    Await.until("both came", () -> events.heard.size() == 2);
    assertThat(events.heard).containsExactly("attached worker", "detached worker");
  }

  // ---- revocation

  @Test
  void aRevokedPeerLosesItsConnectionItsRouteAndItsCalls() {
    Gate inbound = new Gate();
    Nodes.Node head =
        nodes.node(
            "head",
            ops ->
                Composer.reaching("work/wait")
                    .andThen(
                        o ->
                            o.withLocal(
                                OperationSpec.query("head/wait").build(), inbound.handler()))
                    .accept(ops));
    Gate outbound = new Gate();
    Nodes.Node worker =
        nodes.node(
            "worker",
            ops -> ops.withLocal(OperationSpec.query("work/wait").build(), outbound.handler()));
    Nodes.Ends ends = nodes.connect(head, worker);
    CompletionStage<ResponseEnvelope> toWorker = ends.dialled().call("work/wait", json("{}"));
    CompletionStage<ResponseEnvelope> fromWorker = ends.accepted().call("head/wait", json("{}"));
    Await.result(inbound.started());
    Await.result(outbound.started());
    head.runtime().recheckIdentities();
    assertThat(head.runtime().peers().connection("worker")).as("nothing changed").isPresent();

    head.identities().forget(Nodes.keyOf("worker"));
    head.runtime().recheckIdentities();

    assertThat(head.runtime().peers().connection("worker")).isEmpty();
    assertThat(Await.result(toWorker).error()).contains(CallError.connectionClosed());
    assertThat(Await.result(fromWorker).error()).contains(CallError.connectionClosed());
    Await.result(inbound.cancelled());
    Await.result(outbound.cancelled());
    Await.result(ends.dialled().closed());
  }

  @Test
  void aKeyThatChangedHandsEndsTheConnectionAndOtherScopesDoNot() {
    Nodes.Node head = nodes.node("head", ops -> {});
    Nodes.Node worker = nodes.node("worker", ops -> {});
    CallConnection connection = nodes.connect(worker, head).accepted();
    head.identities().key(Nodes.keyOf("worker"), Identity.of("worker", "more"));
    head.runtime().recheckIdentities();
    assertThat(head.runtime().peers().connection("worker")).containsSame(connection);

    head.identities().key(Nodes.keyOf("worker"), Identity.of("somebody-else"));
    head.runtime().recheckIdentities();

    assertThat(head.runtime().peers().snapshot()).isEmpty();
    Await.result(connection.closed());
  }

  @Test
  void theRevokedPeerIsToldWhy() {
    Nodes.Node head = nodes.node("head", ops -> {});
    head.identities().key("ed25519:script", Identity.of("script"));
    ScriptedPeer peer = nodes.script("ed25519:script", head);
    head.identities().forget("ed25519:script");

    head.runtime().recheckIdentities();

    assertThat(peer.expectClosed(CloseCode.AUTH_REQUIRED).reason()).isEqualTo("revoked");
  }

  @Test
  void aWorkerThatComesBackWithAnotherKeyIsNobodyUntilItIsKnown() {
    Nodes.Node head = nodes.node("head", Composer.reaching("work/do"));
    head.identities().key("ed25519:old", Identity.of("worker"));
    ScriptedPeer old = nodes.script("ed25519:old", head);
    old.close(CloseCode.NO_ERROR, "");
    Await.until("gone", () -> head.runtime().peers().snapshot().isEmpty());

    ScriptedPeer unknown = nodes.script("ed25519:new", head);
    assertThat(head.runtime().peers().snapshot()).isEmpty();
    unknown.close(CloseCode.NO_ERROR, "");
    head.identities().key("ed25519:new", Identity.of("worker"));
    assertThat(nodes.script("ed25519:new", head)).isNotNull();

    assertThat(head.runtime().peers().connection("worker")).isPresent();
  }

  // ---- peers known by their tokens only

  private static final String TOKEN = "alk_token-of-the-worker";

  private Nodes.Node promoting() {
    Nodes.Node head =
        nodes.node(
            "head",
            ops -> {
              Composer.reaching("work/do").accept(ops);
              ops.withLocal(
                  OperationSpec.query("head/secret")
                      .accessControl(AccessControl.scopes("peer"))
                      .build(),
                  saying("secret"));
            },
            builder ->
                builder
                    .importPolicy(ImportPolicy.manual())
                    .promoteTokenPeers(id -> id.equals("worker")));
    head.identities().token(TOKEN, Identity.of("worker", "peer"));
    head.identities().token("alk_key-of-some-client", Identity.of("alk_key-", "peer"));
    return head;
  }

  /** A worker whose key nobody knows. */
  private Nodes.Ends unknownWorker(Nodes.Node head) {
    Nodes.Node worker = nodes.node("worker", offering("work/do"));
    head.identities().forget(Nodes.keyOf("worker"));
    return nodes.connect(worker, head);
  }

  private static ResponseEnvelope secret(CallConnection connection, String token) {
    CallRequest request = CallRequest.of("head/secret", json("{}"));
    return Await.result(
        connection.call(
            token.isEmpty() ? request : request.withAuthToken(AuthToken.ofUtf8(token))));
  }

  @Test
  void thePeerWhoseTokenCameIsRoutedToAndGainsNothingElse() {
    Nodes.Node head = promoting();
    Nodes.Ends ends = unknownWorker(head);
    assertThat(secret(ends.dialled(), "alk_key-of-some-client").isOk()).isTrue();
    assertThat(head.runtime().peers().snapshot()).as("an API key is nobody's peer").isEmpty();

    assertThat(secret(ends.dialled(), TOKEN).isOk()).isTrue();
    ends.accepted().registerImported(stub("work/do"));

    assertThat(head.runtime().peers().connection("worker")).containsSame(ends.accepted());
    assertThat(ends.accepted().peerId()).contains("worker");
    assertThat(run(head, compose("work/do")).isOk()).isTrue();
    assertThat(ends.accepted().identity()).isEmpty();
    assertThat(secret(ends.dialled(), "").error())
        .contains(CallError.forbidden("authentication required"));
    ends.dialled().close();
    Await.until("detached", () -> head.runtime().peers().snapshot().isEmpty());
  }

  @Test
  void thePeerWhoseTokenWasWithdrawnLosesItsConnection() {
    Nodes.Node head = promoting();
    Nodes.Ends ends = unknownWorker(head);
    assertThat(secret(ends.dialled(), TOKEN).isOk()).isTrue();
    head.runtime().recheckIdentities();
    assertThat(head.runtime().peers().snapshot()).containsKey("worker");

    head.identities().forgetToken(TOKEN);
    head.runtime().recheckIdentities();

    assertThat(head.runtime().peers().snapshot()).isEmpty();
    Await.result(ends.dialled().closed());
  }

  @Test
  void noTokenPromotesUnlessTheNodeWasToldTo() {
    Nodes.Node head = nodes.node("head", offering("head/secret"));
    head.identities().token(TOKEN, Identity.of("worker"));
    Nodes.Ends ends = unknownWorker(head);

    assertThat(secret(ends.dialled(), TOKEN).isOk()).isTrue();

    assertThat(head.runtime().peers().snapshot()).isEmpty();
  }

  // ---- services/list-peers

  @Test
  void listPeersShowsThisNodeAndItsPeersInOrderAsFarAsTheCallerMayCall() {
    Nodes.Node head =
        nodes.node(
            "head", ops -> offering("head/do").andThen(o -> o.withPeerDiscovery()).accept(ops));
    Nodes.Node b =
        nodes.node(
            "b",
            ops ->
                ops.withLocal(
                        OperationSpec.query("b/secret")
                            .accessControl(AccessControl.scopes("peer"))
                            .build(),
                        saying("secret"))
                    .withLocalStreaming(
                        OperationSpec.subscription("b/ticks").build(), Ticks.to(1).handler()));
    Nodes.Node a =
        nodes.node(
            "a",
            ops ->
                ops.withLocal(
                    OperationSpec.mutation("a/secret")
                        .accessControl(AccessControl.scopes("peer"))
                        .build(),
                    saying("secret")));
    for (Nodes.Node worker : List.of(b, a)) {
      CallConnection connection = nodes.connect(worker, head).accepted();
      Await.result(new FromCall(connection, FromCallConfig.all()).refresh());
    }

    assertThat(listPeers(head, Optional.of(Identity.of("u", "peer"))))
        .isEqualTo(
            json(
                "{'peers':["
                    + "{'peer_id':'local','operations':"
                    + "[{'name':'head/do','namespace':'head','op_type':'query'}]},"
                    + "{'peer_id':'b','operations':"
                    + "[{'name':'b/secret','namespace':'b','op_type':'query'},"
                    + "{'name':'b/ticks','namespace':'b','op_type':'subscription'}]},"
                    + "{'peer_id':'a','operations':"
                    + "[{'name':'a/secret','namespace':'a','op_type':'mutation'}]}]}"));
    JsonNode anonymous = listPeers(head, Optional.empty());
    assertThat(anonymous.path("peers").findValuesAsString("peer_id")).containsExactly("local", "b");
    assertThat(anonymous.path("peers").findValuesAsString("name"))
        .containsExactly("head/do", "b/ticks");
  }

  private static JsonNode listPeers(Nodes.Node node, Optional<Identity> caller) {
    return Await.result(
            node.runtime().roots().invoke(caller, ServiceDiscovery.LIST_PEERS, json("{}")))
        .output()
        .orElseThrow();
  }

  @Test
  void listPeersExistsOnlyWhereItWasAskedFor() {
    Nodes.Node plain = nodes.node("plain", ops -> {});

    assertThat(
            Await.result(
                    plain
                        .runtime()
                        .roots()
                        .invoke(Optional.empty(), ServiceDiscovery.LIST_PEERS, json("{}")))
                .error())
        .contains(CallError.notFound(ServiceDiscovery.LIST_PEERS));
    assertThat(ServiceDiscovery.listPeersSpec().accessControl())
        .isEqualTo(AccessControl.unrestricted());
  }
}
