package org.alknet.examples.embedding;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program with a node inside: it offers one operation of its own, and calls it over QUIC as any
 * other program would that knows the node's key. Needs the core and call jars and their libraries,
 * nothing else.
 */
public final class GreetingNode {
  private static final JsonMapper JSON = new JsonMapper();

  private GreetingNode() {}

  /** Starts a node, calls it, prints the answer, stops. */
  public static void main(String[] args) throws Exception {
    String name = args.length == 0 ? "world" : args[0];
    System.out.println(greet(name));
  }

  /** Asks a node of our own, over the network, for a greeting. */
  static String greet(String name) throws Exception {
    // Whom we know: nobody. Callers are anonymous and may call what has no access rule.
    ConfigSnapshot dynamic = ConfigSnapshot.of(DynamicConfig.defaults());
    IdentityProvider identities = new ConfigIdentityProvider(dynamic);

    try (CallAdapter calls = CallAdapter.of(operations(), identities);
        AlknetEndpoint node =
            AlknetEndpoint.start(
                    StaticConfig.builder()
                        .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .tlsIdentity(new TlsIdentity.RawKey(Ed25519SecretKey.generate()))
                        .build(),
                    HandlerRegistry.builder().register(calls).build(),
                    dynamic,
                    identities)
                .toCompletableFuture()
                .join();
        CallClient client = CallClient.builder(OperationRegistry.empty(), identities).build()) {
      return call(client, node, name);
    }
  }

  /** The operations this node offers. */
  private static OperationRegistry operations() {
    OperationSpec spec =
        OperationSpec.query("greeting/hello")
            .inputSchema(
                JSON.readTree(
                    """
                    {"type": "object", "required": ["name"],
                     "properties": {"name": {"type": "string", "maxLength": 100}}}
                    """))
            .build();
    return OperationRegistry.builder()
        .withLocal(
            spec,
            (input, context) -> {
              JsonNode greeting =
                  JSON.createObjectNode()
                      .put("text", "Hello, " + input.get("name").stringValue() + "!");
              return CompletableFuture.completedFuture(
                  ResponseEnvelope.ok(context.requestId(), greeting));
            })
        .withServiceDiscovery()
        .build();
  }

  private static String call(CallClient client, AlknetEndpoint node, String name) {
    InetSocketAddress address = node.localAddress();
    // The node is known by its key: a dial without it would be refused.
    CallCredentials credentials =
        CallCredentials.none()
            .withRemoteIdentity(RemoteIdentity.of(node.fingerprint().orElseThrow()));
    try (CallConnection connection =
        client
            .connect(
                CallTarget.of(address.getAddress().getHostAddress(), address.getPort()),
                credentials)
            .toCompletableFuture()
            .join()) {
      ResponseEnvelope answer =
          connection
              .call("greeting/hello", JSON.createObjectNode().put("name", name))
              .toCompletableFuture()
              .join();
      if (answer.result() instanceof CallResult.Ok ok) {
        return ok.output().get("text").stringValue();
      }
      throw new IllegalStateException("the node answered with an error: " + answer.result());
    }
  }
}
