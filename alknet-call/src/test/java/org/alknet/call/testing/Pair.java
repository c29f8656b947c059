package org.alknet.call.testing;

import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.StreamUsage;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.Connection;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.FakeClock;
import org.alknet.testkit.InMemoryConnection;
import org.alknet.testkit.InMemoryPairBuilder;
import org.alknet.testkit.ScriptedPeer;
import org.jspecify.annotations.Nullable;

/**
 * Two nodes on a connection in memory, or one node and a scripted peer, on a clock the test moves.
 */
public final class Pair implements AutoCloseable {
  /** Moves timers of both nodes. */
  public final FakeClock clock = new FakeClock();

  /** Knows keys and tokens for both nodes. */
  public final TestIdentities identities = new TestIdentities();

  private final OperationRegistry.Builder server =
      OperationRegistry.builder().withServiceDiscovery();
  private final OperationRegistry.Builder client =
      OperationRegistry.builder().withServiceDiscovery();
  private final InMemoryPairBuilder wire = InMemoryConnection.builder(Alpns.CALL);
  private CallLimits limits = CallLimits.defaults();
  private Optional<Identity> clientIdentity = Optional.empty();
  private Optional<AuthToken> token = Optional.empty();
  private Consumer<CallRuntime.Builder> options = builder -> {};

  private InMemoryConnection.@Nullable Pair ends;
  private @Nullable CallRuntime serverRuntime;
  private @Nullable CallRuntime clientRuntime;

  /** Starts collecting; nothing runs. */
  public Pair() {}

  /** Adds operations to the serving node. */
  public Pair serve(Consumer<OperationRegistry.Builder> operations) {
    operations.accept(server);
    return this;
  }

  /** Adds operations to the dialling node. */
  public Pair callBack(Consumer<OperationRegistry.Builder> operations) {
    operations.accept(client);
    return this;
  }

  /** Changes the limits of both nodes. */
  public Pair limits(UnaryOperator<CallLimits.Builder> change) {
    limits = change.apply(limits.toBuilder()).build();
    return this;
  }

  /** Changes the wire. */
  public Pair wire(Consumer<InMemoryPairBuilder> change) {
    change.accept(wire);
    return this;
  }

  /** Sets options of both runtimes. */
  public Pair options(Consumer<CallRuntime.Builder> change) {
    options = options.andThen(change);
    return this;
  }

  /** Sets who the serving node takes the dialling node for. */
  public Pair clientIs(Identity identity) {
    clientIdentity = Optional.of(identity);
    return this;
  }

  /** Sets the token of the dialling node. */
  public Pair token(String text) {
    token = Optional.of(AuthToken.ofUtf8(text));
    return this;
  }

  private CallRuntime runtime(OperationRegistry registry) {
    CallRuntime.Builder builder =
        CallRuntime.builder(registry)
            .identities(identities)
            .limits(limits)
            .streamUsage(StreamUsage.PER_REQUEST) // easier to follow for scripted peers
            .importPolicy(ImportPolicy.manual())
            .timer(new TestTimer(clock));
    options.accept(builder);
    return builder.build();
  }

  private InMemoryConnection.Pair connect() {
    InMemoryConnection.Pair pair = wire.pair();
    ends = pair;
    serverRuntime = runtime(server.build());
    clientRuntime = runtime(client.build());
    return pair;
  }

  /** Connects two nodes; the results are both ends. */
  public Ends start() {
    InMemoryConnection.Pair pair = connect();
    CallConnection accepted = serverRuntime().serve(pair.right(), clientIdentity);
    CallConnection dialled = clientRuntime().dialled(pair.left(), token, true, true);
    return new Ends(dialled, accepted);
  }

  /** Connects a scripted peer to the serving node. */
  public ScriptedPeer startScriptedCaller() {
    InMemoryConnection.Pair pair = connect();
    CallConnection served = serverRuntime().serve(pair.right(), clientIdentity);
    Objects.requireNonNull(served);
    return ScriptedPeer.on(pair.left());
  }

  /** Connects the dialling node to a scripted peer. */
  public Scripted startScriptedCallee() {
    InMemoryConnection.Pair pair = connect();
    return new Scripted(
        clientRuntime().dialled(pair.left(), token, true, true), ScriptedPeer.on(pair.right()));
  }

  /** Returns the serving node's end of the wire. */
  public Connection serverEnd() {
    return Objects.requireNonNull(ends).right();
  }

  /** Whether the wire is gone. */
  public boolean isClosed() {
    return Objects.requireNonNull(ends).left().closed().toCompletableFuture().isDone();
  }

  /** Returns the serving node's runtime. */
  public CallRuntime serverRuntime() {
    return Objects.requireNonNull(serverRuntime);
  }

  /** Returns the dialling node's runtime. */
  public CallRuntime clientRuntime() {
    return Objects.requireNonNull(clientRuntime);
  }

  @Override
  public void close() {
    serverRuntime().close();
    clientRuntime().close();
  }

  /** Both ends of a connection. */
  public record Ends(CallConnection client, CallConnection server) {}

  /** A node and the scripted peer it dialled. */
  public record Scripted(CallConnection client, ScriptedPeer peer) {}
}
