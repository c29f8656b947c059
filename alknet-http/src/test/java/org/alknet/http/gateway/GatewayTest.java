package org.alknet.http.gateway;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.World;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The unary endpoints, as a stock client sees them. */
class GatewayTest {
  private static World world;
  private static Client client;

  @BeforeAll
  static void start() {
    world = World.start();
    client = Client.http1(world);
  }

  @AfterAll
  static void stop() {
    client.close();
    world.close();
  }

  private static String code(HttpResponse<String> reply) {
    return Client.body(reply).path("code").asString("none");
  }

  private static List<String> names(JsonNode output) {
    List<String> names = new ArrayList<>();
    output.path("operations").forEach(entry -> names.add(entry.path("name").asString()));
    return names;
  }

  // ---- who calls

  @ParameterizedTest
  @CsvSource({
    "Bearer, ann",
    "bearer, ann",
    "BEARER  , ann",
    "Basic, nobody",
    "Bear, nobody",
  })
  void theSchemeIsBearerInAnyCase(String scheme, String who) {
    HttpResponse<String> reply =
        client.post(
            client.request("/call").header("Authorization", scheme + " " + World.ANN),
            World.call("open/whoami", "{}"));

    assertThat(Client.body(reply).path("output").path("id").asString()).isEqualTo(who);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Bearer", "Bearer ", "Bearer not-a-token-of-anybody", "?"})
  void whatIsNoTokenOfSomebodyIsAnonymous(String value) {
    HttpResponse<String> reply =
        client.post(
            client.request("/call").header("Authorization", value),
            World.call("open/whoami", "{}"));

    assertThat(Client.body(reply).path("output").path("id").asString()).isEqualTo("nobody");
  }

  @Test
  void twoCredentialsAreRefused() {
    HttpResponse<String> reply =
        client.post(
            client.request("/call", World.ANN).header("Authorization", "Bearer " + World.BOB),
            World.call("open/whoami", "{}"));

    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(code(reply)).isEqualTo("INVALID_INPUT");
  }

  @Test
  void aTokenInTheQueryMeansNothing() {
    HttpResponse<String> reply =
        client.post(
            client.request("/call?access_token=" + World.ANN), World.call("open/whoami", "{}"));

    assertThat(Client.body(reply).path("output").path("id").asString()).isEqualTo("nobody");
  }

  @Test
  void theRootContextIsThatOfAnOutsideCall() {
    HttpResponse<String> reply =
        client.post(
            client
                .request("/call", World.ANN)
                .header("X-Forwarded-For", "10.0.0.1")
                .header("Forwarded", "for=somebody"),
            World.call("open/whoami", "{}"));

    assertThat(Client.body(reply).path("output"))
        .isEqualTo(json("{'id':'ann','internal':false,'claimed':false,'deadline':true}"));
  }

  // ---- call

  @Test
  void aRoundTripHasTheWrapperAndAFreshId() {
    HttpResponse<String> first = client.call("open/echo", "{'b':null}");
    HttpResponse<String> second = client.call("open/echo", "{'b':null}");

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("content-type")).contains("application/json");
    assertThat(Client.body(first).propertyNames())
        .containsExactly("request_id", "result", "output");
    assertThat(Client.body(first).path("output")).isEqualTo(json("{'b':null}"));
    String id = Client.body(first).path("request_id").asString();
    assertThat(UUID.fromString(id).version()).isEqualTo(4);
    assertThat(Client.body(second).path("request_id").asString()).isNotEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'operation':'open/echo'} | {}",
        "{'operation':'open/echo','input':null} | null",
        "{'operation':'/open/echo','input':[1]} | [1]",
        "{'operation':'open/echo','input':1,'more':2} | 1",
        "{'operation':'open/echo','input':12345678901234567890.10} | 12345678901234567890.10",
        "{'operation':'open/echo','input':'\\u00e4\\ud83d\\ude00'} | '\u00e4\ud83d\ude00'",
      })
  void theInputComesThroughAsItIs(String body, String output) {
    HttpResponse<String> reply = client.post(client.request("/call"), body.replace('\'', '"'));

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(Client.body(reply).path("output")).isEqualTo(json(output));
    assertThat(reply.body()).contains(output.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource({
    "open/nothing, 404, NOT_FOUND",
    "closed/internal, 404, NOT_FOUND",
    "open/three, 422, INVALID_OPERATION_TYPE",
    "open/strict, 422, INVALID_INPUT",
  })
  void whatTheRegistryRefusesHasItsStatus(String operation, int status, String code) {
    for (String name : List.of(operation, "/" + operation)) {
      HttpResponse<String> reply = client.call(World.ANN, name, "{}");

      assertThat(reply.statusCode()).isEqualTo(status);
      assertThat(code(reply)).isEqualTo(code);
      assertThat(Client.body(reply).has("details")).isEqualTo(code.equals("INVALID_INPUT"));
    }
  }

  @Test
  void aRestrictedOperationAsksStrangersForATokenAndKnownCallersForAScope() {
    HttpResponse<String> nobody = client.call("closed/secret", "{}");
    HttpResponse<String> bob = client.call(World.BOB, "closed/secret", "{}");
    HttpResponse<String> ann = client.call(World.ANN, "closed/secret", "{}");
    HttpResponse<String> liar = client.call("no-token-of-anybody", "closed/secret", "{}");

    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(Client.body(nobody).path("message").asString()).isEqualTo("authentication required");
    assertThat(nobody.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(bob.statusCode()).isEqualTo(403);
    assertThat(code(bob)).isEqualTo("FORBIDDEN");
    assertThat(ann.statusCode()).isEqualTo(200);
    assertThat(liar.headers().firstValue("www-authenticate"))
        .contains("Bearer error=\"invalid_token\"");
  }

  @Test
  void aDeclaredErrorHasItsStatusAndItsWait() {
    HttpResponse<String> teapot = client.call("open/fails", "{'code':'TEAPOT','details':{'a':1}}");
    HttpResponse<String> busy =
        client.call("open/fails", "{'code':'BUSY','retryable':true,'details':{'retry_after':3}}");

    assertThat(teapot.statusCode()).isEqualTo(418);
    assertThat(Client.body(teapot).path("details")).isEqualTo(json("{'a':1}"));
    assertThat(busy.statusCode()).isEqualTo(503);
    assertThat(busy.headers().firstValue("retry-after")).contains("3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "application/json | nonsense | 400",
        "application/json | {'operation':'a','operation':'b'} | 400",
        "application/json | {'operation':'open/echo'} {} | 400",
        "application/json | `` | 400",
        "application/json | [] | 422",
        "application/json | 'open/echo' | 422",
        "application/json | {} | 422",
        "application/json | {'operation':1} | 422",
        "text/plain | {'operation':'open/echo'} | 415",
        "application/x-www-form-urlencoded | {'operation':'open/echo'} | 415",
        "application/json; charset=utf-16 | {'operation':'open/echo'} | 415",
        "json | {'operation':'open/echo'} | 415",
        "application/json; charset=UTF-8 | {'operation':'open/echo'} | 200",
        "application/problem+json | {'operation':'open/echo'} | 200",
      })
  void aBodyThatIsNoCallIsRefused(String type, String body, int status) {
    HttpResponse<String> reply =
        client.send(
            client
                .request("/call")
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));

    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(code(reply)).isEqualTo(status == 200 ? "none" : "INVALID_INPUT");
    assertThat(reply.headers().firstValue("x-request-id")).isPresent();
  }

  @Test
  void aBodyWithoutATypeIsRefused() {
    HttpResponse<String> reply =
        client.send(
            client
                .request("/call")
                .POST(HttpRequest.BodyPublishers.ofString(World.call("open/echo", "1"))));

    assertThat(reply.statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource({"identity, 200", "gzip, 415", "br, 415", "'gzip, identity', 415"})
  void aBodyThatIsEncodedIsRefused(String encoding, int status) {
    HttpResponse<String> reply =
        client.post(
            client.request("/call").header("Content-Encoding", encoding),
            World.call("open/echo", "1"));

    assertThat(reply.statusCode()).isEqualTo(status);
  }

  @Test
  void malformedUtf8IsRefusedWhereverItStands() {
    for (byte[] bad :
        List.of(
            new byte[] {(byte) 0xff},
            new byte[] {(byte) 0xc0, (byte) 0xaf},
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
            new byte[] {(byte) 0xc3})) {
      byte[] head = "{\"operation\":\"open/echo\",\"input\":\"".getBytes(StandardCharsets.UTF_8);
      byte[] tail = "\"}".getBytes(StandardCharsets.UTF_8);
      HttpResponse<String> reply =
          client.send(
              client
                  .request("/call")
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArrays(List.of(head, bad, tail))));

      assertThat(reply.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void nestingEndsBelowWhatAnEnvelopeCarries() {
    String deepest = "[".repeat(119) + "]".repeat(119);
    String deeper = "[".repeat(120) + "]".repeat(120);

    assertThat(client.call("open/echo", deepest).statusCode()).isEqualTo(200);
    assertThat(
            client
                .post(
                    client.request("/call"),
                    "{\"operation\":\"open/echo\",\"input\":" + deeper + "}")
                .statusCode())
        .isEqualTo(400);
    assertThat(
            client
                .post(
                    client.request("/call"),
                    "{\"operation\":\"open/echo\",\"input\":" + "[".repeat(500_000))
                .statusCode())
        .isEqualTo(400);
  }

  // ---- search and schema

  @Test
  void aSearchShowsWhatTheCallerMayCallAndNoMore() {
    JsonNode nobody = Client.body(client.get("/search")).path("output");
    JsonNode bob = Client.body(client.get("/search", World.BOB)).path("output");
    JsonNode ann = Client.body(client.get("/search", World.ANN)).path("output");

    assertThat(names(nobody)).isEqualTo(World.openOperations());
    assertThat(names(bob)).isEqualTo(World.openOperations());
    assertThat(names(ann)).contains("closed/secret", "closed/ticks");
    assertThat(names(ann)).doesNotContain("closed/internal", "open/below");
    assertThat(ann.path("operations").path(0).propertyNames())
        .containsExactlyInAnyOrder("name", "namespace", "op_type");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "q=ECHO | open/echo",
        "namespace=closed | closed/secret closed/ticks",
        "type=mutation | open/fails open/strict",
        "type=subscription&namespace=closed | closed/ticks",
        "q=%65cho | open/echo",
        "q=no+such | ``",
      })
  void aSearchCanBeNarrowed(String query, String found) {
    HttpResponse<String> reply = client.get("/search?" + query, World.ANN);

    assertThat(String.join(" ", names(Client.body(reply).path("output")))).isEqualTo(found);
  }

  @Test
  void aSearchComesInPages() {
    List<String> all = new ArrayList<>();
    String query = "/search?limit=4";
    String next = "";
    do {
      JsonNode output =
          Client.body(client.get(query + (next.isEmpty() ? "" : "&cursor=" + next))).path("output");
      assertThat(names(output)).hasSizeBetween(1, 4);
      all.addAll(names(output));
      next = output.path("next_cursor").asString("");
    } while (!next.isEmpty());

    assertThat(all).isEqualTo(World.openOperations());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/search?limit=0",
        "/search?limit=1001",
        "/search?limit=-1",
        "/search?limit=x",
        "/search?type=verb",
        "/search?cursor=%25",
        "/search?q=a&q=b",
        "/search?q=%ff",
        "/schema",
        "/schema?names=open/echo",
        "/schema?name=a&name=b",
      })
  void aQueryThatMakesNoSenseIsRefused(String path) {
    HttpResponse<String> reply = client.get(path);

    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(code(reply)).isEqualTo("INVALID_INPUT");
  }

  @Test
  void emptyPairsOfAQueryAreNothing() {
    assertThat(client.get("/schema?&&name=open/echo&").statusCode()).isEqualTo(200);
  }

  @Test
  void aSchemaIsTheWholeDescription() {
    HttpResponse<String> reply = client.get("/schema?name=open%2Fstrict");
    JsonNode output = Client.body(reply).path("output");

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(output.path("name").asString()).isEqualTo("open/strict");
    assertThat(output.path("op_type").asString()).isEqualTo("mutation");
    assertThat(output.path("visibility").asString()).isEqualTo("external");
    assertThat(output.path("input_schema")).isEqualTo(json("{'type':'object','required':['a']}"));
    assertThat(output.path("error_schemas")).isEqualTo(json("[]"));
    assertThat(output.path("access_control").path("required_scopes")).isEqualTo(json("[]"));
  }

  @Test
  void aSchemaIsForThoseWhoMayCallTheOperation() {
    assertThat(client.get("/schema?name=closed/secret").statusCode()).isEqualTo(401);
    assertThat(client.get("/schema?name=closed/secret", World.BOB).statusCode()).isEqualTo(403);
    assertThat(client.get("/schema?name=closed/secret", World.ANN).statusCode()).isEqualTo(200);
    assertThat(client.get("/schema?name=/closed/secret", World.ANN).statusCode()).isEqualTo(200);
    assertThat(client.get("/schema?name=closed/internal", World.ANN).statusCode()).isEqualTo(404);
    assertThat(client.get("/schema?name=no/such", World.ANN).statusCode()).isEqualTo(404);
  }

  // ---- batch

  private static HttpResponse<String> batch(String entries) {
    return client.post(client.request("/batch"), entries.replace('\'', '"'));
  }

  @Test
  void aBatchAnswersInOrderAndEachForItself() {
    HttpResponse<String> reply =
        batch(
            "[{'operation':'open/echo','input':1},{'operation':'closed/internal'},"
                + "{'operation':'no/such'},{'operation':'closed/secret'},"
                + "{'operation':'/open/echo','input':2}]");
    JsonNode results = Client.body(reply).path("results");

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(results.path(0).path("output")).isEqualTo(json("1"));
    assertThat(results.path(1).path("error").path("code")).isEqualTo(json("'NOT_FOUND'"));
    assertThat(results.path(2).path("error").path("code")).isEqualTo(json("'NOT_FOUND'"));
    assertThat(results.path(3).path("error").path("code")).isEqualTo(json("'FORBIDDEN'"));
    assertThat(results.path(4).path("output")).isEqualTo(json("2"));
    Set<String> ids = new HashSet<>();
    results.forEach(result -> ids.add(result.path("request_id").asString()));
    assertThat(ids).hasSize(5).allMatch(id -> UUID.fromString(id).version() == 4);
  }

  @Test
  void anEmptyBatchHasNoResults() {
    assertThat(Client.body(batch("[]"))).isEqualTo(json("{'results':[]}"));
  }

  @Test
  void aBatchHasItsLimits() {
    String entry = "{'operation':'open/echo'},";
    String hundred = "[" + entry.repeat(99) + "{'operation':'open/echo'}]";
    String more = "[" + entry.repeat(100) + "{'operation':'open/echo'}]";

    assertThat(Client.body(batch(hundred)).path("results")).hasSize(100);
    assertThat(batch(more).statusCode()).isEqualTo(422);
    assertThat(batch("{}").statusCode()).isEqualTo(422);
    assertThat(batch("[{}]").statusCode()).isEqualTo(422);
  }

  @Test
  void severalEntriesOfABatchMayRunAtATime() {
    try (World fast =
            World.start(settings -> settings.limits(World.limits().batchConcurrency(8).build()));
        Client other = Client.http1(fast)) {
      String entry = "{'operation':'open/echo','input':";
      StringBuilder entries = new StringBuilder("[").append(entry).append("0}");
      for (int i = 1; i < 50; i++) {
        entries.append(',').append(entry).append(i).append('}');
      }

      JsonNode results =
          Client.body(
                  other.post(
                      other.request("/batch"), entries.append(']').toString().replace('\'', '"')))
              .path("results");

      for (int i = 0; i < 50; i++) {
        assertThat(results.path(i).path("output").asInt()).isEqualTo(i);
      }
    }
  }
}
