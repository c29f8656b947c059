package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.alknet.http.server.Origins;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.RawPeer;
import org.alknet.http.testing.World;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The transport of {@code /mcp} in both eras, as stock clients see it. */
class McpHttpEndpointTest {
  private static World world;
  private static Client http;
  private static McpClient client;

  @BeforeAll
  static void start() {
    world =
        World.start(
            settings -> settings.mcp(true).origins(Origins.of(Set.of("https://app.example"))));
    http = Client.http1(world);
    client = new McpClient(http);
  }

  @AfterAll
  static void stop() {
    http.close();
    world.close();
  }

  private static int error(HttpResponse<String> reply) {
    return Client.body(reply).path("error").path("code").asInt(0);
  }

  private static HttpResponse<String> post(String body) {
    return http.post(http.request("/mcp"), body);
  }

  // ---- without an initialize

  @Test
  void aModernClientLearnsWhatIsSpoken() {
    JsonNode answer = Client.body(client.modern("server/discover", "{}"));

    assertThat(answer.path("id")).isEqualTo(json("7"));
    JsonNode result = answer.path("result");
    assertThat(result.path("supportedVersions"))
        .isEqualTo(json("['2026-07-28','2025-11-25','2025-06-18','2025-03-26']"));
    assertThat(result.path("capabilities")).isEqualTo(json("{'tools':{}}"));
    assertThat(result.path("resultType").asString()).isEqualTo("complete");
    assertThat(result.path("ttlMs").asInt()).isEqualTo(3_600_000);
    assertThat(result.path("cacheScope").asString()).isEqualTo("public");
    assertThat(result.path("instructions").asString()).contains("search", "schema", "batch");
    JsonNode server = result.path("_meta").path("io.modelcontextprotocol/serverInfo");
    assertThat(server.path("name").asString()).isEqualTo("alknet-to-mcp");
    assertThat(server.path("version").asString()).matches("[0-9]+\\.[0-9]+.*");
  }

  @Test
  void aModernListHasTheFourToolsAndSaysHowLongItHolds() {
    JsonNode result = Client.body(client.modern("tools/list", "{}")).path("result");

    List<String> names = new ArrayList<>();
    result.path("tools").forEach(tool -> names.add(tool.path("name").asString()));
    assertThat(names).containsExactly("search", "schema", "call", "batch");
    assertThat(result.path("ttlMs").asInt()).isEqualTo(3_600_000);
    assertThat(result.path("cacheScope").asString()).isEqualTo("public");
    assertThat(result.path("resultType").asString()).isEqualTo("complete");
    assertThat(result.has("nextCursor")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    // the header, the body's revision, its capabilities, the method in the header; the error
    "2026-07-28, '', {}, server/discover, -32602",
    "2026-07-28, 2026-07-28, '', server/discover, -32602",
    "'', 2026-07-28, {}, server/discover, -32020",
    "2025-11-25, 2026-07-28, {}, server/discover, -32020",
    "2099-01-01, 2099-01-01, {}, server/discover, -32022",
    "2026-07-28, 2026-07-28, {}, '', -32020",
    "2026-07-28, 2026-07-28, {}, SERVER/DISCOVER, -32020",
    "2026-07-28, 2026-07-28, {}, tools/list, -32020"
  })
  void aModernRequestSaysTheSameTwiceOrIsRefused(
      String version, String inBody, String capabilities, String method, int code) {
    HttpRequest.Builder header = http.request("/mcp");
    if (!version.isEmpty()) {
      header.header("MCP-Protocol-Version", version);
    }
    if (!method.isEmpty()) {
      header.header("Mcp-Method", method);
    }
    StringBuilder meta = new StringBuilder("'x':1");
    if (!inBody.isEmpty()) {
      meta.append(",'io.modelcontextprotocol/protocolVersion':'").append(inBody).append("'");
    }
    if (!capabilities.isEmpty()) {
      meta.append(",'io.modelcontextprotocol/clientCapabilities':").append(capabilities);
    }

    HttpResponse<String> reply =
        http.post(
            header,
            McpClient.message("server/discover", json("{'_meta':{" + meta + "}}")).toString());

    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(error(reply)).isEqualTo(code);
    assertThat(Client.body(reply).path("id")).isEqualTo(json("7"));
    if (code == RpcFailure.UNSUPPORTED_VERSION) {
      JsonNode data = Client.body(reply).path("error").path("data");
      assertThat(data.path("requested").asString()).isEqualTo("2099-01-01");
      assertThat(data.path("supported").get(0).asString()).isEqualTo("2026-07-28");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "search, 200",
    "'  search  ', 200",
    "=?base64?c2VhcmNo?=, 200",
    "'', 400",
    "schema, 400",
    "=?base64?c2NoZW1h?=, 400",
    "=?base64?!?=, 400",
    "SEARCH, 400"
  })
  void theNameOfAToolStandsInTheHeaderAsWell(String name, int status) {
    HttpRequest.Builder header = client.modernHeader("tools/call");
    if (!name.isEmpty()) {
      header.header("Mcp-Name", name);
    }

    HttpResponse<String> reply =
        http.post(
            header,
            McpClient.message("tools/call", McpClient.modernParams("{'name':'search'}"))
                .toString());

    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(error(reply)).isEqualTo(status == 200 ? 0 : RpcFailure.HEADER_MISMATCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"initialize", "ping", "logging/setLevel", "subscriptions/listen", "nonsense"})
  void whatAModernServerLacksIsNotFound(String method) {
    HttpResponse<String> reply = client.modern(method, "{'protocolVersion':'2025-11-25'}");

    assertThat(reply.statusCode()).isEqualTo(404);
    assertThat(error(reply)).isEqualTo(RpcFailure.UNKNOWN_METHOD);
    assertThat(Client.body(reply).path("id")).isEqualTo(json("7"));
  }

  // ---- with an initialize

  @ParameterizedTest
  @CsvSource({
    "2025-11-25, 2025-11-25",
    "2025-06-18, 2025-06-18",
    "2025-03-26, 2025-03-26",
    "2024-11-05, 2025-11-25",
    "2026-07-28, 2025-11-25",
    "whatever, 2025-11-25"
  })
  void aLegacyClientGetsItsRevisionOrTheNewest(String asked, String given) {
    HttpResponse<String> reply =
        post(
            McpClient.message("initialize", json("{'protocolVersion':'" + asked + "'}"))
                .toString());

    assertThat(reply.statusCode()).isEqualTo(200);
    JsonNode result = Client.body(reply).path("result");
    assertThat(result.path("protocolVersion").asString()).isEqualTo(given);
    assertThat(result.path("serverInfo").path("name").asString()).isEqualTo("alknet-to-mcp");
    assertThat(result.path("capabilities")).isEqualTo(json("{'tools':{}}"));
    assertThat(result.has("resultType")).isFalse();
    assertThat(reply.headers().firstValue("Mcp-Session-Id")).isEmpty();
  }

  @Test
  void aLegacyClientIsServedWithoutASession() {
    assertThat(Client.body(client.legacy("ping", "{}")).path("result")).isEqualTo(json("{}"));
    JsonNode result = Client.body(client.legacy("tools/list", "{}")).path("result");
    assertThat(result.path("tools")).hasSize(4);
    assertThat(result.has("ttlMs")).isFalse();
    // A session of some other server, and no version at all, which means the oldest.
    HttpResponse<String> strange =
        http.post(
            http.request("/mcp").header("Mcp-Session-Id", "from elsewhere"),
            McpClient.message("ping", json("{}")).toString());
    assertThat(strange.statusCode()).isEqualTo(200);
    assertThat(strange.headers().firstValue("Mcp-Session-Id")).isEmpty();
  }

  @Test
  void aRevisionNobodyKnowsIsRefused() {
    HttpResponse<String> reply =
        http.post(
            http.request("/mcp").header("MCP-Protocol-Version", "2031-01-01"),
            McpClient.message("ping", json("{}")).toString());

    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(reply.body()).contains("2025-11-25");
  }

  @ParameterizedTest
  @ValueSource(strings = {"resources/list", "logging/setLevel", "server/discover", "nonsense"})
  void whatALegacyServerLacksIsAnError(String method) {
    HttpResponse<String> reply = client.legacy(method, "{}");

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(error(reply)).isEqualTo(RpcFailure.UNKNOWN_METHOD);
  }

  @Test
  void parametersThatMakeNoSenseAreAnError() {
    for (HttpResponse<String> reply :
        List.of(
            client.legacy("tools/list", "{'cursor':'page2'}"),
            client.modern("tools/list", "{'cursor':'page2'}"),
            client.legacy("tools/call", "{}"),
            client.legacy("tools/call", "{'name':'search','arguments':[1]}"),
            client.legacy("tools/call", "{'name':'nothing'}"),
            post(McpClient.message("initialize", json("{}")).toString()))) {
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(error(reply)).isEqualTo(RpcFailure.INVALID_PARAMS);
    }
    assertThat(
            Client.body(client.legacy("tools/call", "{'name':'nothing'}"))
                .path("error")
                .path("data"))
        .isEqualTo(json("{'code':'NOT_FOUND'}"));
  }

  // ---- what is no message

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{                                                       | 400 | -32700 | null",
        "{'id':1,'id':2,'jsonrpc':'2.0','method':'ping'}          | 400 | -32700 | null",
        "[]                                                      | 400 | -32600 | null",
        "[{'jsonrpc':'2.0','id':1,'method':'ping'}]              | 400 | -32600 | null",
        "'text'                                                  | 400 | -32600 | null",
        "{'jsonrpc':'1.0','id':1,'method':'ping'}                | 400 | -32600 | 1",
        "{'id':1,'method':'ping'}                                | 400 | -32600 | 1",
        "{'jsonrpc':'2.0','id':'a'}                              | 400 | -32600 | 'a'",
        "{'jsonrpc':'2.0','id':1,'result':{}}                    | 400 | -32600 | 1",
        "{'jsonrpc':'2.0','id':1,'method':3}                     | 400 | -32600 | 1",
        "{'jsonrpc':'2.0','id':null,'method':'ping'}             | 400 | -32600 | null",
        "{'jsonrpc':'2.0','id':1.5,'method':'ping'}              | 400 | -32600 | null",
        "{'jsonrpc':'2.0','id':{},'method':'ping'}               | 400 | -32600 | null",
        "{'jsonrpc':'2.0','id':1,'method':'ping','params':[1]}   | 400 | -32600 | 1"
      })
  void whatIsNoRequestIsRefused(String body, int status, int code, String id) {
    HttpResponse<String> reply = post(body.replace('\'', '"'));

    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(error(reply)).isEqualTo(code);
    assertThat(Client.body(reply).path("id")).isEqualTo(json(id));
  }

  @Test
  void nestingEndsBelowWhatAnEnvelopeCarries() {
    HttpResponse<String> reply = post("[".repeat(100_000));

    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(error(reply)).isEqualTo(RpcFailure.PARSE);
  }

  @Test
  void aNotificationIsTakenAndNotAnswered() {
    for (String method : List.of("notifications/initialized", "notifications/cancelled", "any")) {
      HttpResponse<String> reply = post("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\"}");
      assertThat(reply.statusCode()).isEqualTo(202);
      assertThat(reply.body()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'application/json, text/event-stream', 200",
    "*/*, 200",
    "application/*;q=0.1, 200",
    "text/event-stream, 406",
    "'application/json;q=0, text/event-stream', 406",
    "'', 406"
  })
  void whoTakesNoJsonIsRefused(String accept, int status) {
    HttpResponse<String> reply =
        http.post(
            http.request("/mcp").header("Accept", accept),
            McpClient.message("ping", json("{}")).toString());

    assertThat(reply.statusCode()).isEqualTo(status);
  }

  @Test
  void anotherTypeOfBodyIsRefused() {
    HttpResponse<String> reply =
        http.send(
            http.request("/mcp")
                .header("Content-Type", "text/plain")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        McpClient.message("ping", json("{}")).toString())));

    assertThat(reply.statusCode()).isEqualTo(415);
    assertThat(error(reply)).isEqualTo(RpcFailure.INVALID_REQUEST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE", "PUT"})
  void thereIsNoStandaloneStreamAndNoSessionToEnd(String method) {
    HttpResponse<String> reply =
        http.send(http.request("/mcp").method(method, HttpRequest.BodyPublishers.noBody()));

    assertThat(reply.statusCode()).isEqualTo(405);
    assertThat(reply.headers().firstValue("Allow")).contains("POST");
  }

  // ---- who may ask from a browser

  @ParameterizedTest
  @CsvSource({"https://app.example, 200", "https://evil.example, 403", "null, 403"})
  void aPageOfAnotherOriginIsRefusedUnlessItIsAllowed(String origin, int status) {
    HttpResponse<String> reply =
        http.post(
            http.request("/mcp").header("Origin", origin),
            McpClient.message("ping", json("{}")).toString());

    assertThat(reply.statusCode()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, '', 200",
    "localhost:PORT, http://localhost:PORT, 200",
    "127.0.0.1:PORT, http://127.0.0.1:PORT, 200",
    "[::1]:PORT, '', 200",
    "evil.example, '', 403",
    "evil.example:PORT, http://evil.example:PORT, 403",
    "localhost, http://evil.example, 403",
    "localhost.evil.example, '', 403"
  })
  void aNameThatWasMadeToLeadHereIsRefusedWithoutTls(String host, String origin, int status) {
    String port = Integer.toString(world.clear().getPort());
    String body = McpClient.message("ping", json("{}")).toString();
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(
          "POST /mcp HTTP/1.1\r\nHost: "
              + host.replace("PORT", port)
              + (origin.isEmpty() ? "" : "\r\nOrigin: " + origin.replace("PORT", port))
              + "\r\nContent-Type: application/json\r\nContent-Length: "
              + body.length()
              + "\r\nConnection: close\r\n\r\n"
              + body);

      assertThat(peer.reply()).startsWith("HTTP/1.1 " + status);
    }
  }

  @Test
  void withoutBeingAskedForThereIsNoEndpoint() {
    try (World other = World.start();
        Client plain = Client.http1(other)) {
      HttpResponse<String> reply =
          plain.post(plain.request("/mcp"), McpClient.message("ping", json("{}")).toString());

      assertThat(reply.statusCode()).isEqualTo(404);
      assertThat(reply.headers().firstValue("Server")).contains("nginx");
    }
  }
}
