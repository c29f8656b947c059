package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;
import static org.alknet.http.testing.Json.parse;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.alknet.http.server.Stealth;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The four tools, as clients of both eras use them. */
class ToMcpTest {
  private static World world;
  private static Client http;
  private static McpClient client;

  @BeforeAll
  static void start() {
    world =
        World.start(
            settings ->
                settings.mcp(true).limits(World.limits().maxBatch(4).batchConcurrency(2).build()));
    http = Client.http1(world);
    client = new McpClient(http);
  }

  @AfterAll
  static void stop() {
    http.close();
    world.close();
  }

  private static List<String> names(JsonNode result) {
    List<String> names = new ArrayList<>();
    result
        .path("structuredContent")
        .path("operations")
        .forEach(entry -> names.add(entry.path("name").asString()));
    return names;
  }

  private static String code(JsonNode result) {
    assertThat(result.path("isError").asBoolean()).isTrue();
    assertThat(parse(result.path("content").get(0).path("text").asString()))
        .isEqualTo(result.path("structuredContent"));
    return result.path("structuredContent").path("code").asString();
  }

  // ---- search

  @Test
  void aSearchShowsWhatTheCallerMayCallWithoutSubscriptions() {
    JsonNode found = client.tool("", "search", "{}");

    assertThat(found.path("isError").asBoolean()).isFalse();
    assertThat(names(found))
        .contains("open/echo", "open/whoami")
        .doesNotContain("open/three", "closed/secret", "closed/internal")
        .isSorted();
    assertThat(names(client.tool(World.ANN, "search", "{}"))).contains("closed/secret");
    assertThat(names(client.tool(World.BOB, "search", "{}"))).doesNotContain("closed/secret");
  }

  @Test
  void anEntryHasADescriptionAndNoSchema() {
    JsonNode found = client.tool("", "search", "{'query':'OPEN/Echo'}");

    assertThat(found.path("structuredContent"))
        .isEqualTo(
            json("{'operations':[{'name':'open/echo','description':'The query echo of open.'}]}"));
    assertThat(parse(found.path("content").get(0).path("text").asString()))
        .isEqualTo(found.path("structuredContent"));
  }

  // ---- schema

  @Test
  void aSchemaIsTheWholeDescription() {
    JsonNode spec = client.tool("", "schema", "{'name':'/open/strict'}").path("structuredContent");

    assertThat(spec.path("name").asString()).isEqualTo("open/strict");
    assertThat(spec.path("op_type").asString()).isEqualTo("mutation");
    assertThat(spec.path("input_schema")).isEqualTo(json("{'type':'object','required':['a']}"));
    assertThat(spec.has("access_control")).isTrue();
  }

  @Test
  void aSchemaIsForThoseWhoMayCallTheOperation() {
    assertThat(code(client.tool("", "schema", "{'name':'closed/secret'}"))).isEqualTo("FORBIDDEN");
    assertThat(client.tool(World.ANN, "schema", "{'name':'closed/secret'}").path("isError"))
        .isEqualTo(json("false"));
    JsonNode internal = client.tool(World.ANN, "schema", "{'name':'closed/internal'}");
    JsonNode missing = client.tool(World.ANN, "schema", "{'name':'closed/interna1'}");
    assertThat(code(internal)).isEqualTo("NOT_FOUND");
    assertThat(internal.toString().replace("interna1", "internal"))
        .isEqualTo(missing.toString().replace("interna1", "internal"));
  }

  // ---- call

  @ParameterizedTest
  @ValueSource(strings = {"{'a':[1,{'b':null}]}", "[1,2]", "'text'", "3", "null"})
  void aModernResultIsWhatTheOperationAnswered(String input) {
    JsonNode result = client.tool("", "call", "{'operation':'open/echo','input':" + input + "}");

    assertThat(result.path("structuredContent")).isEqualTo(json(input));
    assertThat(parse(result.path("content").get(0).path("text").asString())).isEqualTo(json(input));
    assertThat(result.path("resultType").asString()).isEqualTo("complete");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{'a':1} | {'a':1}", "[1,2] | {'value':[1,2]}", "null | {'value':null}"})
  void aLegacyResultIsAlwaysAnObject(String input, String shown) {
    JsonNode result = client.legacyTool("call", "{'operation':'open/echo','input':" + input + "}");

    assertThat(result.path("structuredContent")).isEqualTo(json(shown));
    assertThat(result.has("resultType")).isFalse();
  }

  @Test
  void withoutAnInputItIsAnEmptyObject() {
    assertThat(client.tool("", "call", "{'operation':'/open/echo'}").path("structuredContent"))
        .isEqualTo(json("{}"));
  }

  @Test
  void theCallerIsWhoeverThisRequestSaysItIs() {
    String whoami = "{'operation':'open/whoami'}";
    assertThat(client.tool(World.ANN, "call", whoami).path("structuredContent"))
        .isEqualTo(json("{'id':'ann','internal':false,'claimed':false,'deadline':true}"));
    assertThat(client.tool("", "call", whoami).path("structuredContent").path("id").asString())
        .isEqualTo("nobody");
    assertThat(
            client.tool(World.BOB, "call", whoami).path("structuredContent").path("id").asString())
        .isEqualTo("bob");
  }

  @ParameterizedTest
  @CsvSource({
    "open/missing, NOT_FOUND",
    "closed/internal, NOT_FOUND",
    "closed/secret, FORBIDDEN",
    "open/strict, INVALID_INPUT",
    "open/three, INVALID_OPERATION_TYPE",
    "open/fails, TEAPOT"
  })
  void whatAnOperationRefusesIsAResultAndNoErrorOfTheProtocol(String operation, String code) {
    String arguments = "{'operation':'" + operation + "'}";
    assertThat(code(client.tool("", "call", arguments))).isEqualTo(code);
    assertThat(code(client.legacyTool("call", arguments))).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schema | {}",
        "schema | {'name':3}",
        "search | {'query':3}",
        "call   | {}",
        "call   | {'operation':{}}",
        "batch  | {}",
        "batch  | {'calls':{}}",
        "batch  | {'calls':[{'input':1}]}",
        "batch  | {'calls':[1]}",
        "batch  |"
            + " {'calls':[{'operation':'a'},{'operation':'a'},{'operation':'a'},{'operation':'a'},{'operation':'a'}]}"
      })
  void argumentsThatMakeNoSenseAreAResult(String tool, String arguments) {
    assertThat(code(client.tool("", tool, arguments))).isEqualTo("INVALID_INPUT");
  }

  // ---- batch

  @Test
  void aBatchAnswersInOrderAndEachForItself() {
    JsonNode result =
        client.tool(
            World.BOB,
            "batch",
            "{'calls':[{'operation':'open/echo','input':1},{'operation':'closed/internal'},"
                + "{'operation':'closed/secret'},{'operation':'open/echo'}]}");

    assertThat(result.path("isError").asBoolean()).isFalse();
    JsonNode results = result.path("structuredContent").path("results");
    assertThat(results.get(0)).isEqualTo(json("{'isError':false,'output':1}"));
    assertThat(results.get(1).path("error").path("code").asString()).isEqualTo("NOT_FOUND");
    assertThat(results.get(2).path("error").path("code").asString()).isEqualTo("FORBIDDEN");
    assertThat(results.get(3)).isEqualTo(json("{'isError':false,'output':{}}"));
    assertThat(client.legacyTool("batch", "{'calls':[]}").path("structuredContent"))
        .isEqualTo(json("{'results':[]}"));
  }

  // ---- the rest

  @Test
  void searchLeadsToASchemaAndToACall() {
    String name = names(client.legacyTool("search", "{'query':'whoami'}")).get(0);
    JsonNode schema = client.legacyTool("schema", "{'name':'" + name + "'}");
    assertThat(schema.path("structuredContent").path("name").asString()).isEqualTo(name);
    assertThat(
            client.legacyTool("call", "{'operation':'" + name + "'}").path("isError").asBoolean())
        .isFalse();
  }

  @Test
  void aClientThatGoesAwayCancelsItsCall() {
    CompletableFuture<?> call =
        http.raw()
            .sendAsync(
                client
                    .modernHeader("tools/call")
                    .header("Mcp-Name", "call")
                    .header("Content-Type", "application/json")
                    .POST(
                        java.net.http.HttpRequest.BodyPublishers.ofString(
                            McpClient.message(
                                    "tools/call",
                                    McpClient.modernParams(
                                        "{'name':'call','arguments':{'operation':'open/gate'}}"))
                                .toString()))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
    Await.result(world.gate.started());

    call.cancel(true);

    Await.result(world.gate.cancelled());
  }

  @Test
  void concealingStrangersSeeTheDecoyAndKnownCallersNoForbiddenOperation() {
    try (World hidden = World.start(s -> s.mcp(true).stealth(Stealth.CONCEAL));
        Client other = Client.http1(hidden)) {
      McpClient there = new McpClient(other);
      assertThat(there.legacy("ping", "{}").headers().firstValue("Server")).contains("nginx");
      assertThat(there.legacy("ping", "{}").statusCode()).isEqualTo(404);
      assertThat(code(there.tool(World.BOB, "call", "{'operation':'closed/secret'}")))
          .isEqualTo("NOT_FOUND");
    }
  }
}
