package org.alknet.call.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.connection.Alpns;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.alknet.testkit.FakeClock;
import org.alknet.testkit.InMemoryConnection;
import org.alknet.testkit.ScriptedPeer;

/** Any number of nodes that know each other, connected in memory, on one clock the test moves. */
public final class Nodes implements AutoCloseable {
  /** Moves the timers of all nodes. */
  public final FakeClock clock = new FakeClock();

  private final Map<String, Node> nodes = new TreeMap<>();

  /** Starts without nodes. */
  public Nodes() {}

  /** One node. */
  public static final class Node {
    private final String id;
    private final CallRuntime runtime;
    private final TestIdentities identities;

    private Node(String id, CallRuntime runtime, TestIdentities identities) {
      this.id = id;
      this.runtime = runtime;
      this.identities = identities;
    }

    /** Returns the name by which the others know it. */
    public String id() {
      return id;
    }

    /** Returns what runs it. */
    public CallRuntime runtime() {
      return runtime;
    }

    /** Returns whom it knows; every node by its key, with the scope {@code peer}. */
    public TestIdentities identities() {
      return identities;
    }

    /** Returns what it has imported from a peer, sorted. */
    public List<String> importedFrom(String peerId) {
      return runtime
          .peers()
          .connection(peerId)
          .map(
              connection ->
                  connection.overlayEnv().peerOperations(peerId).stream()
                      .map(spec -> spec.name())
                      .toList())
          .orElse(List.of());
    }
  }

  /** Both ends of a connection. */
  public record Ends(CallConnection dialled, CallConnection accepted) {}

  /** Returns the fingerprint of a node's key. */
  public static String keyOf(String id) {
    return "ed25519:" + id;
  }

  /** Adds a node that imports nothing by itself. */
  public Node node(String id, Consumer<OperationRegistry.Builder> operations) {
    return node(id, operations, builder -> builder.importPolicy(ImportPolicy.manual()));
  }

  /** Adds a node with options. */
  public Node node(
      String id,
      Consumer<OperationRegistry.Builder> operations,
      Consumer<CallRuntime.Builder> options) {
    OperationRegistry.Builder registry = OperationRegistry.builder().withServiceDiscovery();
    operations.accept(registry);
    TestIdentities identities = new TestIdentities();
    CallRuntime.Builder builder =
        CallRuntime.builder(registry.build()).identities(identities).timer(new TestTimer(clock));
    options.accept(builder);
    Node node = new Node(id, builder.build(), identities);
    nodes.put(id, node);
    for (Node one : nodes.values()) {
      for (Node other : nodes.values()) {
        one.identities.key(keyOf(other.id), Identity.of(other.id, "peer"));
      }
    }
    return node;
  }

  /** Connects two nodes. */
  public Ends connect(Node dialler, Node listener) {
    return connect(dialler, listener, true);
  }

  /**
   * Connects two nodes.
   *
   * @param imports whether the import policy of the dialler applies
   */
  public Ends connect(Node dialler, Node listener, boolean imports) {
    InMemoryConnection.Pair pair =
        InMemoryConnection.builder(Alpns.CALL)
            .leftFingerprint(keyOf(dialler.id))
            .rightFingerprint(keyOf(listener.id))
            .pair();
    CallConnection accepted =
        listener.runtime.serve(
            pair.right(), listener.identities.resolveFromFingerprint(keyOf(dialler.id)));
    CallConnection dialled = dialler.runtime.dialled(pair.left(), Optional.empty(), true, imports);
    return new Ends(dialled, accepted);
  }

  /** Connects a scripted peer with a key to a node. */
  public ScriptedPeer script(String key, Node listener) {
    InMemoryConnection.Pair pair =
        InMemoryConnection.builder(Alpns.CALL)
            .leftFingerprint(key)
            .rightFingerprint(keyOf(listener.id))
            .pair();
    Objects.requireNonNull(
        listener.runtime.serve(pair.right(), listener.identities.resolveFromFingerprint(key)));
    return ScriptedPeer.on(pair.left());
  }

  /** Moves the clock until something is so, 50 ms at a time. */
  public void advanceUntil(String what, BooleanSupplier condition) {
    Await.until(
        what,
        () -> {
          if (condition.getAsBoolean()) {
            return true;
          }
          clock.advance(Duration.ofMillis(50));
          return condition.getAsBoolean();
        });
  }

  @Override
  public void close() {
    new ArrayList<>(nodes.values()).forEach(node -> node.runtime.close());
  }
}
