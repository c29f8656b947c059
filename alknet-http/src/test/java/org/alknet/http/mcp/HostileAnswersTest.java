package org.alknet.http.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.alknet.call.adapter.AdapterException;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.Json;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Answers that were good once and then changed at random: the outcome is always a typed one. */
class HostileAnswersTest {
  private static final int ROUNDS = 50;
  private static final String LIST =
      "{'resultType':'complete','nextCursor':null,'tools':[{'name':'add','title':'Add',"
          + "'description':'Adds','inputSchema':{'type':'object','properties':{'a':{'type':"
          + "'integer','x-mcp-header':'A'},'b':{'type':'array','items':{'type':'string'}}},"
          + "'required':[],'$defs':{'c':{'type':'null'}}},'outputSchema':{'type':'object'}},"
          + "{'name':'two','inputSchema':{'$schema':'http://json-schema.org/draft-07/schema#',"
          + "'type':'object','dependencies':{'a':['b']}}}]}";
  private static final String RESULT =
      "{'content':[{'type':'text','text':'fine'}],'structuredContent':{'a':1},'isError':false}";

  private static ScriptedServer server;

  @BeforeAll
  static void start() {
    server = new ScriptedServer();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpReply changed(Random random, JsonNode message, String result) {
    String good = ScriptedServer.envelope(message).set("result", Json.json(result)).toString();
    boolean events = random.nextBoolean();
    byte[] bytes =
        (events ? "event: message\ndata: " + good + "\n\n" : good).getBytes(StandardCharsets.UTF_8);
    int changes = random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) "{}[]\":,0n\r\n\\".charAt(random.nextInt(12));
        case 2 -> bytes = java.util.Arrays.copyOf(bytes, Math.max(1, at));
        default -> {
          int length = Math.min(random.nextInt(40), bytes.length - at);
          System.arraycopy(
              bytes.clone(), random.nextInt(bytes.length - length + 1), bytes, at, length);
        }
      }
    }
    int[] statuses = {200, 200, 200, 200, 202, 204, 301, 400, 404, 500};
    int status = statuses[random.nextInt(statuses.length)];
    return HttpReply.bytes(
        status,
        HttpFields.of("Content-Type", events ? "text/event-stream" : "application/json"),
        status == 204 ? new byte[0] : bytes);
  }

  @ParameterizedTest
  @ValueSource(longs = {20260728, 4711})
  void whateverComesTheOutcomeIsTypedFromSeed(long seed) throws Exception {
    Random random = new Random(seed);
    server.reset();
    int imported = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      server.on("tools/list", message -> changed(random, message, LIST));
      server.on("tools/call", message -> changed(random, message, RESULT));
      try (Importer importer =
          new Importer(McpServerConfig.of(server.uri(), "far"), Capabilities.empty())) {
        McpImport found =
            importer.adapter().importTools().toCompletableFuture().get(60, TimeUnit.SECONDS);
        imported += found.registrations().size();
        found
            .skipped()
            .forEach(
                skipped -> assertThat(skipped.name() + skipped.detail()).matches("[\\x20-\\x7e]*"));
      } catch (ExecutionException failed) {
        assertThat(failed)
            .cause()
            .isInstanceOf(AdapterException.class)
            .message()
            .matches("[\\x20-\\x7e]*");
        refused++;
      }
    }
    assertThat(imported).isPositive();
    assertThat(refused).isPositive();

    server.tools("{'name':'add','inputSchema':{}}");
    try (Importer importer = new Importer(server.uri())) {
      importer.run();
      for (int round = 0; round < ROUNDS; round++) {
        importer
            .call("far/add", "{}")
            .error()
            .ifPresent(
                error -> {
                  assertThat(error.code()).isIn("INTERNAL", "MCP_TOOL_ERROR");
                  assertThat(error.message()).matches("[\\x20-\\x7e]*");
                });
      }
    }
  }
}
