package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.call.adapter.AdapterException;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.mcp.McpImport.Reason;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The importer against servers that answer by a script, and against a node of our own. */
class FromMcpTest {
  private static final String ADD =
      "{'name':'add','inputSchema':{'type':'object','properties':{'a':{'type':'integer'}}}}";

  private static ScriptedServer server;

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
    server.result("tools/call", "{'content':[{'type':'text','text':'fine'}]}");
  }

  private static Throwable failure(CompletionStage<?> stage) {
    try {
      Object value = stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
      throw new AssertionError("no failure but " + value);
    } catch (ExecutionException failed) {
      return Objects.requireNonNull(failed.getCause());
    } catch (Exception other) {
      throw new AssertionError(other);
    }
  }

  private static Throwable importFailure(URI endpoint) {
    try (Importer importer = new Importer(endpoint)) {
      return failure(importer.adapter().importOperations());
    }
  }

  private static Capabilities token(String service, String token) {
    return Capabilities.empty().withHttpToken(service, token.toCharArray());
  }

  // ---- a node of our own

  @Test
  void theToolsOfANodeBecomeOperationsOfAnother() {
    AtomicReference<Capabilities> now = new AtomicReference<>(token("far", World.ANN));
    try (World node = World.start(settings -> settings.mcp(true));
        Importer importer =
            new Importer(
                McpServerConfig.of(
                    URI.create("https://localhost:" + node.secure().getPort() + "/mcp"), "far"),
                Capabilities.following(now::get))) {
      assertThat(importer.run().registrations())
          .extracting(one -> one.spec().name())
          .containsExactly("far/search", "far/schema", "far/call", "far/batch");
      assertThat(importer.output("far/call", "{'operation':'open/whoami'}").path("id"))
          .isEqualTo(json("'ann'"));
      assertThat(
              importer
                  .call("far/call", "{'operation':'closed/internal'}")
                  .error()
                  .orElseThrow()
                  .code())
          .isEqualTo("MCP_TOOL_ERROR");

      // A credential that is replaced is used from the next call on, without another import.
      now.set(token("mcp", World.BOB));
      assertThat(importer.output("far/call", "{'operation':'open/whoami'}").path("id"))
          .isEqualTo(json("'bob'"));
      now.set(Capabilities.empty());
      assertThat(importer.output("far/call", "{'operation':'open/whoami'}").path("id"))
          .isEqualTo(json("'nobody'"));
    }
  }

  // ---- what a tool becomes

  @Test
  void aToolBecomesAnInternalLeaf() {
    server.tools(
        "{'name':'Read File!','inputSchema':{'type':'object'},'outputSchema':{'type':'string'}}",
        ADD);
    Capabilities capabilities = token("far", "a-token-for-far-0123456789");
    try (Importer importer = new Importer(McpServerConfig.of(server.uri(), "far"), capabilities)) {
      List<HandlerRegistration> found =
          Await.result(importer.adapter().importTools()).registrations();

      OperationSpec read = found.get(0).spec();
      assertThat(read.name()).isEqualTo("far/Read_File_");
      assertThat(read.opType()).isEqualTo(OperationType.MUTATION);
      assertThat(read.visibility()).isEqualTo(Visibility.INTERNAL);
      assertThat(read.accessControl()).isEqualTo(AccessControl.unrestricted());
      assertThat(read.outputSchema()).isEqualTo(json("{'type':'string'}"));
      assertThat(found.get(0).provenance()).isEqualTo(OperationProvenance.FROM_MCP);
      assertThat(found.get(0).compositionAuthority()).isEmpty();
      assertThat(found.get(0).scopedEnv()).isEmpty();
      assertThat(found.get(0).capabilities()).isSameAs(capabilities);
      assertThat(importer.adapter().operations())
          .containsExactlyInAnyOrder("far/Read_File_", "far/add");
      assertThat(server.seen("tools/list").get(0).fields().all("Authorization"))
          .containsExactly("Bearer a-token-for-far-0123456789");
    }
  }

  @Test
  void aToolThatDoesNotSayWhatItAnswersAnswersContentBlocks() {
    try (Importer importer = new Importer(server.uri())) {
      OperationSpec spec = Await.result(importer.adapter().importOperations()).get(0).spec();

      List<String> kinds = new ArrayList<>();
      spec.outputSchema()
          .path("items")
          .path("anyOf")
          .forEach(kind -> kinds.add(kind.at("/properties/type/const").asString()));
      assertThat(kinds).containsExactly("text", "image", "audio", "resource", "resource_link");
      assertThat(spec.errorSchemas()).hasSize(1);
      assertThat(spec.errorSchemas().get(0).code()).isEqualTo("MCP_TOOL_ERROR");
      assertThat(spec.errorSchemas().get(0).httpStatus()).isEmpty();
      assertThat(spec.errorSchemas().get(0).description()).contains("add", "isError");
      assertThat(spec.errorSchemas().get(0).schema()).isEqualTo(spec.outputSchema());
    }
  }

  @Test
  void schemasOfOlderDraftsAreBroughtUpToDate() {
    server.tools(
        "{'name':'old','inputSchema':{'$schema':'http://json-schema.org/draft-07/schema#',"
            + "'type':'object','properties':{'pair':{'type':'array','items':[{'type':'string'},"
            + "{'type':'integer'}],'additionalItems':false}},'dependencies':{'a':['b'],"
            + "'c':{'required':['d']}},'default':{'items':[1]}}}");
    try (Importer importer = new Importer(server.uri())) {
      importer.run();

      assertThat(importer.call("far/old", "{'pair':['x',1]}").isOk()).isTrue();
      for (String wrong : List.of("{'pair':[1]}", "{'pair':['x',1,2]}", "{'a':1}", "{'c':1}")) {
        assertThat(importer.call("far/old", wrong).error().orElseThrow().code())
            .isEqualTo(CallError.INVALID_INPUT);
      }
    }
  }

  @Test
  void whatCannotBeAnOperationIsListedWithItsReason() {
    server.tools(
        ADD,
        "3",
        "{'inputSchema':{'type':'object'}}",
        "{'name':'\\u001b[31mred\\u202e','inputSchema':{'type':'banana'}}",
        "{'name':'///','inputSchema':{'type':'object'}}",
        "{'name':'" + "x".repeat(300) + "','inputSchema':{'type':'object'}}",
        "{'name':'none'}",
        "{'name':'remote','inputSchema':{'$ref':'https://example.com/schema.json'}}",
        "{'name':'draft','inputSchema':{'$schema':'urn:unknown','type':'object'}}",
        "{'name':'output','inputSchema':{'type':'object'},'outputSchema':[1]}",
        "{'name':'header','inputSchema':{'type':'object','properties':"
            + "{'a':{'type':'object','x-mcp-header':'A'}}}}");
    try (Importer importer = new Importer(server.uri())) {
      McpImport found = Await.result(importer.adapter().importTools());

      assertThat(found.registrations()).hasSize(1);
      assertThat(found.skipped())
          .extracting(McpImport.Skipped::reason)
          .containsExactly(
              Reason.MALFORMED,
              Reason.MALFORMED,
              Reason.SCHEMA,
              Reason.NAME,
              Reason.NAME,
              Reason.SCHEMA,
              Reason.SCHEMA,
              Reason.SCHEMA,
              Reason.SCHEMA,
              Reason.HEADER_ANNOTATION);
      assertThat(found.skipped().get(2).name()).isEqualTo("\\u001b[31mred\\u202e");
      assertThat(found.skipped())
          .allSatisfy(one -> assertThat(one.name() + one.detail()).matches("[\\x20-\\x7e]{0,300}"));
    }
  }

  @Test
  void aToolThatIsTooLargeIsLeftOut() {
    server.tools(
        ADD, "{'name':'big','inputSchema':{'type':'object','x':'" + "x".repeat(1 << 20) + "'}}");
    try (Importer importer = new Importer(server.uri())) {
      assertThat(Await.result(importer.adapter().importTools()).skipped())
          .extracting(McpImport.Skipped::reason)
          .containsExactly(Reason.TOO_LARGE);
    }
  }

  @Test
  void twoToolsOfOneNameAreAnError() {
    server.tools(ADD, "{'name':'a b','inputSchema':{}}", "{'name':'a_b','inputSchema':{}}");

    assertThat(importFailure(server.uri()))
        .isInstanceOf(AdapterException.SamePeerCollision.class)
        .hasMessageContaining("far/a_b");
  }

  // ---- how the era is found out

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // status and body of server/discover, and what is made of it
        "200 | {'result':{'supportedVersions':['2026-07-28']}} | modern",
        "200 | {'result':{'supportedVersions':['2025-11-25']}} | legacy",
        "200 | {'result':{'supportedVersions':['2031-01-01']}} | failed",
        "200 | {'result':{}} | legacy",
        "200 | {'error':{'code':-32601,'message':'what?'}} | legacy",
        "404 | {'error':{'code':-32601,'message':'what?'}} | legacy",
        "400 | {'error':{'code':-32000,'message':'no session'}} | legacy",
        "400 | {'error':{'code':-32022,'data':{'supported':['2025-06-18']}}} | legacy",
        "400 | {'error':{'code':-32022,'data':{'supported':['2026-07-28']}}} | failed",
        "400 | {'error':{'code':-32020,'message':'header'}} | failed",
        "405 | `` | legacy",
        "400 | nonsense | legacy",
        "401 | `` | unauthorized",
        "403 | `` | failed",
        "302 | `` | failed",
        "500 | `` | failed"
      })
  void theEraShowsInTheFirstAnswer(int status, String body, String outcome) {
    server.legacy();
    server.on(
        "server/discover",
        message ->
            body.startsWith("{")
                ? ScriptedServer.json(
                    status,
                    json(body.replaceFirst(
                            "\\{", "{'jsonrpc':'2.0','id':" + message.path("id") + ","))
                        .toString())
                : HttpReply.text(status, "text/plain", body));
    try (Importer importer = new Importer(server.uri())) {
      switch (outcome) {
        case "modern", "legacy" -> {
          assertThat(Await.result(importer.adapter().importOperations())).hasSize(1);
          assertThat(server.seen("initialize")).hasSize(outcome.equals("legacy") ? 1 : 0);
        }
        case "unauthorized" ->
            assertThat(failure(importer.adapter().importOperations()))
                .isInstanceOf(AdapterException.Unauthorized.class);
        default ->
            assertThat(failure(importer.adapter().importOperations()))
                .isInstanceOf(AdapterException.DiscoveryFailed.class);
      }
    }
  }

  @Test
  void everyRequestOfTheModernEraStandsForItself() {
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      importer.call("far/add", "{'a':1}");

      assertThat(server.seen()).hasSize(3);
      for (ScriptedServer.Seen one : server.seen()) {
        JsonNode meta = one.message().path("params").path("_meta");
        assertThat(meta.path("io.modelcontextprotocol/protocolVersion").asString())
            .isEqualTo("2026-07-28");
        assertThat(meta.path("io.modelcontextprotocol/clientInfo").path("name").asString())
            .isEqualTo("alknet-from-mcp");
        assertThat(meta.path("io.modelcontextprotocol/clientCapabilities").isObject()).isTrue();
        assertThat(one.fields().first("MCP-Protocol-Version")).contains("2026-07-28");
        assertThat(one.fields().first("Mcp-Method")).contains(one.method());
        assertThat(one.fields().first("Accept")).contains("application/json, text/event-stream");
        assertThat(one.fields().contains("Mcp-Session-Id")).isFalse();
      }
      assertThat(server.seen("tools/call").get(0).fields().first("Mcp-Name")).contains("add");
    }
  }

  @Test
  void aLegacyServerIsGreetedAndToldOfTheEnd() {
    server.legacy();
    server.on("DELETE", message -> HttpReply.empty(200));
    try (Importer importer =
        new Importer(
            McpServerConfig.of(server.uri(), "far"), token("mcp", "a-token-for-mcp-0123456789"))) {
      importer.run();
      importer.call("far/add", "{'a':1}");

      JsonNode greeting = server.seen("initialize").get(0).message().path("params");
      assertThat(greeting.path("protocolVersion").asString()).isEqualTo("2025-11-25");
      assertThat(greeting.path("clientInfo").path("name").asString()).isEqualTo("alknet-from-mcp");
      ScriptedServer.Seen call = server.seen("tools/call").get(0);
      assertThat(call.fields().first("Mcp-Session-Id")).contains("session-1");
      assertThat(call.fields().first("MCP-Protocol-Version")).contains("2025-06-18");
      assertThat(call.message().path("params"))
          .isEqualTo(json("{'name':'add','arguments':{'a':1}}"));
      assertThat(server.seen())
          .allSatisfy(
              one ->
                  assertThat(one.fields().first("Authorization"))
                      .contains("Bearer a-token-for-mcp-0123456789"));
    }
    Await.until(
        "the session ends", () -> server.seen().stream().anyMatch(o -> o.http().equals("DELETE")));
  }

  @ParameterizedTest
  @CsvSource({"404, -32001", "400, -32000", "400, 0"})
  void aSessionTheServerForgotIsOpenedOnceMore(int status, int code) {
    server.legacy();
    AtomicInteger refusals = new AtomicInteger(1);
    server.on(
        "tools/call",
        message ->
            refusals.getAndDecrement() <= 0
                ? ScriptedServer.reply(message, "{'content':[]}")
                : code == 0
                    ? HttpReply.text(status, "text/plain", "no valid session")
                    : ScriptedServer.error(
                        status, message, "{'code':" + code + ",'message':'no session'}"));
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      assertThat(importer.output("far/add", "{}")).isEqualTo(json("[]"));
      assertThat(server.seen("initialize")).hasSize(2);

      refusals.set(2);
      CallError error = importer.call("far/add", "{}").error().orElseThrow();
      assertThat(error.code()).isEqualTo(CallError.INTERNAL);
      assertThat(server.seen("initialize")).hasSize(3);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'protocolVersion':'2024-11-05'}",
        "{'protocolVersion':'2026-07-28'}",
        "{'protocolVersion':3}",
        "{}"
      })
  void aGreetingThatMakesNoSenseEndsTheImport(String result) {
    server.legacy();
    server.result("initialize", result);

    assertThat(importFailure(server.uri())).isInstanceOf(AdapterException.DiscoveryFailed.class);
  }

  // ---- listing

  @Test
  void everyPageIsAskedFor() {
    server.on(
        "tools/list",
        message ->
            switch (message.path("params").path("cursor").asString("")) {
              case "" -> ScriptedServer.reply(message, "{'tools':[" + ADD + "],'nextCursor':'b'}");
              case "b" -> ScriptedServer.reply(message, "{'tools':[],'nextCursor':'c'}");
              default ->
                  ScriptedServer.reply(
                      message, "{'tools':[{'name':'two','inputSchema':{}}],'nextCursor':null}");
            });
    try (Importer importer = new Importer(server.uri())) {
      assertThat(Await.result(importer.adapter().importOperations())).hasSize(2);
      assertThat(server.seen("tools/list")).hasSize(3);
    }
  }

  @Test
  void aListWithoutEndIsRefused() {
    server.on(
        "tools/list",
        message -> ScriptedServer.reply(message, "{'tools':[],'nextCursor':'again'}"));
    assertThat(importFailure(server.uri()))
        .isInstanceOf(AdapterException.DiscoveryFailed.class)
        .hasMessageContaining("no end");

    server.on(
        "tools/list",
        message ->
            ScriptedServer.reply(
                message, "{'tools':[3,3,3],'nextCursor':'" + message.path("id") + "'}"));
    try (Importer importer =
        new Importer(
            McpServerConfig.of(server.uri(), "far").withMaxTools(100), Capabilities.empty())) {
      assertThat(failure(importer.adapter().importOperations()))
          .isInstanceOf(AdapterException.DiscoveryFailed.class)
          .hasMessageContaining("more than 100 tools");
    }

    server.on(
        "tools/list",
        message -> ScriptedServer.json(200, "{\"jsonrpc\":\"2.0\",\"x\":\"" + "x".repeat(3 << 20)));
    assertThat(importFailure(server.uri()))
        .isInstanceOf(AdapterException.class)
        .hasMessageContaining("longer than 2097152 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{'tools':{}}", "{'tools':[],'nextCursor':3}"})
  void aListThatIsNoneIsRefused(String result) {
    server.result("tools/list", result);

    assertThat(importFailure(server.uri())).isInstanceOf(AdapterException.DiscoveryFailed.class);
  }

  @Test
  void aServerThatIsNotThereIsATransportFailure() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }

    assertThat(importFailure(URI.create("http://127.0.0.1:" + port + "/mcp")))
        .isInstanceOf(AdapterException.Transport.class);
  }

  // ---- results

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'content':[{'type':'text','text':'x'}],'structuredContent':{'a':1}} | {'a':1}",
        "{'content':[],'structuredContent':null} | null",
        "{'content':[{'type':'text','text':'{}'}]} | [{'type':'text','text':'{}'}]",
        "{'content':[{'type':'image','data':'AA==','mimeType':'image/png'}]} |"
            + " [{'type':'image','data':'AA==','mimeType':'image/png'}]",
        "{'content':[]} | []",
        "{} | []",
        "{'content':[],'isError':false,'resultType':'complete'} | []"
      })
  void aResultIsWhatItsStructureSaysOrItsBlocks(String result, String output) {
    server.result("tools/call", result);
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      assertThat(importer.output("far/add", "{}")).isEqualTo(json(output));
    }
  }

  @Test
  void aToolThatFailsIsAnErrorWithItsBlocks() {
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      server.result("tools/call", "{'isError':true,'content':[{'type':'text','text':'no'}]}");
      CallError error = importer.call("far/add", "{}").error().orElseThrow();
      assertThat(error.code()).isEqualTo("MCP_TOOL_ERROR");
      assertThat(error.retryable()).isFalse();
      assertThat(error.details()).contains(json("[{'type':'text','text':'no'}]"));

      server.result("tools/call", "{'isError':true}");
      error = importer.call("far/add", "{}").error().orElseThrow();
      assertThat(error.message()).contains("without content");
      assertThat(error.details()).contains(json("[]"));
    }
  }

  @Test
  void anInputThatIsNoObjectIsWrapped() {
    server.tools("{'name':'any','inputSchema':{}}");
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      importer.call("far/any", "[1]");
      assertThat(server.seen("tools/call").get(0).message().path("params").path("arguments"))
          .isEqualTo(json("{'value':[1]}"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "200 | {'jsonrpc':'2.0','id':ID,'error':{'code':-32602,'message':'bad\\u001b[2J'}} |"
            + " {'rpc_code':-32602,'http_status':200}",
        "404 | {'jsonrpc':'2.0','id':ID,'error':{'code':-32601,'message':''}} |"
            + " {'rpc_code':-32601,'http_status':404}",
        "200 | {'jsonrpc':'2.0','id':ID,'error':3} | null",
        "200 | {'jsonrpc':'2.0','id':4711,'result':{'content':[]}} | null",
        "200 | {'jsonrpc':'2.0','id':'1','result':{'content':[]}} | null",
        "200 | {'jsonrpc':'2.0','result':{'content':[]}} | null",
        "200 | {'jsonrpc':'1.0','id':ID,'result':{'content':[]}} | null",
        "200 | {'jsonrpc':'2.0','id':ID,'result':[]} | null",
        "200 | {'jsonrpc':'2.0','id':ID} | null",
        "200 | {'jsonrpc':'2.0','id':ID,'result':{'content':'text'}} | null",
        "200 | {'jsonrpc':'2.0','id':ID,'result':{'resultType':'input_required'}} | null",
        "200 | {'jsonrpc':'2.0','id':ID,'result':{'resultType':'new'}} | null",
        "200 | [] | null",
        "200 | {'truncated' | null",
        "202 | `` | null",
        "500 | {'jsonrpc':'2.0','id':ID,'error':{'code':-32603,'message':'x'}} |"
            + " {'rpc_code':-32603,'http_status':500}",
        "500 | `` | {'http_status':500}",
        "302 | `` | {'http_status':302}",
        "401 | `` | {'http_status':401}"
      })
  void whatIsNoResultIsAnInternalError(int status, String body, String details) {
    server.on(
        "tools/call",
        message ->
            ScriptedServer.json(
                    status, body.replace("ID", message.path("id").toString()).replace('\'', '"'))
                .with("Location", "https://elsewhere.example/mcp"));
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      CallError error = importer.call("far/add", "{}").error().orElseThrow();

      assertThat(error.code()).isEqualTo(CallError.INTERNAL);
      assertThat(error.message()).startsWith("tools/call failed: ").matches("[\\x20-\\x7e]*");
      assertThat(error.details().orElse(json("null"))).isEqualTo(json(details));
      assertThat(server.seen("tools/call")).hasSize(1);
    }
  }

  // ---- answers as events

  @Test
  void anAnswerMayComeAsEvents() {
    server.on(
        "tools/call",
        message ->
            ScriptedServer.events(
                ": comment\n\nid: 1\ndata:\n\n"
                    + "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n"
                    + "event: message\ndata: "
                    + ScriptedServer.envelope(message).set("result", json("{'content':[]}"))
                    + "\n\n"));
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      assertThat(importer.output("far/add", "{}")).isEqualTo(json("[]"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ": nothing\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":4711,\"result\":{}}\n\n",
        "data: nonsense\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n"
      })
  void eventsWithoutAnAnswerAreAnInternalError(String events) {
    server.on("tools/call", message -> ScriptedServer.events(events));
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      assertThat(importer.call("far/add", "{}").error().orElseThrow().code())
          .isEqualTo(CallError.INTERNAL);
    }
  }

  // ---- header fields

  @Test
  void partsOfTheInputAreRepeatedWhereTheToolAsksForIt() {
    server.tools(
        "{'name':'sql','inputSchema':{'type':'object','properties':{"
            + "'region':{'type':'string','x-mcp-header':'Region'},"
            + "'deep':{'type':'object','properties':{'n':{'type':'integer','x-mcp-header':'N'}}},"
            + "'ok':{'type':['boolean','null'],'x-mcp-header':'Ok'}}}}");
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      importer.call("far/sql", "{'region':'süd','deep':{'n':42.0},'ok':null}");
      importer.call("far/sql", "{'region':' us ','ok':true}");

      HttpFields first = server.seen("tools/call").get(0).fields();
      assertThat(first.first("Mcp-Param-Region")).contains("=?base64?c8O8ZA==?=");
      assertThat(first.first("Mcp-Param-N")).contains("42");
      assertThat(first.contains("Mcp-Param-Ok")).isFalse();
      HttpFields second = server.seen("tools/call").get(1).fields();
      assertThat(second.first("Mcp-Param-Region")).contains("=?base64?IHVzIA==?=");
      assertThat(second.contains("Mcp-Param-N")).isFalse();
      assertThat(second.first("Mcp-Param-Ok")).contains("true");
      assertThat(
              importer
                  .call("far/sql", "{'deep':{'n':9007199254740992}}")
                  .error()
                  .orElseThrow()
                  .code())
          .isEqualTo(CallError.INVALID_INPUT);
    }
  }

  @Test
  void aToolThatAsksForOtherFieldsThanItDidIsLookedUpAgain() {
    server.on(
        "tools/call",
        message ->
            server.seen("tools/call").size() == 1
                ? ScriptedServer.error(400, message, "{'code':-32020,'message':'header'}")
                : ScriptedServer.reply(message, "{'content':[]}"));
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      server.tools(
          "{'name':'add','inputSchema':{'type':'object','properties':"
              + "{'a':{'type':'integer','x-mcp-header':'A'}}}}");

      assertThat(importer.output("far/add", "{'a':7}")).isEqualTo(json("[]"));
      assertThat(server.seen("tools/call").get(1).fields().first("Mcp-Param-A")).contains("7");
      assertThat(importer.changes)
          .containsExactly(
              new ToolChanges(java.util.Set.of(), java.util.Set.of(), java.util.Set.of("far/add")));
    }
  }

  // ---- changes

  @Test
  void aServerThatSaysItsToolsChangedIsAskedAgain() {
    try (Importer importer = new Importer(server.uri())) {
      server.tools(ADD, "{'name':'old','inputSchema':{}}");
      importer.run();
      server.on(
          "tools/call",
          message ->
              ScriptedServer.events(
                  "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"
                      + "data: "
                      + ScriptedServer.envelope(message).set("result", json("{'content':[]}"))
                      + "\n\n"));
      server.tools(ADD, "{'name':'new','inputSchema':{}}");
      assertThat(importer.call("far/old", "{}").isOk()).isTrue();

      ResponseEnvelope gone = importer.call("far/old", "{}");

      assertThat(gone.error().orElseThrow().code()).isEqualTo(CallError.NOT_FOUND);
      assertThat(importer.changes).hasSize(1);
      assertThat(importer.changes.get(0).added()).containsExactly("far/new");
      assertThat(importer.changes.get(0).removed()).containsExactly("far/old");
      assertThat(importer.changes.get(0))
          .hasToString("ToolChanges[added=[far/new], removed=[far/old], changed=[]]");
      assertThat(importer.run().registrations()).hasSize(2);
      assertThat(Await.result(importer.adapter().refresh()).isEmpty()).isTrue();
    }
  }

  // ---- time, cancelling, the end

  @Test
  void aServerThatNeverAnswersRunsOutOfTimeAndIsTold() {
    server.legacy();
    CompletableFuture<Void> gone = new CompletableFuture<>();
    server.script(
        "tools/call",
        (message, exchange) -> {
          exchange.gone().thenRun(() -> gone.complete(null)).toCompletableFuture().isDone();
          return new CompletableFuture<>();
        });
    try (Importer importer = new Importer(Importer.quick(server.uri()), Capabilities.empty())) {
      importer.run();
      CallError error = importer.call("far/add", "{}").error().orElseThrow();

      assertThat(error.code()).isEqualTo(CallError.TIMEOUT);
      Await.result(gone);
      Await.until("the server is told", () -> !server.seen("notifications/cancelled").isEmpty());
      assertThat(
              server
                  .seen("notifications/cancelled")
                  .get(0)
                  .message()
                  .path("params")
                  .path("requestId"))
          .isEqualTo(server.seen("tools/call").get(0).message().path("id"));
    }
  }

  @Test
  void aCallerThatGivesUpEndsTheRequest() {
    CompletableFuture<Void> started = new CompletableFuture<>();
    CompletableFuture<Void> gone = new CompletableFuture<>();
    server.script(
        "tools/call",
        (message, exchange) -> {
          exchange.gone().thenRun(() -> gone.complete(null)).toCompletableFuture().isDone();
          started.complete(null);
          return new CompletableFuture<>();
        });
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      CompletableFuture<ResponseEnvelope> call = importer.start("far/add", "{}");
      Await.result(started);

      call.cancel(false);

      Await.result(gone);
      assertThat(server.seen("notifications/cancelled")).isEmpty();
    }
  }

  @Test
  void afterTheEndCallsFail() {
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      importer.adapter().close();

      assertThat(importer.call("far/add", "{}").error().orElseThrow().code())
          .isEqualTo(CallError.INTERNAL);
      assertThat(server.seen("tools/call")).isEmpty();
    }
  }

  // ---- credentials and addresses

  @Test
  void aCredentialDoesNotGoToAnotherMachineWithoutTls() {
    try (Importer importer =
        new Importer(
            McpServerConfig.of(URI.create("http://far.invalid/mcp"), "far"),
            token("far", "a-token-for-nobody-0123456789"))) {
      assertThat(failure(importer.adapter().importOperations()))
          .isInstanceOf(AdapterException.DiscoveryFailed.class)
          .hasMessageContaining("without TLS");
    }
  }

  @Test
  void aCredentialNoFieldCanHoldIsNotRepeated() {
    try (Importer importer =
        new Importer(
            McpServerConfig.of(server.uri(), "far"), token("far", "two\r\nlines-0123456789"))) {
      assertThat(failure(importer.adapter().importOperations()))
          .isInstanceOf(AdapterException.DiscoveryFailed.class)
          .hasMessageNotContaining("lines");
      assertThat(server.seen()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/mcp",
        "/mcp",
        "https://user:secret@host/mcp",
        "https://host/mcp#part",
        "file:///etc/passwd"
      })
  void anAddressThatIsNoServerIsRefused(String address) {
    assertThatThrownBy(() -> McpServerConfig.of(URI.create(address), "far"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "services", "-a", "a b"})
  void aNamespaceIsOnePartOfAName(String namespace) {
    assertThatThrownBy(() -> McpServerConfig.of(server.uri(), namespace))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
