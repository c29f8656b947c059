package org.alknet.call.faults;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.alknet.call.CallAdapter;
import org.alknet.call.CallClient;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.connection.CallCredentials;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.connection.CallTarget;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.RateLimitConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The longest string that fits into a frame, there and back over QUIC, and the one a byte longer:
 * in a process of its own, whose heap whoever starts it bounds.
 */
public final class LargeString {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String ID = "-".repeat(36);

  private LargeString() {}

  /** Prints how long the strings were and what became of those that were too long. */
  public static void main(String[] args) throws Exception {
    // Both know the other: a connection without identity is held to smaller frames.
    Ed25519SecretKey clientKey = Ed25519SecretKey.generate();
    Ed25519SecretKey serverKey = Ed25519SecretKey.generate();
    ConfigSnapshot peers =
        ConfigSnapshot.of(
            new DynamicConfig(
                AuthPolicy.of(
                    List.of(
                        PeerEntry.builder("client").fingerprints(clientKey.fingerprint()).build(),
                        PeerEntry.builder("server").fingerprints(serverKey.fingerprint()).build()),
                    List.of()),
                RateLimitConfig.defaults()));
    IdentityProvider identities = new ConfigIdentityProvider(peers);
    CallLimits limits =
        CallLimits.defaults().toBuilder().inboundTimeout(LONG).outgoingTimeout(LONG).build();
    OperationRegistry operations =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("big/length").build(),
                (input, ctx) ->
                    CompletableFuture.completedFuture(
                        ResponseEnvelope.ok(
                            ctx.requestId(), JSON.numberNode(input.stringValue().length()))))
            .withLocal(
                OperationSpec.query("big/make").build(),
                (input, ctx) ->
                    CompletableFuture.completedFuture(
                        ResponseEnvelope.ok(ctx.requestId(), text(input.intValue()))))
            .build();
    try (CallAdapter adapter = CallAdapter.builder(operations, identities).limits(limits).build();
        AlknetEndpoint endpoint =
            AlknetEndpoint.start(
                    StaticConfig.builder()
                        .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .tlsIdentity(new TlsIdentity.RawKey(serverKey))
                        .build(),
                    HandlerRegistry.builder().register(adapter).build(),
                    peers,
                    identities)
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES);
        CallClient client =
            CallClient.builder(OperationRegistry.empty(), identities).limits(limits).build();
        CallConnection connection =
            client
                .connect(
                    CallTarget.of(
                        endpoint.localAddress().getAddress().getHostAddress(),
                        endpoint.localAddress().getPort()),
                    CallCredentials.none()
                        .withTlsIdentity(new TlsIdentity.RawKey(clientKey))
                        .withRemoteIdentity(RemoteIdentity.of(serverKey.fingerprint())))
                .toCompletableFuture()
                .get(1, TimeUnit.MINUTES)) {
      int there =
          room(
              "{'type':'call.requested','id':'"
                  + ID
                  + "','payload':{'operationId':'/big/length','input':''}}");
      int back = room("{'type':'call.responded','id':'" + ID + "','payload':{'output':''}}");
      System.out.println("there " + said(connection, "big/length", text(there)));
      System.out.println("back " + said(connection, "big/make", JSON.numberNode(back)));
      System.out.println("too_long " + said(connection, "big/length", text(there + 1)));
      System.out.println(
          "too_long_back " + said(connection, "big/make", JSON.numberNode(back + 1)));
      System.out.println("afterwards " + said(connection, "big/length", text(3)));
      System.out.println("expected " + there + " " + back);
    }
  }

  /** How long a string may be in a frame that is otherwise like this. */
  private static int room(String envelope) {
    return CallLimits.MAX_FRAME_BYTES - envelope.length();
  }

  private static JsonNode text(int length) {
    return JSON.stringNode("x".repeat(length));
  }

  private static String said(CallConnection connection, String operation, JsonNode input)
      throws Exception {
    ResponseEnvelope answer =
        connection.call(operation, input).toCompletableFuture().get(10, TimeUnit.MINUTES);
    return answer
        .output()
        .map(output -> output.isString() ? "" + output.stringValue().length() : output.toString())
        .orElseGet(() -> answer.error().orElseThrow().code());
  }
}
