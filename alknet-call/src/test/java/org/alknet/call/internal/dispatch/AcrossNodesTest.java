package org.alknet.call.internal.dispatch;

import static org.alknet.call.testing.Composer.compose;
import static org.alknet.call.testing.Composer.keeping;
import static org.alknet.call.testing.Composer.saying;
import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.connection.ForwardedForPolicy;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.testing.Composer;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Gate;
import org.alknet.call.testing.Nodes;
import org.alknet.call.testing.StubContext;
import org.alknet.call.testing.Ticks;
import org.alknet.call.testing.Wire;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.ScriptedPeer;
import org.alknet.testkit.ScriptedStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A client calls a head, whose handler composes an operation of a worker. */
class AcrossNodesTest {
  private static final Identity USER = new Identity("user", List.of("weak"), Map.of());

  private final Nodes nodes = new Nodes();

  @AfterEach
  void close() {
    nodes.close();
  }

  private Nodes.Node worker(String id, Consumer<OperationRegistry.Builder> operations) {
    return nodes.node(id, operations);
  }

  /** Connects a worker to the head, which imports everything it offers. */
  private static CallConnection imported(Nodes nodes, Nodes.Node head, Nodes.Node worker) {
    CallConnection connection = nodes.connect(worker, head).accepted();
    connection.registerImportedAll(
        Await.result(FromCall.importFrom(connection, FromCallConfig.all())));
    return connection;
  }

  private CallConnection client(Nodes.Node head) {
    Nodes.Node client = nodes.node("client", ops -> {});
    head.identities().key(Nodes.keyOf("client"), USER);
    return nodes.connect(client, head).dialled();
  }

  private static OperationSpec query(String name) {
    return OperationSpec.query(name).build();
  }

  @Test
  void theWorkerSeesTheHeadAsCallerAndTheUserAsTheOneItAsksFor() {
    CompletableFuture<OperationContext> seen = new CompletableFuture<>();
    Nodes.Node worker =
        worker("worker", ops -> ops.withLocal(query("work/do"), keeping(seen, "done")));
    Nodes.Node head = nodes.node("head", Composer.reaching("work/do", "compose/run"));
    imported(nodes, head, worker);
    // Composed twice, so that the direct caller of the forwarder is the composing handler.
    JsonNode twice = json("{'op':'compose/run','input':{'op':'work/do','input':{}}}");

    ResponseEnvelope answer = Await.result(client(head).call(Composer.NAME, twice));

    assertThat(answer.output()).contains(json("'done'"));
    OperationContext ctx = Await.result(seen);
    assertThat(ctx.identity()).contains(Identity.of("head", "peer"));
    assertThat(ctx.forwardedFor()).contains(USER);
    assertThat(ctx.isInternal()).isFalse();
    assertThat(ctx.parentRequestId()).isEmpty();
  }

  @Test
  void nobodyIsNamedWithoutAnOriginatorOrWhenTheNodeKeepsItToItself() {
    CompletableFuture<OperationContext> anonymous = new CompletableFuture<>();
    CompletableFuture<OperationContext> secret = new CompletableFuture<>();
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocal(query("work/anonymous"), keeping(anonymous, ""))
                    .withLocal(query("work/secret"), keeping(secret, "")));
    Nodes.Node open = nodes.node("open", Composer.reaching("work/anonymous"));
    Nodes.Node discreet =
        nodes.node(
            "discreet",
            Composer.reaching("work/secret"),
            builder ->
                builder.importPolicy(ImportPolicy.manual()).forwardedFor(ForwardedForPolicy.NONE));
    imported(nodes, open, worker);
    imported(nodes, discreet, worker);

    Await.result(
        open.runtime().roots().invoke(Optional.empty(), Composer.NAME, compose("work/anonymous")));
    Await.result(
        discreet
            .runtime()
            .roots()
            .invoke(Optional.of(USER), Composer.NAME, compose("work/secret")));

    assertThat(Await.result(anonymous).forwardedFor()).isEmpty();
    assertThat(Await.result(secret).forwardedFor()).isEmpty();
  }

  @Test
  void theUserANodeAsksForGrantsNothingAtTheWorker() {
    Gate gate = new Gate();
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocal(
                    OperationSpec.query("work/admin")
                        .accessControl(AccessControl.scopes("admin"))
                        .build(),
                    gate.handler()));
    Nodes.Node head = nodes.node("head", Composer.reaching("work/admin"));
    CallConnection toWorker = nodes.connect(worker, head).accepted();
    toWorker.registerImported(
        HandlerRegistration.of(
            OperationSpec.query("work/admin").internal().build(),
            new OperationHandler.Once(
                (input, ctx) -> toWorker.forward(CallRequest.of("work/admin", input), ctx)),
            OperationProvenance.FROM_CALL));

    ResponseEnvelope answer =
        Await.result(
            head.runtime()
                .roots()
                .invoke(
                    Optional.of(Identity.of("root", "admin")),
                    Composer.NAME,
                    compose("work/admin")));

    assertThat(answer.error()).contains(CallError.forbidden("missing required scope: admin"));
    assertThat(gate.entered()).isZero();
  }

  @Test
  void credentialsOfTheComposingHandlerDoNotReachAForwarder() {
    CompletableFuture<OperationContext> parent = new CompletableFuture<>();
    CompletableFuture<OperationContext> forwarder = new CompletableFuture<>();
    CompletableFuture<OperationContext> leaf = new CompletableFuture<>();
    Nodes.Node head =
        nodes.node(
            "head",
            ops ->
                ops.withLocal(
                        query("head/run"),
                        (input, ctx) -> {
                          parent.complete(ctx);
                          return ctx.env()
                              .invoke("work", "do", input, ctx)
                              .thenCompose(done -> ctx.env().invoke("head", "leaf", input, ctx));
                        },
                        CompositionAuthority.of("runner"),
                        ScopedPeerEnv.of("work/do", "head/leaf"),
                        Capabilities.empty().withApiKey("mail", new char[] {(char) 107}))
                    .withLocal(
                        OperationSpec.query("head/leaf").internal().build(), keeping(leaf, "")));
    Nodes.Node worker = worker("worker", ops -> {});
    nodes
        .connect(worker, head)
        .accepted()
        .registerImported(
            HandlerRegistration.of(
                OperationSpec.query("work/do").internal().build(),
                new OperationHandler.Once(keeping(forwarder, "")),
                OperationProvenance.FROM_CALL));

    assertThat(
            Await.result(head.runtime().roots().invoke(Optional.of(USER), "head/run", json("{}")))
                .isOk())
        .isTrue();
    assertThat(Await.result(parent).capabilities().isEmpty()).isFalse();
    assertThat(Await.result(leaf).capabilities().isEmpty()).isFalse();
    assertThat(Await.result(forwarder).capabilities().isEmpty()).isTrue();
  }

  @Test
  void whatIsLeftOfTheDeadlineTravels() {
    Gate gate = new Gate();
    CompletableFuture<OperationContext> seen = new CompletableFuture<>();
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocal(
                    query("work/wait"),
                    (input, ctx) -> {
                      seen.complete(ctx);
                      return gate.handler().handle(input, ctx);
                    }));
    Nodes.Node head = nodes.node("head", Composer.reaching("work/wait"));
    imported(nodes, head, worker);
    CompletionStage<ResponseEnvelope> call =
        client(head)
            .call(
                CallRequest.of(Composer.NAME, compose("work/wait"))
                    .withTimeout(Duration.ofSeconds(5)));
    Duration left = Await.result(seen).deadline().orElseThrow().remaining();
    assertThat(left).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(5));

    nodes.clock.advance(Duration.ofSeconds(5));

    assertThat(Await.result(call).error()).contains(CallError.timeout());
    Await.result(gate.cancelled());
  }

  @Test
  void anAbortOfTheClientStopsTheWorkersHandler() {
    Gate gate = new Gate();
    Nodes.Node worker = worker("worker", ops -> ops.withLocal(query("work/wait"), gate.handler()));
    Nodes.Node head = nodes.node("head", Composer.reaching("work/wait"));
    imported(nodes, head, worker);
    CompletableFuture<ResponseEnvelope> call =
        client(head).call(Composer.NAME, compose("work/wait")).toCompletableFuture();
    Await.result(gate.started());

    call.cancel(false);

    Await.result(gate.cancelled());
    Await.until("nothing is in work", () -> inWork(head) == 0 && inWork(worker) == 0);
  }

  @Test
  void anAbortOfTheHeadStopsWhatTheWorkerRunsAtTheDialler() {
    // The same the other way: the worker calls back into the head, which dialled it.
    Gate gate = new Gate();
    Nodes.Node head = nodes.node("head", ops -> ops.withLocal(query("head/wait"), gate.handler()));
    Nodes.Node worker = worker("worker", Composer.reaching("head/wait"));
    Nodes.Ends ends = nodes.connect(head, worker);
    ends.accepted()
        .registerImportedAll(
            Await.result(FromCall.importFrom(ends.accepted(), FromCallConfig.all())));
    CompletableFuture<ResponseEnvelope> call =
        ends.dialled().call(Composer.NAME, compose("head", "head/wait")).toCompletableFuture();
    Await.result(gate.started());

    call.cancel(false);

    Await.result(gate.cancelled());
    Await.until("nothing is in work", () -> inWork(head) == 0 && inWork(worker) == 0);
  }

  private static int inWork(Nodes.Node node) {
    return node.runtime().tree().size();
  }

  @Test
  void aWorkerThatDisappearsFailsItsCallsAndNoOthers() {
    Gate lost = new Gate();
    Gate kept = new Gate();
    Nodes.Node a = worker("a", ops -> ops.withLocal(query("work/wait"), lost.handler()));
    Nodes.Node b = worker("b", ops -> ops.withLocal(query("work/wait"), kept.handler()));
    Nodes.Node head = nodes.node("head", Composer.reaching("work/wait"));
    CallConnection toA = imported(nodes, head, a);
    imported(nodes, head, b);
    CallConnection client = client(head);
    CompletionStage<ResponseEnvelope> first = client.call(Composer.NAME, compose("a", "work/wait"));
    CompletionStage<ResponseEnvelope> second =
        client.call(Composer.NAME, compose("b", "work/wait"));
    Await.result(lost.started());
    Await.result(kept.started());

    a.runtime().close();

    assertThat(Await.result(first).error()).contains(CallError.connectionClosed());
    Await.result(toA.closed());
    assertThat(second.toCompletableFuture()).isNotDone();
    kept.open(json("1"));
    assertThat(Await.result(second).output()).contains(json("1"));
    Await.result(lost.cancelled());
  }

  @Test
  void aCircleOfCallsBetweenTwoNodesEndsWithAClearError() {
    AtomicInteger entered = new AtomicInteger();
    Nodes.Node left = circling("left", "right", entered);
    Nodes.Node right = circling("right", "left", entered);
    Nodes.Ends ends = nodes.connect(left, right);
    for (CallConnection end : List.of(ends.dialled(), ends.accepted())) {
      end.registerImportedAll(Await.result(FromCall.importFrom(end, FromCallConfig.all())));
    }

    ResponseEnvelope answer =
        Await.result(left.runtime().roots().invoke(Optional.of(USER), "left/again", json("{}")));

    assertThat(answer.error()).contains(CallError.internal("calls nest deeper than 32 levels"));
    assertThat(entered.get()).isBetween(5, 33);
    Await.until("nothing is in work", () -> inWork(left) == 0 && inWork(right) == 0);
  }

  private Nodes.Node circling(String id, String other, AtomicInteger entered) {
    return nodes.node(
        id,
        ops ->
            ops.withLocal(
                query(id + "/again"),
                (input, ctx) -> {
                  entered.incrementAndGet();
                  return ctx.env().invoke(other, "again", input, ctx);
                },
                CompositionAuthority.of(id),
                ScopedPeerEnv.of(other + "/again"),
                Capabilities.empty()));
  }

  @Test
  void aCircleOfSubscriptionsEndsAsWell() {
    Nodes.Node left = relaying("left", "right");
    Nodes.Node right = relaying("right", "left");
    nodes.connect(left, right);

    List<ResponseEnvelope> elements =
        Elements.all(
                left.runtime().roots().invokeStreaming(Optional.of(USER), "left/s", json("{}")))
            .toEnd();

    assertThat(elements)
        .singleElement()
        .satisfies(
            element ->
                assertThat(element.error())
                    .contains(CallError.internal("calls nest deeper than 32 levels")));
  }

  private Nodes.Node relaying(String id, String other) {
    CompletableFuture<Nodes.Node> self = new CompletableFuture<>();
    Nodes.Node node =
        nodes.node(
            id,
            ops ->
                ops.withLocalStreaming(
                    OperationSpec.subscription(id + "/s").build(),
                    (input, ctx) ->
                        Await.result(self)
                            .runtime()
                            .peers()
                            .connection(other)
                            .orElseThrow()
                            .forwardStream(CallRequest.of(other + "/s", input), ctx)));
    self.complete(node);
    return node;
  }

  private Nodes.Node reExporting(CompletableFuture<Nodes.Node> self) {
    Nodes.Node head =
        nodes.node(
            "head",
            ops ->
                Composer.reaching("work/ticks")
                    .andThen(
                        o ->
                            o.withLocalStreaming(
                                OperationSpec.subscription("head/ticks").build(),
                                (input, ctx) ->
                                    Await.result(self)
                                        .runtime()
                                        .peers()
                                        .connection("worker")
                                        .orElseThrow()
                                        .forwardStream(CallRequest.of("work/ticks", input), ctx)))
                    .accept(ops));
    self.complete(head);
    return head;
  }

  @Test
  void aReExportedSubscriptionHasTheClientsIdsAndSlowsTheWorkerDown() {
    Ticks ticks = Ticks.to(10_000);
    CompletableFuture<OperationContext> seen = new CompletableFuture<>();
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocalStreaming(
                    OperationSpec.subscription("work/ticks").build(),
                    (input, ctx) -> {
                      seen.complete(ctx);
                      return ticks.handler().handle(input, ctx);
                    }));
    Nodes.Node head = reExporting(new CompletableFuture<>());
    imported(nodes, head, worker);

    CallConnection client = client(head);
    Elements elements = Elements.of(client.subscribe("head/ticks", json("{}")), 10);
    elements.await(10);
    // Time enough for a worker that nobody holds back.
    for (int i = 0; i < 200; i++) {
      Await.result(client.call("services/list", json("{}")));
    }

    assertThat(ticks.produced()).as("both links full, no more").isLessThan(5_000);
    assertThat(Await.result(seen).forwardedFor()).contains(USER);
    elements.request(Long.MAX_VALUE);
    List<ResponseEnvelope> all = elements.toEnd();
    assertThat(all)
        .hasSize(10_000)
        .allMatch(element -> element.requestId().equals(all.get(0).requestId()));
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).output()).contains(json("{'n':" + (i + 1) + "}"));
    }
  }

  @Test
  void cancellingAReExportedSubscriptionStopsTheWorker() {
    Ticks ticks = Ticks.silentAfter(3);
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocalStreaming(
                    OperationSpec.subscription("work/ticks").build(), ticks.handler()));
    Nodes.Node head = reExporting(new CompletableFuture<>());
    imported(nodes, head, worker);
    Elements elements = Elements.all(client(head).subscribe("head/ticks", json("{}")));
    elements.await(3);

    elements.cancel();

    Await.result(ticks.cancelled());
  }

  @Test
  void anImportedSubscriptionCannotBeComposed() {
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocalStreaming(
                    OperationSpec.subscription("work/ticks").build(), Ticks.to(3).handler()));
    Nodes.Node head = reExporting(new CompletableFuture<>());
    imported(nodes, head, worker);
    CallConnection client = client(head);

    assertThat(
            Await.result(client.call(Composer.NAME, compose("work/ticks")))
                .error()
                .orElseThrow()
                .code())
        .isEqualTo(CallError.INVALID_OPERATION_TYPE);
    assertThat(Await.result(client.call("work/ticks", json("{}"))).error())
        .as("imports cannot be called from the wire")
        .contains(CallError.notFound("work/ticks"));
  }

  @Test
  void aDomainErrorOfTheWorkerKeepsItsDetailsIfItWasDeclared() {
    OperationSpec declared =
        OperationSpec.query("work/fail")
            .errors(new ErrorDefinition("BROKEN", "", json("{}"), OptionalInt.empty()))
            .build();
    Nodes.Node worker =
        worker(
            "worker",
            ops ->
                ops.withLocal(
                    declared,
                    (input, ctx) ->
                        CompletableFuture.completedFuture(
                            ResponseEnvelope.err(
                                ctx.requestId(),
                                CallError.of("BROKEN", "it is", true, json("{'part':1}"))))));
    Nodes.Node head = nodes.node("head", Composer.reaching("work/fail"));
    imported(nodes, head, worker);

    assertThat(
            Await.result(
                    head.runtime()
                        .roots()
                        .invoke(Optional.of(USER), Composer.NAME, compose("work/fail")))
                .error())
        .as("the composing handler did not declare it")
        .contains(
            CallError.of(
                CallError.INTERNAL,
                "it is",
                false,
                json("{'code':'BROKEN','details':{'part':1}}")));
  }

  @Test
  void answersWithForeignIdsAreIgnoredAndTheRightOneCounts() {
    Nodes.Node head = nodes.node("head", Composer.reaching("work/do"));
    head.identities().key("ed25519:script", Identity.of("script"));
    ScriptedPeer peer = nodes.script("ed25519:script", head);
    CallConnection toPeer = head.runtime().peers().connection("script").orElseThrow();
    toPeer.registerImported(
        HandlerRegistration.of(
            OperationSpec.query("work/do").internal().build(),
            new OperationHandler.Once(
                (input, ctx) -> toPeer.forward(CallRequest.of("work/do", input), ctx)),
            OperationProvenance.FROM_CALL));
    CompletionStage<ResponseEnvelope> call =
        head.runtime().roots().invoke(Optional.of(USER), Composer.NAME, compose("work/do"));
    ScriptedStream stream = peer.accept();
    JsonNode request = Wire.next(stream);
    assertThat(request.path("payload").path("forwarded_for"))
        .isEqualTo(json("{'id':'user','scopes':['weak'],'resources':{}}"));
    assertThat(request.path("payload").path("depth").asInt()).isEqualTo(2);
    assertThat(request.path("payload").path("timeout_ms").asLong()).isBetween(1L, 30_000L);

    for (String id : List.of("stranger", request.path("id").asString())) {
      stream.send(
          Wire.frame(
              "{'type':'call.responded','id':'"
                  + id
                  + "','payload':{'output':'"
                  + (id.equals("stranger") ? "wrong" : "right")
                  + "'}}"));
    }

    assertThat(Await.result(call).output()).contains(json("'right'"));
  }

  @Test
  void aRequestThatSaysItNestsTooDeepIsRefused() {
    Nodes.Node head = nodes.node("head", ops -> ops.withLocal(query("head/do"), saying("done")));
    ScriptedPeer peer = nodes.script("ed25519:nobody", head);
    ScriptedStream stream = peer.open();
    stream.send(request("deep", "33"));
    assertThat(Wire.nextError(stream, "deep").path("message").asString())
        .isEqualTo("calls nest deeper than 32 levels");
    stream.send(request("edge", "32"));
    assertThat(Wire.next(stream).path("type").asString()).isEqualTo("call.responded");
    for (String odd : List.of("-1", "1.5", "'7'", "70000", "null")) {
      stream.send(request("odd", odd));
      assertThat(Wire.nextError(stream, "odd").path("code").asString())
          .isEqualTo(CallError.INVALID_INPUT);
    }
  }

  private static byte[] request(String id, String depth) {
    return Wire.frame(
        "{'type':'call.requested','id':'"
            + id
            + "','payload':{'operationId':'/head/do','depth':"
            + depth
            + "}}");
  }

  @Test
  void onlyTheDispatchersContextsCanBeForwarded() {
    Nodes.Node head = nodes.node("head", ops -> {});
    Nodes.Node worker = worker("worker", ops -> {});
    CallConnection connection = nodes.connect(head, worker).dialled();
    StubContext forged = StubContext.wire("forged");

    assertThatThrownBy(() -> connection.forward(CallRequest.of("a/b", json("{}")), forged))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> connection.forwardStream(CallRequest.of("a/b", json("{}")), forged))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
