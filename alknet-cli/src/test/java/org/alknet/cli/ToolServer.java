package org.alknet.cli;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.http.HttpServer;
import tools.jackson.databind.node.JsonNodeFactory;

/** An MCP server on the loopback interface: the endpoint of the HTTP module, over one operation. */
public final class ToolServer implements AutoCloseable {
  /** A token it knows. */
  public static final String TOKEN = "token-of-the-tool-server-0123456789";

  private static final IdentityProvider IDENTITIES =
      new IdentityProvider() {
        @Override
        public Optional<Identity> resolveFromFingerprint(String fingerprint) {
          return Optional.empty();
        }

        @Override
        public Optional<Identity> resolveFromToken(AuthToken token) {
          return token.equals(AuthToken.of(TOKEN.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
              ? Optional.of(Identity.of("the node"))
              : Optional.empty();
        }
      };

  private final RootInvoker invoker;
  private final HttpServer http;
  private final InetSocketAddress address;

  /** Starts it on a free port. */
  public ToolServer() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withServiceDiscovery()
            .withLocal(
                OperationSpec.query("tools/whoami").build(),
                (input, ctx) ->
                    CompletableFuture.completedFuture(
                        ResponseEnvelope.ok(
                            ctx.requestId(),
                            JsonNodeFactory.instance
                                .objectNode()
                                .put("id", ctx.identity().map(Identity::id).orElse("nobody")))))
            .build();
    this.invoker = RootInvoker.of(registry, CallLimits.defaults());
    this.http =
        HttpServer.builder(registry, invoker, IDENTITIES)
            .mcp(true)
            .allowCleartext(true)
            .ioThreads(1)
            .build();
    this.address =
        http.listenCleartext(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .toCompletableFuture()
            .join();
  }

  /** Where it is. */
  public String url() {
    return "http://127.0.0.1:" + address.getPort() + "/mcp";
  }

  @Override
  public void close() {
    http.close();
    invoker.close();
  }
}
