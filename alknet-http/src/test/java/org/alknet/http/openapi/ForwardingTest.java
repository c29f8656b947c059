package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.HttpServer;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.Json;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Imported operations, called against a real server. */
class ForwardingTest {
  private static Remote remote;
  private static Remote.Node pets;
  private static Remote.Node styles;

  @BeforeAll
  static void start() {
    remote = new Remote();
    pets = remote.node(Remote.document("petstore.yaml"));
    styles = remote.node(Remote.document("styles.json"));
  }

  @AfterAll
  static void stop() {
    pets.close();
    styles.close();
    remote.close();
  }

  @BeforeEach
  void forget() {
    remote.forget();
  }

  private static CallError error(ResponseEnvelope answer) {
    return answer.error().orElseThrow();
  }

  // ---- requests

  @Test
  void parametersGoWhereTheyBelong() {
    ResponseEnvelope answer =
        pets.call("listPets", "{'limit':5,'tag':['a','b c'],'X-Trace':'t','more':true}");

    assertThat(answer.isOk()).isTrue();
    assertThat(remote.last().method()).isEqualTo("GET");
    assertThat(remote.lastAddress()).isEqualTo("/v1/pets?limit=5&tag=a&tag=b%20c&more=true");
    assertThat(remote.last().fields().first("X-Trace")).hasValue("t");
    assertThat(remote.last().fields().first("Accept")).hasValue("*/*");
    assertThat(remote.last().fields().first("Authorization")).isEmpty();
  }

  @Test
  void aBodyIsSentWithItsType() {
    remote.answer("/v1/pets", exchange -> Remote.json(201, "{'id':7,'name':'Rex'}"));

    ResponseEnvelope answer = pets.call("createPet", "{'body':{'name':'Rex'}}");

    assertThat(answer.output()).hasValue(Json.json("{'id':7,'name':'Rex'}"));
    assertThat(remote.last().method()).isEqualTo("POST");
    assertThat(remote.last().fields().first("Content-Type")).hasValue("application/json");
    assertThat(remote.lastBody()).isEqualTo("{\"name\":\"Rex\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          simple   | 'a/b ?#%é.' | /v1/simple/a%2Fb%20%3F%23%25%C3%A9.
          simple   | ['a','b,c'] | /v1/simple/a,b%2Cc
          simple   | {'a':1,'b':2} | /v1/simple/a,1,b,2
          simple   | 1.50        | /v1/simple/1.5
          simple   | '...'       | /v1/simple/...
          simplex  | {'a':1,'b':2} | /v1/simplex/a=1,b=2
          label    | 'x'         | /v1/label/.x
          label    | ['a','b']   | /v1/label/.a,b
          label    | {'a':1,'b':2} | /v1/label/.a,1,b,2
          labelx   | ['a','b']   | /v1/labelx/.a.b
          labelx   | {'a':1,'b':2} | /v1/labelx/.a=1.b=2
          matrix   | 'x'         | /v1/matrix/;v=x
          matrix   | ''          | /v1/matrix/;v
          matrix   | ['a','b']   | /v1/matrix/;v=a,b
          matrix   | {'a':1,'b':2} | /v1/matrix/;v=a,1,b,2
          matrixx  | ['a','b']   | /v1/matrixx/;v=a;v=b
          matrixx  | {'a':1,'b':2} | /v1/matrixx/;a=1;b=2
          """)
  void aPathHasItsStyles(String operation, String value, String address) {
    JsonNode input = Json.json("{'v':" + value + "}");
    ResponseEnvelope answer = Await.result(styles.start(operation, input));

    assertThat(answer.isOk()).as(answer.toString()).isTrue();
    assertThat(remote.lastAddress()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'.'", "'..'", "''", "null"})
  void aPathIsNeverAnotherPath(String value) {
    ResponseEnvelope answer = styles.call("simple", "{'v':" + value + "}");

    assertThat(error(answer).code()).isEqualTo(CallError.INVALID_INPUT);
    assertThat(remote.seen()).isEmpty();
  }

  @Test
  void aPathWithoutAValueIsRefused() {
    assertThat(error(styles.call("simple", "{}")).code()).isEqualTo(CallError.INVALID_INPUT);
    assertThat(error(styles.call("undescribed", "{'id':'.'}")).code())
        .isEqualTo(CallError.INVALID_INPUT);
    assertThat(remote.seen()).isEmpty();

    assertThat(styles.call("undescribed", "{'id':'..','end':'y'}").isOk()).isFalse();
    assertThat(styles.call("undescribed", "{'id':'a','end':'..'}").isOk()).isTrue();
    assertThat(remote.lastAddress()).isEqualTo("/v1/open/a/x..");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'form':['a','b']}              | form=a&form=b
          {'form':{'a':1,'b':[2]}}        | a=1&b=%5B2%5D
          {'form':null}                   | form=
          {'flat':['a','b,c']}            | flat=a,b%2Cc
          {'flat':{'a':1}}                | flat=a,1
          {'space':['a','b']}             | space=a%20b
          {'pipe':['a','b']}              | pipe=a%7Cb
          {'deep':{'a':1,'b':{'c':[2]}}}  | deep%5Ba%5D=1&deep%5Bb%5D%5Bc%5D%5B0%5D=2
          {'raw':'a/b?c=d&e'}             | raw=a/b?c%3Dd%26e
          {'json':{'a':[1,'x']}}          | json=%7B%22a%22%3A%5B1%2C%22x%22%5D%7D
          {'other&':'x=y','z':true}       | other%26=x%3Dy&z=true
          """)
  void aQueryHasItsStyles(String input, String query) {
    assertThat(styles.call("query", input).isOk()).isTrue();

    assertThat(remote.last().query()).hasValue(query);
  }

  @Test
  void headersAndCookiesHaveTheirStyles() {
    styles.call(
        "query",
        "{'X-List':['a','b'],'X-Map':{'a':1,'b':2},'session':'s;1','theme':'dark','Host':'evil'}");

    HttpFields fields = remote.last().fields();
    assertThat(fields.first("X-List")).hasValue("a,b");
    assertThat(fields.first("X-Map")).hasValue("a=1,b=2");
    assertThat(fields.first("Cookie")).hasValue("session=s%3B1; theme=dark");
    assertThat(fields.first("Host").orElseThrow()).startsWith("127.0.0.1:");
  }

  @Test
  void aHeaderThatWouldStartAnotherIsRefused() {
    ResponseEnvelope answer = styles.call("query", "{'X-List':'a\\r\\nX-Evil: 1'}");

    assertThat(error(answer).code()).isEqualTo(CallError.INVALID_INPUT);
    assertThat(error(answer).message()).contains("X-List").doesNotContain("Evil");
    assertThat(remote.seen()).isEmpty();
  }

  @Test
  void oneNameInEveryPlace() {
    styles.call(
        "same",
        "{'id':'p','id_query':'q','id_header':'h','id_cookie':'c','body_param':'b','body':{'x':1}}");

    assertThat(remote.lastAddress()).isEqualTo("/v1/same/p?id=q&body=b");
    assertThat(remote.last().fields().first("id")).hasValue("h");
    assertThat(remote.last().fields().first("Cookie")).hasValue("id=c");
    assertThat(remote.last().fields().first("Content-Type")).hasValue("application/vnd.api+json");
    assertThat(remote.lastBody()).isEqualTo("{\"x\":1}");
  }

  @Test
  void aFormIsWrittenByItsEncoding() {
    styles.call(
        "form", "{'body':{'a':'x y&','list':[1,2],'meta':{'k':{'n':'v'}},'obj':{'o':1},'z':null}}");

    assertThat(remote.last().fields().first("Content-Type"))
        .hasValue("application/x-www-form-urlencoded");
    assertThat(remote.lastBody())
        .isEqualTo("a=x%20y%26&list=1&list=2&meta%5Bk%5D%5Bn%5D=v&obj=%7B%22o%22%3A1%7D&z=");
    assertThat(error(styles.call("form", "{}")).code()).isEqualTo(CallError.INVALID_INPUT);
    assertThat(error(styles.call("form", "{'body':[1]}")).code())
        .isEqualTo(CallError.INVALID_INPUT);
  }

  @Test
  void partsHaveTheirTypes() {
    String png = Base64.getEncoder().encodeToString(new byte[] {1, 0, -1});
    styles.call(
        "multipart", "{'body':{'file':'" + png + "','note':'a','meta':{'x':1},'q\\\"\\r\\n':'z'}}");

    String type = remote.last().fields().first("Content-Type").orElseThrow();
    String boundary = type.substring(type.indexOf("boundary=") + 9);
    assertThat(type).startsWith("multipart/form-data; boundary=");
    assertThat(new String(remote.last().body(), StandardCharsets.ISO_8859_1))
        .isEqualTo(
            """
            --B
            Content-Disposition: form-data; name="file"; filename="file"
            Content-Type: image/png

            \u0001\u0000\u00ff
            --B
            Content-Disposition: form-data; name="note"
            Content-Type: text/plain

            a
            --B
            Content-Disposition: form-data; name="meta"
            Content-Type: application/json

            {"x":1}
            --B
            Content-Disposition: form-data; name="q%22%0D%0A"
            Content-Type: text/plain

            z
            --B--
            """
                .replace("\n", "\r\n")
                .replace("--B", "--" + boundary));
    assertThat(error(styles.call("multipart", "{'body':{'file':'no base64!'}}")).code())
        .isEqualTo(CallError.INVALID_INPUT);
  }

  @Test
  void textAndBytesAreBodies() {
    styles.call("text", "{'body':'grüße'}");
    assertThat(remote.last().fields().first("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(remote.lastBody()).isEqualTo("grüße");

    styles.call("bytes", "{'body':'AAEC'}");
    assertThat(remote.last().method()).isEqualTo("PUT");
    assertThat(remote.last().body()).containsExactly(0, 1, 2);
    assertThat(error(styles.call("bytes", "{'body':'?'}")).code())
        .isEqualTo(CallError.INVALID_INPUT);

    styles.call("bytes", "{}");
    assertThat(remote.last().body()).isEmpty();
    assertThat(remote.last().fields().first("Content-Type")).isEmpty();
  }

  @Test
  void anInputThatBreaksTheSchemaIsNotSent() {
    assertThat(error(pets.call("listPets", "{'limit':0}")).code())
        .isEqualTo(CallError.INVALID_INPUT);
    assertThat(error(pets.call("createPet", "{'body':{'name':'x','parent':{}}}")).code())
        .isEqualTo(CallError.INVALID_INPUT);
    assertThat(error(pets.call("getPetById", "{}")).code()).isEqualTo(CallError.INVALID_INPUT);
    assertThat(remote.seen()).isEmpty();
  }

  // ---- credentials

  private static ResponseEnvelope listWith(
      UnaryOperator<HttpServiceConfig.Builder> settings, Capabilities capabilities) {
    try (Remote.Node node = remote.node(Remote.document("petstore.yaml"), settings, capabilities)) {
      return node.call("listPets", "{'key':'mine','X-Key':'mine'}");
    }
  }

  private static Capabilities secret(String text) {
    return Capabilities.empty().withApiKey("svc", text.toCharArray());
  }

  @Test
  void eachSchemeHasItsPlace() {
    listWith(s -> s.auth(new HttpAuthScheme.Bearer()), secret("tok"));
    assertThat(remote.last().fields().all("Authorization")).containsExactly("Bearer tok");

    listWith(s -> s.auth(new HttpAuthScheme.Basic()), secret("dTpw"));
    assertThat(remote.last().fields().all("Authorization")).containsExactly("Basic dTpw");

    listWith(
        s ->
            s.auth(new HttpAuthScheme.ApiKey("X-Key"))
                .defaultHeaders(Map.of("x-key", "default", "X-Other", "o")),
        secret("k"));
    assertThat(remote.last().fields().all("X-Key")).containsExactly("k");
    assertThat(remote.last().fields().all("X-Other")).containsExactly("o");

    listWith(s -> s.auth(new HttpAuthScheme.ApiKeyQuery("key")), secret("a&b"));
    assertThat(remote.last().query()).hasValue("X-Key=mine&key=a%26b");

    listWith(s -> s.auth(new HttpAuthScheme.ApiKeyCookie("sid")), secret("c"));
    assertThat(remote.last().fields().first("Cookie")).hasValue("sid=c");
  }

  @Test
  void withoutACredentialTheRequestGoesWithoutOneOrNotAtAll() {
    assertThat(listWith(s -> s.auth(new HttpAuthScheme.Bearer()), Capabilities.empty()).isOk())
        .isTrue();
    assertThat(remote.last().fields().contains("Authorization")).isFalse();
    remote.forget();

    ResponseEnvelope refused =
        listWith(
            s -> s.auth(new HttpAuthScheme.Bearer()).credentialRequired(true),
            Capabilities.empty());
    assertThat(error(refused).code()).isEqualTo(CallError.INTERNAL);
    assertThat(remote.seen()).isEmpty();
  }

  @Test
  void aCredentialThatCannotBeSentIsNotToldToAnybody() {
    ResponseEnvelope refused =
        listWith(s -> s.auth(new HttpAuthScheme.Bearer()), secret("sec\nret"));

    assertThat(error(refused).code()).isEqualTo(CallError.INTERNAL);
    assertThat(error(refused).toString()).doesNotContain("sec");
    assertThat(remote.seen()).isEmpty();
  }

  @Test
  void theCredentialIsLookedUpWithEachCall() {
    CompletableFuture<Capabilities> now = new CompletableFuture<>();
    try (Remote.Node node =
        remote.node(
            Remote.document("petstore.yaml"),
            s -> s.auth(new HttpAuthScheme.Bearer()).credential("other"),
            Capabilities.following(() -> now.getNow(Capabilities.empty())))) {
      node.call("listPets", "{}");
      assertThat(remote.last().fields().contains("Authorization")).isFalse();

      now.complete(Capabilities.empty().withHttpToken("other", "later".toCharArray()));
      node.call("listPets", "{}");
      assertThat(remote.last().fields().first("Authorization")).hasValue("Bearer later");
    }
  }

  // ---- answers

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | application/json                 | {"a":[1.10,null]} | {"a":[1.10,null]}
          200 | application/problem+json         | "x"               | "x"
          202 | Application/JSON; charset=utf-8  | 1                 | 1
          200 | text/plain; charset=iso-8859-1   | plain             | "plain"
          200 | text/html                        | <p>               | "<p>"
          200 | image/png                        | abc               | "YWJj"
          200 | application/json                 | ''                | null
          204 |                                  | ''                | null
          """)
  void aSuccessIsItsValue(int status, String type, String body, String output) {
    HttpFields fields = type == null ? HttpFields.none() : HttpFields.of("Content-Type", type);
    remote.answer(
        "/v1/pets",
        exchange -> HttpReply.bytes(status, fields, body.getBytes(StandardCharsets.UTF_8)));

    assertThat(pets.call("listPets", "{}").output().map(JsonNode::toString)).hasValue(output);
  }

  @Test
  void jsonThatIsNoneIsOurProblem() {
    remote.answer("/v1/pets", exchange -> Remote.json(200, "{'secret':"));

    assertThat(error(pets.call("listPets", "{}")))
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo(CallError.INTERNAL);
              assertThat(error.toString()).doesNotContain("secret");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          404 | HTTP 404: Not Found        | false
          402 | HTTP 402: Payment Required | false
          418 | HTTP 418                   | false
          429 | HTTP 429: Too Many Requests| true
          500 | HTTP 500: Internal Server Error | false
          503 | HTTP 503: Service Unavailable   | true
          301 | HTTP 301: Moved Permanently     | false
          """)
  void anErrorKeepsItsStatusAndItsBody(int status, String message, boolean retryable) {
    remote.answer("/v1/pets", exchange -> Remote.json(status, "{'title':'no'}"));

    CallError error = error(pets.call("createPet", "{'body':{'name':'x'}}"));

    assertThat(error.code()).isEqualTo("HTTP_" + status);
    assertThat(error.message()).isEqualTo(message);
    assertThat(error.retryable()).isEqualTo(retryable);
    assertThat(error.details()).hasValue(Json.json("{'title':'no'}"));
    assertThat(remote.seen()).hasSize(1); // a POST is made once, whatever comes
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json | {'a':1}                 | 7  | {'a':1,'retry_after':7}
          application/json | {'retry_after':'mine'}  | 7  | {'retry_after':'mine'}
          application/json | [1]                     | 7  | {'body':[1],'retry_after':7}
          application/json | [1]                     |    | [1]
          application/json | {broken                 | 7  | {'body':'{broken','retry_after':7}
          text/plain       | slow down               | Wed, 21 Oct 2015 07:28:00 GMT | {'body':'slow down','retry_after':'Wed, 21 Oct 2015 07:28:00 GMT'}
          image/png        | x                       |    |
          """)
  void detailsSayWhenToComeBack(String type, String body, String wait, String details) {
    remote.answer(
        "/v1/pets",
        exchange -> {
          HttpReply reply = HttpReply.text(503, type, body.replace('\'', '"'));
          return wait == null ? reply : reply.with("Retry-After", wait);
        });

    // A client of its own for each case: it remembers how long an endpoint wants to be left alone.
    try (Remote.Node fresh = remote.freshNode(Remote.document("petstore.yaml"))) {
      CallError error = error(fresh.call("createPet", "{'body':{'name':'x'}}"));

      assertThat(error.details())
          .isEqualTo(details == null ? Optional.empty() : Optional.of(Json.json(details)));
    }
  }

  @Test
  void retriesAreForWhatMayBeMadeTwice() {
    remote.answer("/v1/pets", exchange -> Remote.json(502, "{}"));

    assertThat(error(pets.call("listPets", "{}")).code()).isEqualTo("HTTP_502");
    assertThat(remote.seen()).hasSize(3);
  }

  @Test
  void aLongAnswerIsCutOff() {
    remote.answer("/v1/pets", exchange -> HttpReply.text(200, "text/plain", "x".repeat(65 << 10)));

    CallError error = error(pets.call("listPets", "{}"));

    assertThat(error.code()).isEqualTo(CallError.INTERNAL);
    assertThat(error.message()).startsWith("HTTP request failed").contains("65536");
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    remote.answer(
        "/v1/pets",
        exchange -> {
          exchange.gone().thenRun(() -> gone.complete(null));
          return HttpReply.stream(
              200, HttpFields.of("Content-Type", "application/json"), new Endless());
        });

    assertThat(error(pets.call("listPets", "{}")).message()).contains("longer than");
    Await.result(gone);
  }

  @Test
  void aRedirectElsewhereIsAnError() {
    remote.answer(
        "/v1/pets", exchange -> HttpReply.empty(302).with("Location", "http://127.0.0.1:1/steal"));

    assertThat(error(pets.call("listPets", "{}")).code()).isEqualTo("HTTP_302");
  }

  @Test
  void aServiceThatIsNotThereCanBeTriedAgain() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0)) {
      free = socket.getLocalPort();
    }
    FromOpenApi nowhere =
        new FromOpenApi(
            Remote.document("petstore.yaml"),
            HttpServiceConfig.builder("svc", URI.create("http://127.0.0.1:" + free)).build(),
            remote.client());
    try (Remote.Node node =
        new Remote.Node(Await.result(nowhere.importOperations()), Capabilities.empty())) {
      CallError error = error(node.call("listPets", "{}"));

      assertThat(error.code()).isEqualTo(CallError.INTERNAL);
      assertThat(error.message()).startsWith("HTTP request failed");
      assertThat(error.retryable()).isTrue();
    }
  }

  @Test
  void cancellingACallClosesTheExchange() {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    CompletableFuture<Void> arrived = new CompletableFuture<>();
    remote.answer(
        "/v1/pets",
        exchange -> {
          exchange.gone().thenRun(() -> gone.complete(null));
          arrived.complete(null);
          return HttpReply.stream(
              200, HttpFields.of("Content-Type", "application/json"), new Silent());
        });

    CompletableFuture<ResponseEnvelope> call = pets.start("listPets", Json.json("{}"));
    Await.result(arrived);
    call.cancel(false);

    Await.result(gone);
  }

  @Test
  void retryAfterTravelsFromTheServiceToTheCallerOfTheGateway() throws Exception {
    remote.answer(
        "/v1/pets/7",
        exchange -> Remote.json(429, "{'title':'slow down'}").with("Retry-After", "3600"));
    try (HttpServer gateway = pets.gateway()) {
      int port =
          Await.result(
                  gateway.listenCleartext(
                      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
              .getPort();
      for (String details : List.of("\"title\":\"slow down\"", "\"retry_after\"")) {
        HttpResponse<String> reply = post(port);

        assertThat(reply.body()).contains(details);
        assertThat(reply.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(reply.headers().firstValue("Retry-After").orElseThrow()))
            .isBetween(3500, 3600);
        assertThat(Json.parse(reply.body()).path("code").asString()).isEqualTo("HTTP_429");
      }
    }
    // The second call did not go out: the service had asked to be left alone.
    assertThat(remote.seen()).hasSize(1);
  }

  private static HttpResponse<String> post(int port) throws Exception {
    HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/call"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"operation\":\"svc/getPetById\",\"input\":{\"petId\":7}}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Bytes without end. */
  static final class Endless implements Flow.Publisher<ByteBuffer> {
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private volatile boolean over;

            @Override
            public void request(long n) {
              for (long i = 0; i < n && !over; i++) {
                subscriber.onNext(ByteBuffer.wrap(new byte[8192]));
              }
            }

            @Override
            public void cancel() {
              over = true;
            }
          });
    }
  }

  /** A body that never comes. */
  static final class Silent implements Flow.Publisher<ByteBuffer> {
    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
          });
    }
  }
}
