package org.alknet.examples.peers;

import static org.alknet.examples.peers.Nodes.say;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Flow;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetDialer;
import org.alknet.core.identity.InMemoryIdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client of the head that knows nothing of workers. It reads commands, one a line: {@code run},
 * {@code run WORKER}, {@code watch WORKER COUNT} (reads so many and waits), {@code more COUNT},
 * {@code stop}, and ends with its input.
 *
 * <p>Arguments: key file, {@code head=fingerprint}, {@code host:port} of the head.
 */
public final class Client {
  private static final JsonMapper JSON = new JsonMapper();

  private Client() {}

  /** Does what it reads. */
  public static void main(String[] args) throws Exception {
    PeerEntry head = Nodes.peer(args[1]);
    TlsIdentity own = Nodes.identity(args[0]);
    try (AlknetDialer dialer = AlknetDialer.builder().transport(Nodes.transport()).build();
        CallClient client =
            CallClient.builder(OperationRegistry.empty(), InMemoryIdentityStore.of(List.of(head)))
                .dialer(dialer)
                .build();
        CallConnection connection =
            client
                .connect(Nodes.target(args[2]), Nodes.credentials(own, head))
                .toCompletableFuture()
                .join()) {
      say("connected");
      obey(connection);
    }
  }

  private static void obey(CallConnection connection) throws Exception {
    BufferedReader commands =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Watching watching = new Watching(0);
    for (String line = commands.readLine(); line != null; line = commands.readLine()) {
      List<String> words = List.of(line.split(" "));
      switch (words.get(0)) {
        case "run" -> say(run(connection, words));
        case "watch" -> {
          watching = new Watching(Long.parseLong(words.get(2)));
          connection
              .subscribe("job/watch", JSON.createObjectNode().put("worker", words.get(1)))
              .subscribe(watching);
        }
        case "more" -> watching.more(Long.parseLong(words.get(1)));
        case "stop" -> watching.stop();
        default -> say("what?");
      }
    }
  }

  private static String run(CallConnection connection, List<String> words) {
    ObjectNode input = JSON.createObjectNode().put("task", 7);
    if (words.size() > 1) {
      input.put("worker", words.get(1));
    }
    return text(connection.call("job/run", input).toCompletableFuture().join());
  }

  private static String text(ResponseEnvelope answer) {
    if (answer.result() instanceof CallResult.Ok ok) {
      return "ok " + ok.output();
    }
    return "error " + answer.error().orElseThrow().code();
  }

  /** Reads no faster than it is told to. */
  private static final class Watching implements Flow.Subscriber<ResponseEnvelope> {
    private final long first;
    private Flow.Subscription subscription;

    Watching(long first) {
      this.first = first;
    }

    synchronized void more(long count) {
      subscription.request(count);
    }

    synchronized void stop() {
      subscription.cancel();
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription from) {
      subscription = from;
      from.request(first);
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      say("element " + text(element));
    }

    @Override
    public void onError(Throwable failure) {
      say("broken");
    }

    @Override
    public void onComplete() {
      say("end");
    }
  }
}
