package org.alknet.call.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.compose.SessionOperationEnv;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerPin;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.testing.Nodes;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random calls that compose random calls, over random provenances, scopes and reach, on this node,
 * in a session and on peers. A model that knows only the rules says which handlers are entered;
 * those, and no others, must be.
 */
class PrivilegeModelTest {
  private static final List<String> NAMES =
      List.of("a/one", "a/two", "a/three", "b/one", "b/two", "b/three", "c/ghost");
  private static final List<String> SCOPES = List.of("red", "green", "blue");
  private static final List<String> PEERS = List.of("p", "q");
  private static final int WORLDS = 25;
  private static final int CALLS = 60;

  /** One operation in one layer: everything that matters for who may enter it. */
  private record Op(
      String layer,
      String name,
      boolean external,
      Set<String> demands,
      @Nullable Set<String> authority,
      Set<String> reach,
      Set<PeerPin> pins) {}

  private final ConcurrentLinkedQueue<String> entered = new ConcurrentLinkedQueue<>();
  private final Map<String, Op> local = new HashMap<>();
  private final Map<String, Op> session = new HashMap<>();
  private final Map<String, Map<String, Op>> peers = new LinkedHashMap<>();
  private int expectedEntries;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsEnteredWhoseDemandsWereNotMetAtItsGateFromSeed(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < WORLDS; i++) {
      world(random);
    }
    assertThat(expectedEntries).as("handlers that had to be entered").isGreaterThan(WORLDS);
  }

  private void world(Random random) {
    local.clear();
    session.clear();
    peers.clear();
    fill(local, "local", random, 6);
    fill(session, "session", random, random.nextInt(3));
    try (Nodes nodes = new Nodes()) {
      SessionOperationEnv sandbox =
          SessionOperationEnv.of(
              session.values().stream()
                  .map(op -> registration(op, OperationProvenance.SESSION))
                  .toList());
      boolean hasSession = random.nextBoolean();
      if (!hasSession) {
        session.clear();
      }
      Nodes.Node head =
          nodes.node(
              "head",
              ops ->
                  local
                      .values()
                      .forEach(
                          op ->
                              ops.with(
                                  registration(
                                      op,
                                      op.authority == null && op.reach.isEmpty()
                                          ? OperationProvenance.FROM_OPENAPI
                                          : OperationProvenance.LOCAL))),
              builder ->
                  builder
                      .importPolicy(
                          ImportPolicy.manual().allowShadowing(NAMES.toArray(String[]::new)))
                      .sessions(ctx -> hasSession ? Optional.of(sandbox) : Optional.empty()));
      for (String id : PEERS) {
        Map<String, Op> offered = new HashMap<>();
        fill(offered, id, random, random.nextInt(4));
        peers.put(id, offered);
        CallConnection connection = nodes.connect(nodes.node(id, ops -> {}), head).accepted();
        connection.registerImportedAll(
            offered.values().stream()
                .map(op -> registration(op, OperationProvenance.FROM_CALL))
                .toList());
      }
      for (int i = 0; i < CALLS; i++) {
        check(head, random);
      }
    }
  }

  private void check(Nodes.Node head, Random random) {
    Optional<Identity> caller =
        random.nextInt(4) == 0
            ? Optional.empty()
            : Optional.of(Identity.of("user", some(SCOPES, random).toArray(String[]::new)));
    ObjectNode plan = plan(random, "r", 4);
    List<String> expected = new ArrayList<>();
    Op root = local.get(plan.path("name").asString());
    if (root != null
        && root.external
        && satisfied(root, caller.map(who -> Set.copyOf(who.scopes())).orElse(null))) {
      enter(root, plan, expected);
    }
    expectedEntries += expected.size();
    entered.clear();

    ResponseEnvelope answer =
        Await.result(head.runtime().roots().invoke(caller, plan.path("name").asString(), plan));

    assertThat(entered).as("caller %s, plan %s", caller, plan).containsExactlyElementsOf(expected);
    assertThat(answer.isOk()).isEqualTo(!expected.isEmpty());
  }

  // ---- the rules, written down a second time

  private void enter(Op op, JsonNode plan, List<String> expected) {
    expected.add(op.layer + ":" + op.name + "@" + plan.path("path").asString());
    for (JsonNode child : plan.path("calls")) {
      Op target = target(op, child);
      if (target != null && satisfied(target, isLeaf(op) ? null : op.authority)) {
        enter(target, child, expected);
      }
    }
  }

  private @Nullable Op target(Op from, JsonNode call) {
    String name = call.path("name").asString();
    boolean open = !isLeaf(from) && from.reach.contains(name);
    if (call.has("peer")) {
      String peer = call.path("peer").asString();
      boolean pinned = !isLeaf(from) && from.pins.contains(new PeerPin(peer, name));
      return open || pinned ? peers.getOrDefault(peer, Map.of()).get(name) : null;
    }
    if (!open) {
      return null;
    }
    if (session.containsKey(name)) {
      return session.get(name);
    }
    for (Map<String, Op> offered : peers.values()) {
      if (offered.containsKey(name)) {
        return offered.get(name);
      }
    }
    return local.get(name);
  }

  private static boolean isLeaf(Op op) {
    return PEERS.contains(op.layer);
  }

  private static boolean satisfied(Op op, @Nullable Set<String> held) {
    return op.demands.isEmpty() || (held != null && held.containsAll(op.demands));
  }

  // ---- worlds and plans

  private void fill(Map<String, Op> layer, String label, Random random, int count) {
    while (layer.size() < count) {
      String name = NAMES.get(random.nextInt(NAMES.size() - 1));
      boolean bare = label.equals("local") && random.nextInt(4) == 0;
      Set<PeerPin> pins = new HashSet<>();
      for (String pinned : some(NAMES, random)) {
        if (!bare && random.nextInt(3) == 0) {
          pins.add(new PeerPin(PEERS.get(random.nextInt(PEERS.size())), pinned));
        }
      }
      layer.put(
          name,
          new Op(
              label,
              name,
              label.equals("local") && random.nextInt(4) > 0,
              random.nextBoolean() ? Set.of() : some(SCOPES, random),
              bare ? null : some(SCOPES, random),
              bare ? Set.of() : some(NAMES, random),
              pins));
    }
  }

  private static Set<String> some(List<String> all, Random random) {
    Set<String> chosen = new HashSet<>();
    for (String one : all) {
      if (random.nextInt(3) > 0) {
        chosen.add(one);
      }
    }
    return chosen;
  }

  private static ObjectNode plan(Random random, String path, int depth) {
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    plan.put("name", NAMES.get(random.nextInt(NAMES.size()))).put("path", path);
    if (path.length() > 1 && random.nextInt(3) == 0) {
      plan.put("peer", random.nextInt(5) == 0 ? "x" : PEERS.get(random.nextInt(PEERS.size())));
    }
    ArrayNode calls = plan.putArray("calls");
    int count = depth == 0 ? 0 : random.nextInt(4);
    for (int i = 0; i < count; i++) {
      calls.add(plan(random, path + i, depth - 1));
    }
    return plan;
  }

  // ---- the real thing

  private HandlerRegistration registration(Op op, OperationProvenance provenance) {
    OperationSpec.Builder spec =
        OperationSpec.query(op.name)
            .accessControl(AccessControl.scopes(op.demands.toArray(String[]::new)));
    boolean composes = provenance.mayCompose();
    Set<String> authority = op.authority;
    return new HandlerRegistration(
        op.external ? spec.build() : spec.internal().build(),
        new OperationHandler.Once((input, ctx) -> run(op, input, ctx)),
        provenance,
        composes && authority != null
            ? Optional.of(CompositionAuthority.of(op.name, authority.toArray(String[]::new)))
            : Optional.empty(),
        composes ? Optional.of(new ScopedPeerEnv(op.reach, op.pins)) : Optional.empty(),
        Capabilities.empty());
  }

  /** Every handler tries everything it is told, leaves included. */
  private CompletionStage<ResponseEnvelope> run(Op op, JsonNode plan, OperationContext ctx) {
    entered.add(op.layer + ":" + op.name + "@" + plan.path("path").asString());
    CompletionStage<ResponseEnvelope> before =
        CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), plan));
    for (JsonNode call : plan.path("calls")) {
      Supplier<CompletionStage<ResponseEnvelope>> next = () -> compose(call, ctx);
      before = before.thenCompose(done -> next.get());
    }
    return before.thenApply(done -> ResponseEnvelope.ok(ctx.requestId(), plan.path("path")));
  }

  private static CompletionStage<ResponseEnvelope> compose(JsonNode call, OperationContext ctx) {
    String name = call.path("name").asString();
    int slash = name.indexOf('/');
    PeerRef peer = call.has("peer") ? PeerRef.of(call.path("peer").asString()) : PeerRef.any();
    return ctx.env()
        .invokePeer(
            peer,
            name.substring(0, slash),
            name.substring(slash + 1),
            call,
            ctx,
            ctx.abortPolicy());
  }
}
