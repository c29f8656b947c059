package org.alknet.http.testing;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.alknet.call.CallAdapter;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.PeerRef;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.http.HttpServer;
import org.alknet.http.server.HttpLimits;
import org.alknet.testkit.Await;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A node with an HTTP face on the loopback interface: operations of every kind, two callers, one
 * listener with TLS and one without.
 */
public final class World implements AutoCloseable {
  /** Token of Ann, who may do what needs the scope {@code secret}. */
  public static final String ANN = "token-of-ann-0123456789";

  /** Token of Bob, who has no scope. */
  public static final String BOB = "token-of-bob-0123456789";

  /** Whatever a call waits for. */
  public final Gate gate = new Gate();

  /** A composed call below a call. */
  public final Gate below = new Gate();

  /** Counts to three. */
  public final Ticks three = Ticks.to(3);

  /** Counts to two and fails. */
  public final Ticks failing = Ticks.failingAfter(2);

  /** Says one thing and then nothing. */
  public final Ticks silent = Ticks.silentAfter(1);

  /** Never stops. */
  public final Ticks endless = Ticks.endless(1000);

  /** What a page offers, for the operation that asks for its title. */
  public final AtomicReference<OperationEnv> page = new AtomicReference<>();

  /** Who is known. */
  public final TestIdentities identities =
      new TestIdentities().token(ANN, Identity.of("ann", "secret")).token(BOB, Identity.of("bob"));

  private final CallAdapter calls;
  private final HttpServer server;
  private final InetSocketAddress secure;
  private final InetSocketAddress clear;

  private World(UnaryOperator<HttpServer.Builder> settings) {
    OperationRegistry registry = registry();
    this.calls = CallAdapter.of(registry, identities);
    this.server =
        settings
            .apply(
                HttpServer.builder(registry, calls, identities)
                    .limits(limits().build())
                    .allowCleartext(true)
                    .ioThreads(2))
            .build();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.secure = Await.result(server.listen(TestCertificate.identity(), any));
    this.clear = Await.result(server.listenCleartext(any));
  }

  /** Starts a node with the defaults. */
  public static World start() {
    return start(settings -> settings);
  }

  /** Starts a node with other settings. */
  public static World start(UnaryOperator<HttpServer.Builder> settings) {
    return new World(settings);
  }

  /** The limits of a test, whose servers stop at once. */
  public static HttpLimits.Builder limits() {
    return HttpLimits.builder().drainTimeout(java.time.Duration.ofMillis(500));
  }

  private OperationRegistry registry() {
    UnaryHandler echo = (input, ctx) -> answer(ResponseEnvelope.ok(ctx.requestId(), input));
    AccessControl restricted = AccessControl.scopes("secret");
    return OperationRegistry.builder()
        .withServiceDiscovery()
        .withLocal(OperationSpec.query("open/echo").build(), echo)
        .withLocal(
            OperationSpec.query("open/whoami").build(),
            (input, ctx) ->
                answer(
                    ResponseEnvelope.ok(
                        ctx.requestId(),
                        JsonNodeFactory.instance
                            .objectNode()
                            .put("id", ctx.identity().map(Identity::id).orElse("nobody"))
                            .put("internal", ctx.isInternal())
                            .put("claimed", ctx.forwardedFor().isPresent())
                            .put("deadline", ctx.deadline().isPresent()))))
        .withLocal(
            OperationSpec.mutation("open/strict")
                .inputSchema(Json.json("{'type':'object','required':['a']}"))
                .build(),
            echo)
        .withLocal(
            OperationSpec.mutation("open/fails")
                .errors(
                    new ErrorDefinition(
                        "TEAPOT", "", JsonNodeFactory.instance.objectNode(), OptionalInt.of(418)),
                    new ErrorDefinition(
                        "BUSY", "", JsonNodeFactory.instance.objectNode(), OptionalInt.of(503)))
                .build(),
            (input, ctx) ->
                answer(
                    ResponseEnvelope.err(
                        ctx.requestId(),
                        CallError.of(
                            input.path("code").asString("TEAPOT"),
                            "as asked",
                            input.path("retryable").asBoolean(false),
                            input.path("details")))))
        .withLocal(OperationSpec.query("open/gate").build(), gate.handler())
        .withLocal(OperationSpec.query("open/below").internal().build(), below.handler())
        .withLocal(
            OperationSpec.query("open/composes").build(),
            (input, ctx) -> ctx.env().invoke("open", "below", input, ctx),
            CompositionAuthority.of("composer"),
            ScopedPeerEnv.of("open/below"),
            Capabilities.empty())
        .withLocal(
            OperationSpec.query("open/asks-page").build(),
            (input, ctx) -> Objects.requireNonNull(page.get()).invoke("page", "title", input, ctx),
            CompositionAuthority.of("composer"),
            ScopedPeerEnv.of("page/title"),
            Capabilities.empty())
        .withLocal(
            OperationSpec.query("open/asks-peer").build(),
            (input, ctx) ->
                ctx.env()
                    .invokePeer(PeerRef.of("ann"), "page", "title", input, ctx, ctx.abortPolicy()),
            CompositionAuthority.of("composer"),
            ScopedPeerEnv.of("page/title"),
            Capabilities.empty())
        .withLocal(OperationSpec.query("closed/secret").accessControl(restricted).build(), echo)
        .withLocal(OperationSpec.query("closed/internal").internal().build(), echo)
        .withLocalStreaming(OperationSpec.subscription("open/three").build(), three.handler())
        .withLocalStreaming(
            OperationSpec.subscription("open/thousand").build(), Ticks.to(1000).handler())
        .withLocalStreaming(OperationSpec.subscription("open/failing").build(), failing.handler())
        .withLocalStreaming(OperationSpec.subscription("open/silent").build(), silent.handler())
        .withLocalStreaming(OperationSpec.subscription("open/endless").build(), endless.handler())
        .withLocalStreaming(
            OperationSpec.subscription("closed/ticks").accessControl(restricted).build(),
            Ticks.to(1).handler())
        .build();
  }

  private static CompletableFuture<ResponseEnvelope> answer(ResponseEnvelope envelope) {
    return CompletableFuture.completedFuture(envelope);
  }

  /** The server. */
  public HttpServer server() {
    return server;
  }

  /** What serves calls over WebSocket. */
  public CallAdapter calls() {
    return calls;
  }

  /** Where it listens with TLS. */
  public InetSocketAddress secure() {
    return secure;
  }

  /** Where it listens without. */
  public InetSocketAddress clear() {
    return clear;
  }

  @Override
  public void close() {
    server.close();
    calls.close();
  }

  /** The names of all operations anybody may call. */
  public static List<String> openOperations() {
    return List.of(
        "open/asks-page",
        "open/asks-peer",
        "open/composes",
        "open/echo",
        "open/endless",
        "open/failing",
        "open/fails",
        "open/gate",
        "open/silent",
        "open/strict",
        "open/thousand",
        "open/three",
        "open/whoami");
  }

  /** Makes the body of a call. */
  public static String call(String operation, String input) {
    return Json.json("{'operation':'" + operation + "','input':" + input + "}").toString();
  }

  /** Makes an object of one member. */
  public static JsonNode object(Map<String, String> members) {
    var object = JsonNodeFactory.instance.objectNode();
    members.forEach(object::put);
    return object;
  }
}
