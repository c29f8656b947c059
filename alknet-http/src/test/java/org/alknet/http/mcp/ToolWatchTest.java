package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.LeafNamespace;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.OpenBody;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * A registry whose MCP tools are followed, against servers of both eras that answer by a script.
 */
class ToolWatchTest {
  private static final String NEWS =
      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}";
  private static final String LISTEN = "subscriptions/listen";
  private static final String ADD = "{'name':'add','inputSchema':{'type':'object'}}";

  /** Nothing but news leads to a question: the rest is an hour away. */
  private static final ToolWatch.Pace BY_NEWS =
      new ToolWatch.Pace(
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(10),
          Duration.ofMillis(50),
          Duration.ofHours(1));

  private static ScriptedServer server;

  /** The streams for news, as they were opened. */
  private final List<OpenBody> streams = Collections.synchronizedList(new ArrayList<>());

  @BeforeAll
  static void start() {
    server = new ScriptedServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void reset() {
    server.reset();
    server.tools(ADD);
    server.result("tools/call", "{'content':[]}");
  }

  private HttpReply opened(String... events) {
    OpenBody stream = new OpenBody();
    for (String event : events) {
      stream.event(event);
    }
    streams.add(stream);
    return stream.events();
  }

  private static String acknowledgement(JsonNode message, boolean tools) {
    return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\",\"params\":"
        + "{\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"
        + message.path("id")
        + "},\"notifications\":{\"toolsListChanged\":"
        + tools
        + "}}}";
  }

  private void modern() {
    server.on(LISTEN, message -> opened(acknowledgement(message, true)));
  }

  private void legacy() {
    server.legacy();
    server.on("GET", message -> opened());
  }

  private OpenBody stream(int number) {
    Await.until("stream " + number, () -> streams.size() > number);
    OpenBody stream = streams.get(number);
    Await.result(stream.opened());
    return stream;
  }

  private static int lists() {
    return server.seen("tools/list").size();
  }

  /** A node as the assembly makes one: everything is offered, and follows the server. */
  private static final class Node implements AutoCloseable {
    private final LeafNamespace leaves = new LeafNamespace("far");
    private final FromMcp adapter;
    private final List<ToolChanges> changes = Collections.synchronizedList(new ArrayList<>());
    private final OperationRegistry registry;
    private final RootInvoker invoker;

    Node(ToolWatch.Pace pace) {
      this.adapter =
          new FromMcp(
              McpServerConfig.of(server.uri(), "far"),
              Importer.CLIENT,
              Capabilities.empty().withHttpToken("far", "token-of-far-0123456789".toCharArray()),
              this::changed);
      offer(Await.result(adapter.importTools()));
      this.registry = OperationRegistry.builder().withServiceDiscovery().withLeaves(leaves).build();
      this.invoker = RootInvoker.of(registry, CallLimits.defaults());
      adapter.follow(pace);
    }

    private void changed(ToolChanges what) {
      changes.add(what);
      offer(adapter.current());
    }

    private void offer(McpImport found) {
      leaves.replace(
          found.registrations().stream()
              .map(
                  one ->
                      new HandlerRegistration(
                          one.spec().withVisibility(Visibility.EXTERNAL),
                          one.handler(),
                          one.provenance(),
                          one.compositionAuthority(),
                          one.scopedEnv(),
                          one.capabilities()))
              .toList());
    }

    List<String> names() {
      return registry.externalOperations().stream().map(OperationSpec::name).toList();
    }

    void awaitNames(String... names) {
      Await.until("the tools are " + List.of(names), () -> names().equals(List.of(names)));
    }

    ResponseEnvelope call(String operation, String input) {
      return Await.result(invoker.invoke(Optional.empty(), operation, Json.json(input)));
    }

    @Override
    public void close() {
      adapter.close();
      invoker.close();
    }
  }

  // ---- both eras

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void newToolsAppearOldOnesGoAndChangedOnesAreCheckedAnew(boolean modern) {
    if (modern) {
      modern();
    } else {
      legacy();
    }
    server.tools(ADD, "{'name':'old','inputSchema':{}}");
    try (Node node = new Node(BY_NEWS)) {
      OpenBody stream = stream(0);
      Await.until("asked when the stream opened", () -> lists() == 2);
      assertThat(node.call("far/old", "{}").isOk()).isTrue();
      assertThat(node.call("far/add", "{}").isOk()).isTrue();

      server.tools(
          "{'name':'add','inputSchema':{'type':'object','required':['a']}}",
          "{'name':'new','inputSchema':{}}");
      stream.event(NEWS);

      node.awaitNames("far/add", "far/new");
      assertThat(node.call("far/new", "{}").isOk()).isTrue();
      assertThat(node.call("far/old", "{}").error()).contains(CallError.notFound("far/old"));
      assertThat(node.call("far/add", "{}").error().orElseThrow().code())
          .isEqualTo(CallError.INVALID_INPUT);
      assertThat(node.call("services/list", "{}").output().orElseThrow().toString())
          .contains("far/new")
          .doesNotContain("far/old");
      assertThat(node.changes)
          .containsExactly(
              new ToolChanges(Set.of("far/new"), Set.of("far/old"), Set.of("far/add")));

      node.adapter.close();
      Await.result(stream.closed());
    }
  }

  @Test
  void aModernServerIsAskedToTellOfItsToolsAndOfNothingElse() {
    modern();
    try (Node node = new Node(BY_NEWS)) {
      stream(0);
      ScriptedServer.Seen asked = server.seen(LISTEN).get(0);

      assertThat(asked.message().path("params").path("notifications"))
          .isEqualTo(json("{'toolsListChanged':true}"));
      assertThat(asked.message().at("/params/_meta/io.modelcontextprotocol~1protocolVersion"))
          .isEqualTo(json("'2026-07-28'"));
      assertThat(asked.fields().first("Mcp-Method")).contains(LISTEN);
      assertThat(asked.fields().first("MCP-Protocol-Version")).contains("2026-07-28");
      assertThat(asked.fields().first("Authorization")).contains("Bearer token-of-far-0123456789");
      assertThat(node.names()).containsExactly("far/add");
    }
  }

  @Test
  void aLegacyStreamBelongsToTheSessionAndItsQuestionsAreAnswered() {
    legacy();
    server.on("POST", message -> HttpReply.empty(202));
    try (Node node = new Node(BY_NEWS)) {
      stream(0).event("{\"jsonrpc\":\"2.0\",\"id\":\"p\",\"method\":\"ping\"}");

      Await.until("answered", () -> server.seen("").stream().anyMatch(this::isPong));
      ScriptedServer.Seen get =
          server.seen().stream().filter(one -> one.http().equals("GET")).findFirst().orElseThrow();
      assertThat(get.fields().first("Mcp-Session-Id")).contains("session-1");
      assertThat(get.fields().first("Accept")).contains("text/event-stream");
      assertThat(get.fields().first("Authorization")).contains("Bearer token-of-far-0123456789");
      assertThat(node.names()).containsExactly("far/add");
    }
  }

  private boolean isPong(ScriptedServer.Seen seen) {
    return seen.message().equals(json("{'jsonrpc':'2.0','id':'p','result':{}}"));
  }

  // ---- rates

  @Test
  void aBurstOfNewsIsOneQuestionOrTwo() {
    modern();
    ToolWatch.Pace pace =
        new ToolWatch.Pace(
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofHours(1));
    try (Node node = new Node(pace)) {
      OpenBody stream = stream(0);
      Await.until("asked when the stream opened", () -> lists() == 2);
      server.tools("{'name':'new','inputSchema':{}}");

      for (int i = 0; i < 500; i++) {
        stream.event(NEWS);
      }

      node.awaitNames("far/new");
      // On a slow machine the burst may last longer than one pause; never a question for each.
      assertThat(lists()).isLessThan(50);
    }
  }

  @Test
  void aServerThatFloodsItsStreamIsCutOffAndListenedToAgainLater() {
    modern();
    try (Node node = new Node(BY_NEWS)) {
      stream(0).endlessly(("data: " + NEWS + "\n\n").repeat(100));

      Await.result(streams.get(0).closed());
      stream(1);
      assertThat(node.names()).containsExactly("far/add");
    }
  }

  // ---- failures

  @Test
  void whatFailsIsTriedAgainAndUntilThenNothingChanges() {
    modern();
    try (Node node = new Node(BY_NEWS)) {
      OpenBody stream = stream(0);
      Await.until("asked when the stream opened", () -> lists() == 2);
      server.on(
          "tools/list",
          message ->
              switch (lists()) {
                case 3 -> HttpReply.empty(500);
                case 4 -> ScriptedServer.reply(message, "{'tools':'none'}");
                case 5 -> ScriptedServer.error(200, message, "{'code':-32603,'message':'x'}");
                default ->
                    ScriptedServer.reply(message, "{'tools':[{'name':'new','inputSchema':{}}]}");
              });

      stream.event(NEWS);

      Await.until("three failures", () -> lists() >= 5);
      node.awaitNames("far/new");
    }
  }

  @Test
  void aStreamThatEndsIsOpenedAgainAndWhatWasMissedIsSeen() {
    modern();
    try (Node node = new Node(BY_NEWS)) {
      OpenBody first = stream(0);
      Await.until("asked when the stream opened", () -> lists() == 2);
      server.tools("{'name':'new','inputSchema':{}}");
      first.end();

      node.awaitNames("far/new");

      stream(1)
          .event(
              "{\"jsonrpc\":\"2.0\",\"id\":"
                  + server.seen(LISTEN).get(1).message().path("id")
                  + ",\"result\":{\"resultType\":\"complete\"}}");
      stream(2).event("nonsense");
      stream(3);
      Await.result(streams.get(2).closed());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"405", "unknown", "json", "unacknowledged"})
  void aServerWithoutAStreamIsAskedNowAndThen(String kind) {
    server.on(
        LISTEN,
        message ->
            switch (kind) {
              case "405" -> HttpReply.empty(405);
              case "unknown" ->
                  ScriptedServer.error(404, message, "{'code':-32601,'message':'no such method'}");
              case "json" -> ScriptedServer.json(200, "{}");
              default -> opened(acknowledgement(message, false));
            });
    ToolWatch.Pace pace =
        new ToolWatch.Pace(
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(200));
    try (Node node = new Node(pace)) {
      Await.until("asked for a stream", () -> !server.seen(LISTEN).isEmpty());
      server.tools("{'name':'new','inputSchema':{}}");

      node.awaitNames("far/new");

      assertThat(server.seen(LISTEN)).hasSizeLessThan(100);
    }
  }

  @Test
  void aSessionThatIsForgottenIsOpenedAgainAndListenedTo() {
    legacy();
    try (Node node = new Node(BY_NEWS)) {
      server.on(
          "GET",
          message -> server.seen("initialize").size() == 1 ? HttpReply.empty(404) : opened());
      stream(0).end();

      stream(1).event(NEWS);

      assertThat(server.seen("initialize")).hasSize(2);
      assertThat(node.names()).containsExactly("far/add");
    }
  }

  @Test
  void aToolTheServerNoLongerKnowsLeadsToAQuestionOnceInAWhile() {
    server.on(LISTEN, message -> HttpReply.empty(405));
    ToolWatch.Pace pace =
        new ToolWatch.Pace(
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofMillis(1),
            Duration.ofHours(1));
    try (Node node = new Node(pace)) {
      server.tools("{'name':'new','inputSchema':{}}");
      server.on(
          "tools/call",
          message ->
              ScriptedServer.error(200, message, "{'code':-32602,'message':'Unknown tool: add'}"));

      Await.until(
          "a call fails late enough",
          () -> {
            node.call("far/add", "{}");
            return node.names().equals(List.of("far/new"));
          });
    }
  }

  // ---- the end

  @Test
  void afterTheEndNothingIsAskedAndNothingIsOpen() {
    modern();
    Node node = new Node(BY_NEWS);
    OpenBody stream = stream(0);
    Await.until("asked when the stream opened", () -> lists() == 2);

    node.close();

    Await.result(stream.closed());
    stream.event(NEWS);
    assertThat(streams).hasSize(1);
    assertThat(lists()).isEqualTo(2);
  }

  @Test
  void aServerIsFollowedOnce() {
    modern();
    try (Node node = new Node(BY_NEWS)) {
      assertThatThrownBy(() -> node.adapter.follow()).isInstanceOf(IllegalStateException.class);
    }
  }
}
