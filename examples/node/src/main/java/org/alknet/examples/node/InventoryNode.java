package org.alknet.examples.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.OperationRegistrations;
import org.alknet.cli.assembly.RemoteTarget;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.identity.IdentityStore;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program with a whole node inside, as {@code alknet serve} would run it: keys and peers in a
 * directory, one operation of its own that not everybody may call. The tool works on the same
 * directory while this runs: {@code alknet --data-dir DIR status}.
 */
public final class InventoryNode {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonNode GET_SCHEMA =
      JSON.readTree(
          """
          {"type": "object", "required": ["item"], "additionalProperties": false,
           "properties": {"item": {"type": "string", "maxLength": 100}}}
          """);

  private InventoryNode() {}

  /**
   * Starts a node, has a clerk call it, shows the clerk the door.
   *
   * @param args the data directory
   */
  public static void main(String[] args) throws Exception {
    run(Path.of(args[0])).forEach(System.out::println);
  }

  /** Returns what the clerk got: before it was known, afterwards, and once it was disabled. */
  static List<String> run(Path directory) throws Exception {
    Ed25519SecretKey clerk = Ed25519SecretKey.generate();
    List<String> answers = new ArrayList<>();
    try (Node node =
        NodeBuilder.create()
            .dataDirectory(directory)
            .listen("127.0.0.1:0")
            .sqliteStore()
            .operation(
                OperationRegistrations.query("inventory/get", GET_SCHEMA, InventoryNode::get)
                    .requireScope("inventory:read"))
            .start()) {
      answers.add(ask(node, clerk));
      PeerEntry known =
          PeerEntry.builder("clerk")
              .fingerprints(clerk.fingerprint())
              .scopes("inventory:read")
              .build();
      put(node.identities(), known);
      answers.add(ask(node, clerk));
      put(node.identities(), known.toBuilder().enabled(false).build());
      answers.add(ask(node, clerk));
    } finally {
      clerk.destroy();
    }
    return answers;
  }

  private static void put(IdentityStore peers, PeerEntry peer) {
    peers.putPeer(peer).toCompletableFuture().join();
  }

  private static CompletionStage<ResponseEnvelope> get(JsonNode input, OperationContext context) {
    JsonNode stock =
        JSON.createObjectNode()
            .put("item", input.get("item").stringValue())
            .put("left", input.get("item").stringValue().length());
    return CompletableFuture.completedFuture(ResponseEnvelope.ok(context.requestId(), stock));
  }

  /** Calls the node as any other program would that has its address line and a key of its own. */
  private static String ask(Node node, Ed25519SecretKey clerk) {
    RemoteTarget target = RemoteTarget.parse(node.address());
    CallCredentials credentials =
        CallCredentials.none()
            .withTlsIdentity(new TlsIdentity.RawKey(clerk))
            .withRemoteIdentity(new RemoteIdentity(target.pins(), true));
    try (CallClient client = CallClient.builder(OperationRegistry.empty(), nobody()).build();
        CallConnection connection =
            client
                .connect(
                    CallTarget.of(target.address().host(), target.address().port()), credentials)
                .toCompletableFuture()
                .join()) {
      CallResult result =
          connection
              .call("inventory/get", JSON.createObjectNode().put("item", "bolts"))
              .toCompletableFuture()
              .join()
              .result();
      return result instanceof CallResult.Ok ok
          ? ok.output().toString()
          : ((CallResult.Err) result).error().code();
    }
  }

  /** This side is called by nobody, so it knows nobody. */
  private static ConfigIdentityProvider nobody() {
    return new ConfigIdentityProvider(ConfigSnapshot.of(DynamicConfig.defaults()));
  }
}
