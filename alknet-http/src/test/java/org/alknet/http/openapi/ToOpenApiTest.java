package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.Identity;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class ToOpenApiTest {
  private static final UnaryHandler ECHO =
      (input, ctx) ->
          CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input));

  private static ErrorDefinition error(String code, int status, String schema) {
    return new ErrorDefinition(code, "about " + code, Json.json(schema), OptionalInt.of(status));
  }

  static OperationRegistry registry() {
    return OperationRegistry.builder()
        .withServiceDiscovery()
        .withLocal(
            OperationSpec.query("a/open")
                .errors(
                    error("TEAPOT", 418, "{'type':'object','title':'Pot'}"),
                    error("FILE_NOT_FOUND", 404, "{'type':['string','null']}"),
                    error("HTTP_404", 404, "{'$ref':'#/$defs/N','$defs':{'N':{'const':1}}}"),
                    error("HTTP_429", 429, "{'type':'object'}"),
                    error("HTTP_304", 304, "{}"),
                    error("ODD", 200, "{}"),
                    ErrorDefinition.of("NO_STATUS", "", Json.json("{}")))
                .build(),
            ECHO)
        .withLocal(
            OperationSpec.query("a/other")
                .errors(error("TEAPOT", 418, "{'type':'string'}"))
                .build(),
            ECHO)
        .withLocal(
            OperationSpec.query("b/closed")
                .accessControl(AccessControl.scopes("secret"))
                .errors(error("SECRET_ERROR", 409, "{}"))
                .build(),
            ECHO)
        .withLocal(
            OperationSpec.query("c/internal")
                .internal()
                .errors(error("HIDDEN_ERROR", 410, "{}"))
                .build(),
            ECHO)
        .build();
  }

  private static JsonNode document() {
    return ToOpenApi.of(registry(), Optional.empty()).json();
  }

  private static JsonNode responses(JsonNode document, String path) {
    JsonNode item = document.path("paths").path(path);
    return (item.has("get") ? item.path("get") : item.path("post")).path("responses");
  }

  @Test
  void thereAreFivePathsWhateverIsRegistered() {
    for (OperationRegistry registry :
        new OperationRegistry[] {registry(), OperationRegistry.empty()}) {
      JsonNode document = ToOpenApi.of(registry, Optional.empty()).json();

      assertThat(document.path("paths").propertyNames())
          .containsExactly("/search", "/schema", "/call", "/batch", "/subscribe");
      assertThat(document.path("openapi").asString()).isEqualTo("3.0.0");
      assertThat(document.at("/info/title").asString()).isEqualTo("alknet gateway");
      assertThat(document.at("/info/version").asString()).isEqualTo("1.0.0");
      assertThat(document.toString()).doesNotContain("a/open");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /search    | gatewaySearch    | 200 400 401 403 500 504
          /schema    | gatewaySchema    | 200 400 401 403 404 500 504
          /call      | gatewayCall      | 200 400 401 403 404 413 415 422 500 504
          /batch     | gatewayBatch     | 200 400 401 403 413 415 422 500 504
          /subscribe | gatewaySubscribe | 200 400 401 403 404 413 415 422 500 504
          """)
  void eachPathHasItsStatuses(String path, String id, String statuses) {
    JsonNode document = ToOpenApi.of(OperationRegistry.empty(), Optional.empty()).json();
    JsonNode item = document.path("paths").path(path);

    assertThat(item.size()).isEqualTo(1);
    assertThat(
            (item.has("get") ? item.path("get") : item.path("post")).path("operationId").asString())
        .isEqualTo(id);
    assertThat(responses(document, path).propertyNames()).containsExactly(statuses.split(" ", -1));
    assertThat(responses(document, path))
        .allSatisfy(response -> assertThat(response.path("description").asString()).isNotEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "InvalidRequest, INVALID_INPUT",
    "Unauthenticated, FORBIDDEN",
    "Forbidden, FORBIDDEN",
    "NotFound, NOT_FOUND",
    "InvalidInput, 'INVALID_INPUT,INVALID_OPERATION_TYPE'",
    "Internal, INTERNAL",
    "Timeout, TIMEOUT"
  })
  void protocolErrorsHaveTheirCode(String name, String codes) {
    JsonNode schema = document().at("/components/schemas/" + name);

    assertThat(schema.path("required").toString())
        .isEqualTo("[\"code\",\"message\",\"retryable\"]");
    assertThat(schema.at("/properties/code/enum").toString())
        .isEqualTo("[\"" + codes.replace(",", "\",\"") + "\"]");
  }

  @Test
  void wrappersAreDescribedAsTheyAreSent() {
    JsonNode schemas = document().at("/components/schemas");

    for (String name : new String[] {"CallOk", "SearchResult", "SchemaResult"}) {
      assertThat(schemas.path(name).path("required").toString())
          .isEqualTo("[\"request_id\",\"result\",\"output\"]");
    }
    assertThat(schemas.at("/CallRequest/required").toString()).isEqualTo("[\"operation\"]");
    assertThat(schemas.at("/CallRequest/properties/input").has("type")).isFalse();
    assertThat(schemas.at("/BatchResult/properties/results/items/oneOf").size()).isEqualTo(2);
    assertThat(
            document()
                .at("/paths/~1batch/post/requestBody/content/application~1json/schema/type")
                .asString())
        .isEqualTo("array");
    assertThat(document().at("/paths/~1subscribe/post/responses/200/content").propertyNames())
        .containsExactly("text/event-stream");
    assertThat(document().at("/paths/~1schema/get/parameters/0").toString())
        .contains("\"name\":\"name\"", "\"required\":true", "\"in\":\"query\"");
    assertThat(document().path("security").toString()).isEqualTo("[{\"bearerAuth\":[]},{}]");
  }

  @Test
  void errorsOfOperationsStandAtTheirStatus() {
    JsonNode call = responses(document(), "/call");

    assertThat(call.propertyNames())
        .containsExactlyInAnyOrder(
            "200", "400", "401", "403", "404", "413", "415", "418", "422", "429", "500", "502",
            "504");
    assertThat(call.at("/404/description").asString())
        .isEqualTo(
            "NOT_FOUND: there is no such operation; FILE_NOT_FOUND: about FILE_NOT_FOUND;"
                + " HTTP_404: about HTTP_404");
    assertThat(call.at("/404/content/application~1json/schema/oneOf").size()).isEqualTo(3);
    assertThat(call.at("/429/headers/Retry-After").isObject()).isTrue();
    JsonNode tooMany = document().at("/components/schemas/Error_HTTP_429");
    assertThat(tooMany.path("title").asString()).isEqualTo("HTTP_429");
    assertThat(tooMany.path("description").asString()).isEqualTo("about HTTP_429");
    assertThat(tooMany.at("/properties/details/type").asString()).isEqualTo("object");
    assertThat(document().at("/components/schemas/Error_HTTP_404/properties/code/enum").toString())
        .isEqualTo("[\"HTTP_404\"]");
    // Two operations mean different details by it.
    assertThat(document().at("/components/schemas/Error_TEAPOT/properties/details").isEmpty())
        .isTrue();
    assertThat(responses(document(), "/subscribe").has("418")).isFalse();
  }

  @Test
  void aCallerSeesTheErrorsItCanMeetAndNoOther() {
    String stranger = document().toString();
    String known =
        ToOpenApi.of(registry(), Optional.of(Identity.of("ann", "secret"))).json().toString();

    assertThat(stranger).contains("TEAPOT").doesNotContain("SECRET_ERROR", "HIDDEN_ERROR");
    assertThat(known).contains("TEAPOT", "SECRET_ERROR").doesNotContain("HIDDEN_ERROR");
  }

  @ParameterizedTest
  @EnumSource(OpenApiVersion.class)
  void theBytesAreTheSameEveryTime(OpenApiVersion version) {
    assertThat(ToOpenApi.of(registry(), Optional.empty(), version).json().toString())
        .isEqualTo(ToOpenApi.of(registry(), Optional.empty(), version).json().toString());
  }

  @ParameterizedTest
  @EnumSource(OpenApiVersion.class)
  void theDocumentCanBeImportedAgain(OpenApiVersion version) throws Exception {
    OpenApiDocument document =
        OpenApiDocument.parse(
            ToOpenApi.of(registry(), Optional.empty(), version).json().toString());

    assertThat(document.version()).isEqualTo(version);
    try (Remote remote = new Remote()) {
      ImportReport report = remote.adapter(document, settings -> settings).report();
      assertThat(report.skipped()).isEmpty();
      assertThat(report.imported()).hasSize(5);
    }
  }

  @Test
  void version31KeepsSchemasAsTheyAre() {
    JsonNode document = ToOpenApi.of(registry(), Optional.empty(), OpenApiVersion.V3_1).json();

    assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
    assertThat(
            document
                .at("/components/schemas/Error_FILE_NOT_FOUND/properties/details/type")
                .toString())
        .isEqualTo("[\"string\",\"null\"]");
    JsonNode details = document.at("/components/schemas/Error_HTTP_404/properties/details");
    assertThat(details.at("/allOf/0/$ref").asString())
        .isEqualTo("#/components/schemas/Error_HTTP_404/properties/details/$defs/N");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          true                                | {}
          false                               | {'not':{}}
          {'const':1}                         | {'enum':[1]}
          {'type':['string','null']}          | {'type':'string','nullable':true}
          {'type':['string','integer']}       | {'anyOf':[{'type':'string'},{'type':'integer'}]}
          {'type':'null'}                     | {'nullable':true,'enum':[null]}
          {'type':'array'}                    | {'type':'array','items':{}}
          {'exclusiveMinimum':3}              | {'minimum':3,'exclusiveMinimum':true}
          {'minimum':5,'exclusiveMinimum':3}  | {'minimum':5}
          {'examples':[1,2],'$comment':'x'}   | {'example':1}
          {'if':{},'unevaluatedItems':false}  | {}
          {'contentEncoding':'base64'}        | {'format':'byte'}
          {'$ref':'#/$defs/a','$defs':{'a':{'type':'string'}}} | {'type':'string'}
          {'$ref':'http://x/'}                | {}
          {'required':[]}                     | {}
          """)
  void schemasAreSaidInTheDialectOf30(String schema, String converted) {
    assertThat(SchemaDownConverter.convert(Json.json(schema))).isEqualTo(Json.json(converted));
  }

  @Test
  void definitionsThatNeverEndAreCutOff() {
    JsonNode cyclic =
        Json.json(
            "{'$ref':'#/$defs/a','$defs':{'a':{'properties':{'x':{'$ref':'#/$defs/a'},"
                + "'y':{'$ref':'#/$defs/a'},'z':{'$ref':'#/$defs/a'}}}}}");

    assertThat(SchemaDownConverter.convert(cyclic).toString().length()).isLessThan(200_000);
  }

  // ---- served

  @Test
  void theDocumentIsServedWithATagOfItsBytes() {
    try (World world = World.start();
        Client client = Client.http1(world)) {
      HttpResponse<String> first = client.get("/openapi.json");
      String tag = first.headers().firstValue("ETag").orElseThrow();

      assertThat(first.statusCode()).isEqualTo(200);
      assertThat(first.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
      assertThat(first.headers().firstValue("Vary")).hasValue("Authorization");
      assertThat(first.body()).contains("TEAPOT", "1.0.0", "/subscribe");
      assertThat(client.get("/openapi.json").body()).isEqualTo(first.body());
      HttpResponse<String> again =
          client.send(client.request("/openapi.json").header("If-None-Match", "\"x\", W/" + tag));
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(
              client
                  .send(client.request("/openapi.json").header("If-None-Match", "\"x\""))
                  .statusCode())
          .isEqualTo(200);
      HttpResponse<String> head =
          client.send(
              client
                  .request("/openapi.json")
                  .method("HEAD", java.net.http.HttpRequest.BodyPublishers.noBody()));
      assertThat(head.headers().firstValue("Content-Length"))
          .hasValue(String.valueOf(first.body().getBytes(StandardCharsets.UTF_8).length));
    }
  }
}
