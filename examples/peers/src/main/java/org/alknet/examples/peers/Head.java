package org.alknet.examples.peers;

import static org.alknet.examples.peers.Nodes.say;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.alknet.call.CallAdapter;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.compose.PeerListener;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallRequest;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.SingleElement;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.InMemoryIdentityStore;
import org.alknet.core.identity.PeerEntry;
import tools.jackson.databind.JsonNode;

/**
 * The head: workers dial it and offer it {@code work/do} and {@code work/watch}; clients know only
 * the head. It offers them {@code job/run}, which composes the first on whichever worker there is
 * or on the one that is named, and {@code job/watch}, which passes the second on as fast as the
 * client reads.
 *
 * <p>Arguments: key file, {@code client=fingerprint}, then {@code name=fingerprint} of each worker.
 */
public final class Head {
  private final CompletableFuture<PeerDirectory> peers = new CompletableFuture<>();

  private Head() {}

  /** Serves until the process ends. */
  public static void main(String[] args) throws Exception {
    new Head().serve(args);
  }

  private void serve(String[] args) throws Exception {
    List<PeerEntry> known = new ArrayList<>();
    known.add(Nodes.peer(args[1], "jobs"));
    for (int i = 2; i < args.length; i++) {
      known.add(Nodes.peer(args[i], "worker"));
    }
    InMemoryIdentityStore identities = InMemoryIdentityStore.of(known);

    try (CallAdapter calls = CallAdapter.of(operations(), identities);
        PeerDirectory.Subscription hearing = calls.peers().listen(new Narrator(), Runnable::run);
        AlknetEndpoint node =
            AlknetEndpoint.start(
                    StaticConfig.builder()
                        .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .tlsIdentity(Nodes.identity(args[0]))
                        .transport(Nodes.transport())
                        .build(),
                    HandlerRegistry.builder().register(calls).build(),
                    ConfigSnapshot.of(DynamicConfig.defaults()),
                    identities)
                .toCompletableFuture()
                .join()) {
      peers.complete(calls.peers());
      say("listening " + Nodes.text(node.localAddress()));
      new CountDownLatch(1).await();
      say("never said: " + hearing);
    }
  }

  private OperationRegistry operations() {
    AccessControl clients = AccessControl.scopes("jobs");
    return OperationRegistry.builder()
        .withLocal(
            OperationSpec.mutation("job/run").accessControl(clients).build(),
            Head::run,
            // Clients were checked above. Workers demand a scope of whoever composes: this handler.
            CompositionAuthority.of("head", "head"),
            ScopedPeerEnv.of("work/do"),
            Capabilities.empty())
        .withLocalStreaming(
            OperationSpec.subscription("job/watch").accessControl(clients).build(), this::watch)
        .withServiceDiscovery()
        .build();
  }

  /** Composes: any worker, unless the input names one. */
  private static CompletionStage<ResponseEnvelope> run(JsonNode input, OperationContext context) {
    JsonNode worker = input.path("worker");
    PeerRef where = worker.isString() ? PeerRef.of(worker.stringValue()) : PeerRef.any();
    return context.env().invokePeer(where, "work", "do", input, context, context.abortPolicy());
  }

  /** Subscriptions are not composed but passed on: the client's demand is the worker's pace. */
  private Flow.Publisher<ResponseEnvelope> watch(JsonNode input, OperationContext context) {
    String worker = input.path("worker").asString("");
    return peers
        .join()
        .connection(worker)
        .map(connection -> connection.forwardStream(CallRequest.of("work/watch", input), context))
        .orElseGet(() -> missing(worker, context));
  }

  private static Flow.Publisher<ResponseEnvelope> missing(String worker, OperationContext context) {
    return new SingleElement(
        ResponseEnvelope.err(context.requestId(), CallError.notFound("work/watch at " + worker)));
  }

  /** Says who comes and goes. */
  private static final class Narrator implements PeerListener {
    @Override
    public void imported(String peerId, CallConnection connection, int operations) {
      say("imported " + peerId + " " + operations);
    }

    @Override
    public void detached(String peerId, CallConnection connection) {
      say("detached " + peerId);
    }
  }
}
