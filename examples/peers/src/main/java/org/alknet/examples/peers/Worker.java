package org.alknet.examples.peers;

import static org.alknet.examples.peers.Nodes.say;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import org.alknet.call.CallClient;
import org.alknet.call.CallClientSupervisor;
import org.alknet.call.adapter.ImportPolicy;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetDialer;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.InMemoryIdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A runner: it listens nowhere, dials the head and is called back over that connection. If the head
 * goes away, it dials again.
 *
 * <p>Arguments: key file, own name, {@code head=fingerprint}, {@code host:port} of the head.
 */
public final class Worker {
  private static final JsonMapper JSON = new JsonMapper();

  private final String name;

  private Worker(String name) {
    this.name = name;
  }

  /** Works until the process ends. */
  @SuppressWarnings("try") // nothing is asked of the supervisor but to be there
  public static void main(String[] args) throws Exception {
    Worker worker = new Worker(args[1]);
    PeerEntry head = Nodes.peer(args[2], "head");
    TlsIdentity own = Nodes.identity(args[0]);
    try (AlknetDialer dialer = AlknetDialer.builder().transport(Nodes.transport()).build();
        CallClient client =
            CallClient.builder(worker.operations(), InMemoryIdentityStore.of(List.of(head)))
                .dialer(dialer)
                .importPolicy(ImportPolicy.manual())
                .build();
        CallClientSupervisor supervisor =
            CallClientSupervisor.builder(
                    client, Nodes.target(args[3]), Nodes.credentials(own, head))
                .backOff(Duration.ofMillis(200), Duration.ofSeconds(2))
                .listener(new Narrator())
                .start()) {
      new CountDownLatch(1).await(); // the supervisor works until the process is told to end
    }
  }

  private OperationRegistry operations() {
    AccessControl head = AccessControl.scopes("head");
    return OperationRegistry.builder()
        .withLocal(
            OperationSpec.mutation("work/do").accessControl(head).build(),
            (input, context) -> Nodes.answer(context, worked(input, context)))
        .withLocalStreaming(
            OperationSpec.subscription("work/watch").accessControl(head).build(),
            (input, context) ->
                subscriber -> subscriber.onSubscribe(new Counting(subscriber, context)))
        .withServiceDiscovery()
        .build();
  }

  /** Says who worked, and for whom the head says it asked: worth noting, granting nothing. */
  private JsonNode worked(JsonNode input, OperationContext context) {
    return JSON.createObjectNode()
        .put("by", name)
        .put("for", context.forwardedFor().map(Identity::id).orElse("nobody"))
        .set("task", input.path("task"));
  }

  /** Counts as far as it is asked to, and says when nobody wants more. */
  private static final class Counting implements Flow.Subscription {
    private final Flow.Subscriber<? super ResponseEnvelope> subscriber;
    private final OperationContext context;
    private long count;
    private volatile boolean cancelled;

    Counting(Flow.Subscriber<? super ResponseEnvelope> subscriber, OperationContext context) {
      this.subscriber = subscriber;
      this.context = context;
    }

    @Override
    public synchronized void request(long n) {
      for (long i = 0; i < n && !cancelled; i++) {
        count++;
        subscriber.onNext(
            ResponseEnvelope.ok(context.requestId(), JSON.createObjectNode().put("n", count)));
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      say("cancelled after " + count);
    }
  }

  /** Says how the connection fares. */
  private static final class Narrator implements CallClientSupervisor.Listener {
    @Override
    public void connected(CallConnection connection) {
      say("connected");
    }

    @Override
    public void disconnected(CallConnection connection) {
      say("disconnected");
    }
  }
}
