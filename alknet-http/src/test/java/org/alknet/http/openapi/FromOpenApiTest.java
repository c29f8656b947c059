package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.alknet.call.adapter.AdapterException.SchemaParse;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.openapi.ImportReport.Reason;
import org.alknet.http.testing.Json;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What becomes of a document, without asking anybody. */
class FromOpenApiTest {
  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static OutboundHttpClient client;

  @BeforeAll
  static void start() throws Exception {
    client = OutboundHttpClient.create(HttpClientConfig.defaults(), THREADS);
  }

  @AfterAll
  static void stop() {
    THREADS.shutdownNow();
  }

  private static FromOpenApi adapter(
      OpenApiDocument document, UnaryOperator<HttpServiceConfig.Builder> settings) {
    URI base = URI.create("https://service.example/v1");
    return new FromOpenApi(
        document, settings.apply(HttpServiceConfig.builder("svc", base)).build(), client);
  }

  private static FromOpenApi adapter(OpenApiDocument document) {
    return adapter(document, settings -> settings);
  }

  private static OpenApiDocument paths(String paths) {
    try {
      return OpenApiDocument.of(Json.json("{'openapi':'3.0.0','info':{},'paths':" + paths + "}"));
    } catch (SchemaParse e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, HandlerRegistration> imported(FromOpenApi adapter) {
    return Await.result(adapter.importOperations()).stream()
        .collect(Collectors.toMap(r -> r.spec().name(), r -> r));
  }

  private static OperationSpec pets(String name) {
    return spec(adapter(Remote.document("petstore.yaml")), "svc/" + name);
  }

  private static HandlerRegistration one(Map<String, HandlerRegistration> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }

  private static OperationSpec spec(FromOpenApi adapter, String name) {
    return one(imported(adapter), name).spec();
  }

  @Test
  void eachPathAndMethodIsALeafThatIsInternal() {
    Map<String, HandlerRegistration> pets = imported(adapter(Remote.document("petstore.yaml")));

    assertThat(pets)
        .containsOnlyKeys(
            "svc/listPets",
            "svc/createPet",
            "svc/getPetById",
            "svc/deletePet",
            "svc/get_pets_friends",
            "svc/photos/put");
    assertThat(pets.values())
        .allSatisfy(
            pet -> {
              assertThat(pet.spec().visibility()).isEqualTo(Visibility.INTERNAL);
              assertThat(pet.spec().accessControl().hasRestrictions()).isFalse();
              assertThat(pet.provenance()).isEqualTo(OperationProvenance.FROM_OPENAPI);
              assertThat(pet.compositionAuthority()).isEmpty();
              assertThat(pet.scopedEnv()).isEmpty();
              assertThat(pet.capabilities().isEmpty()).isTrue();
            });
  }

  @Test
  void askingAgainGivesTheSame() {
    FromOpenApi adapter = adapter(Remote.document("petstore.yaml"));

    assertThat(Await.result(adapter.importOperations()))
        .isEqualTo(Await.result(adapter.importOperations()));
  }

  @ParameterizedTest
  @CsvSource({
    "listPets, QUERY",
    "createPet, MUTATION",
    "deletePet, MUTATION",
    "photos/put, MUTATION",
    "get_pets_friends, QUERY"
  })
  void methodsAreQueriesOrMutations(String name, OperationType type) {
    assertThat(pets(name).opType()).isEqualTo(type);
  }

  @Test
  void parametersOfPathAndOperationAreMergedAndTheOperationWins() {
    assertThat(pets("listPets").inputSchema().toString())
        .isEqualTo(
            Json.json(
                    "{'type':'object','properties':{'X-Trace':{'type':'string'},"
                        + "'limit':{'type':'integer','exclusiveMinimum':0,'maximum':100},"
                        + "'tag':{'type':'array','items':{'type':'string'}}}}")
                .toString());
    assertThat(pets("getPetById").inputSchema().at("/properties/petId/type").asString())
        .isEqualTo("integer");
    JsonNode delete = pets("deletePet").inputSchema();
    assertThat(delete.at("/properties/petId/type").asString()).isEqualTo("string");
    assertThat(delete.path("required").toString()).isEqualTo("[\"petId\"]");
  }

  @Test
  void aReferencedBodyComesWithEverythingItReaches() {
    JsonNode input = pets("createPet").inputSchema();

    assertThat(input.at("/properties/body/$ref").asString()).isEqualTo("#/$defs/Pet");
    assertThat(input.path("required").toString()).isEqualTo("[\"body\"]");
    assertThat(input.at("/$defs/Pet/properties/parent/$ref").asString()).isEqualTo("#/$defs/Pet");
    assertThat(input.at("/$defs/Pet/properties/nickname/type").toString())
        .isEqualTo("[\"string\",\"null\"]");
    assertThat(input.at("/$defs/Pet/properties/name/examples").toString()).isEqualTo("[\"Rex\"]");
  }

  @Test
  void whatOnlyTheServiceWritesIsNotRequiredOfTheCaller() {
    assertThat(pets("createPet").inputSchema().at("/$defs/Pet/required").toString())
        .isEqualTo("[\"name\"]");
    assertThat(pets("createPet").outputSchema().at("/$defs/Pet/required").toString())
        .isEqualTo("[\"id\",\"name\"]");
  }

  @Test
  void outputsAreWhatASuccessIs() {
    assertThat(pets("listPets").outputSchema().at("/items/$ref").asString())
        .isEqualTo("#/$defs/Pet");
    assertThat(pets("createPet").outputSchema().path("$ref").asString()).isEqualTo("#/$defs/Pet");
    assertThat(pets("deletePet").outputSchema().path("type").asString()).isEqualTo("null");
    assertThat(pets("photos/put").outputSchema().path("contentEncoding").asString())
        .isEqualTo("base64");
    assertThat(pets("get_pets_friends").outputSchema().isEmpty()).isTrue();
  }

  @Test
  void errorsKeepTheirStatusAndTheirSchema() {
    List<ErrorDefinition> errors = pets("getPetById").errorSchemas();

    assertThat(errors).extracting(ErrorDefinition::code).containsExactly("HTTP_404", "HTTP_429");
    assertThat(errors.get(0).httpStatus()).hasValue(404);
    assertThat(errors.get(0).description()).isEqualTo("a problem");
    assertThat(errors.get(0).schema().at("/$defs/Problem/properties/title/type").asString())
        .isEqualTo("string");
    assertThat(pets("listPets").errorSchemas())
        .singleElement()
        .satisfies(
            error -> {
              assertThat(error.code()).isEqualTo("HTTP_DEFAULT");
              assertThat(error.httpStatus()).isEmpty();
            });
    assertThat(pets("createPet").errorSchemas())
        .extracting(ErrorDefinition::code)
        .containsExactly("HTTP_4XX");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /users/{id}/posts | get  |                        | svc/get_users_posts
          /{id}             | get  |                        | svc/get_root
          /a-b/c.d          | post |                        | svc/post_a-b_c.d
          /x                | get  | repos/list-for-user    | svc/repos/list-for-user
          /x                | get  | a b(c)                 | svc/a_b_c_
          /x                | get  | //_a///-.b/            | svc/a/b
          /x                | get  | ___                    | svc/get_x
          """)
  void namesComeFromTheIdOrThePath(String path, String method, String id, String name) {
    String operation = id == null ? "{}" : "{'operationId':'" + id + "'}";

    assertThat(imported(adapter(paths("{'" + path + "':{'" + method + "':" + operation + "}}"))))
        .containsOnlyKeys(name);
  }

  @Test
  void namesThatAreTakenGetAnEndingAndANote() {
    FromOpenApi adapter =
        adapter(
            paths(
                "{'/users':{'get':{},'post':{'operationId':'x'}},'/users/{id}':{'get':{}},"
                    + "'/users/{id}/':{'get':{}},'/y':{'get':{'operationId':'x'}}}"));

    assertThat(adapter.report().imported())
        .extracting(ImportReport.Imported::name)
        .containsExactly(
            "svc/get_users", "svc/x", "svc/get_users_by_id", "svc/get_users_by_id_2", "svc/x_2");
    assertThat(adapter.report().imported().get(4).notes()).anyMatch(n -> n.contains("renamed"));
  }

  @Test
  void aNameThatCannotBeOneIsSkipped() {
    FromOpenApi adapter =
        adapter(paths("{'/a':{'get':{'operationId':'" + "x".repeat(300) + "'}},'/b':{'get':{}}}"));

    assertThat(adapter.report().skipped())
        .singleElement()
        .satisfies(skipped -> assertThat(skipped.reason()).isEqualTo(Reason.NAME));
    assertThat(imported(adapter)).containsOnlyKeys("svc/get_b");
  }

  @Test
  void placesOfParametersDoNotCollide() {
    JsonNode same = spec(adapter(Remote.document("styles.json")), "svc/same").inputSchema();

    assertThat(same.path("properties").propertyNames())
        .containsExactly("id", "id_query", "id_header", "id_cookie", "body_param", "body");
    assertThat(same.path("required").toString()).isEqualTo("[\"id\"]");
  }

  @Test
  void anOperationWithoutParametersTakesAnyObject() {
    assertThat(spec(adapter(paths("{'/a':{'get':{}}}")), "svc/get_a").inputSchema())
        .isEqualTo(Json.json("{'type':'object'}"));
  }

  @Test
  void pathsWithoutMethodsAreNothing() {
    assertThat(imported(adapter(paths("{'/a':{'summary':'x'},'x-b':{'get':{}}}")))).isEmpty();
  }

  @Test
  void eventsAreSubscriptions() {
    Map<String, HandlerRegistration> events =
        imported(adapter(Remote.document("events.yaml"), s -> s.unaryTwins(true)));

    assertThat(events).containsOnlyKeys("svc/ticks", "svc/chat", "svc/chat_unary");
    assertThat(one(events, "svc/ticks").spec().opType()).isEqualTo(OperationType.SUBSCRIPTION);
    assertThat(one(events, "svc/ticks").handler()).isInstanceOf(OperationHandler.Stream.class);
    assertThat(one(events, "svc/ticks").spec().outputSchema().at("/properties/n/type").asString())
        .isEqualTo("integer");
    assertThat(one(events, "svc/chat").spec().outputSchema().path("type").asString())
        .isEqualTo("string");
    assertThat(one(events, "svc/chat_unary").spec().opType()).isEqualTo(OperationType.MUTATION);
    assertThat(one(events, "svc/chat_unary").spec().outputSchema().path("type").asString())
        .isEqualTo("object");
    assertThat(imported(adapter(Remote.document("events.yaml"))))
        .containsOnlyKeys("svc/ticks", "svc/chat");
  }

  // ---- references

  @Test
  void cyclesStayCyclesAndWhatCannotBeIsListedWithItsReason() {
    FromOpenApi adapter = adapter(Remote.document("cycles.json"));

    assertThat(imported(adapter))
        .containsOnlyKeys("svc/tree", "svc/mutual", "svc/escaped", "svc/inner");
    Map<String, Reason> reasons = new HashMap<>();
    adapter
        .report()
        .skipped()
        .forEach(skipped -> reasons.put(skipped.method() + " " + skipped.path(), skipped.reason()));
    assertThat(reasons)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("POST /self", Reason.CYCLIC_REFERENCE),
                Map.entry("POST /all", Reason.CYCLIC_REFERENCE),
                Map.entry("GET /parameter", Reason.CYCLIC_REFERENCE),
                Map.entry("GET /dangling", Reason.DANGLING_REFERENCE),
                Map.entry("POST /external", Reason.EXTERNAL_REFERENCE),
                Map.entry("GET /file", Reason.EXTERNAL_REFERENCE),
                Map.entry("GET /anchor", Reason.DANGLING_REFERENCE),
                Map.entry("GET /schema", Reason.SCHEMA),
                Map.entry("GET /place", Reason.MALFORMED),
                Map.entry("TRACE /trace", Reason.METHOD),
                Map.entry("GET /null", Reason.MALFORMED),
                Map.entry("* /item", Reason.MALFORMED),
                Map.entry("* /..", Reason.MALFORMED),
                Map.entry("* petSold", Reason.WEBHOOK)));
    assertThat(adapter.report().skipped())
        .filteredOn(skipped -> skipped.path().equals("/external"))
        .singleElement()
        .satisfies(
            skipped -> {
              assertThat(skipped.operationId()).hasValue("external");
              assertThat(skipped.detail()).contains("http://127.0.0.1:1/schema.json");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"/../admin", "/%2e%2e/admin", "/a/.%2E/b", "/a/%2e", "/{id}/%2e%2e"})
  void aPathThatLeadsElsewhereIsSkippedHoweverItIsWritten(String path) {
    FromOpenApi adapter = adapter(paths("{'" + path + "':{'get':{}},'/%2e.txt':{'get':{}}}"));

    assertThat(imported(adapter)).hasSize(1);
    assertThat(adapter.report().skipped())
        .singleElement()
        .satisfies(skipped -> assertThat(skipped.reason()).isEqualTo(Reason.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"other.json#/a", "#/components/schemas/None", "https://a.example/b"})
  void aDocumentOfWhichNothingIsLeftFails(String ref) {
    FromOpenApi adapter =
        adapter(
            paths(
                "{'/a':{'get':{'parameters':[{'name':'q','in':'query','schema':{'$ref':'"
                    + ref
                    + "'}}]}}}"));

    assertThat(Await.failure(adapter.importOperations(), SchemaParse.class))
        .hasMessageContaining("GET /a")
        .hasMessageContaining(ref);
  }

  @Test
  void whatStandsInADocumentIsShownWithoutControlCharacters() {
    FromOpenApi adapter =
        adapter(
            paths("{'/a\\u001b[31m':{'trace':{'operationId':'\\u202e\\u0000x'}},'/b':{'get':{}}}"));

    assertThat(adapter.report().skipped())
        .singleElement()
        .satisfies(
            skipped -> {
              assertThat(skipped.path()).isEqualTo("/a?[31m");
              assertThat(skipped.operationId()).hasValue("??x");
            });
  }

  @Test
  void keywordsThatMeanNothingAreDropped() {
    OpenApiDocument document =
        paths(
            "{'/a':{'post':{'requestBody':{'content':{'application/json':{'schema':{"
                + "'type':'object','required':true,'properties':{"
                + "'a':{'type':'file'},'b':{'type':'string','pattern':'(?<'},"
                + "'c':{'type':'integer','minimum':'x','exclusiveMaximum':true,'maximum':3},"
                + "'d':{'type':'string','required':['x','x'],'maxLength':-1,'enum':[]},"
                + "'e':{'type':'array','items':[{'type':'string'}]},"
                + "'f':{'nullable':true,'allOf':[{'type':'string'}]},'g':null,"
                + "'h':{'type':'string','nullable':true,'enum':['x']}}}}}}}}}");

    JsonNode body = spec(adapter(document), "svc/post_a").inputSchema().at("/properties/body");

    assertThat(body)
        .isEqualTo(
            Json.json(
                "{'type':'object','properties':{'a':{},'b':{'type':'string'},"
                    + "'c':{'type':'integer','exclusiveMaximum':3},"
                    + "'d':{'type':'string','required':['x']},"
                    + "'e':{'type':'array','prefixItems':[{'type':'string'}]},"
                    + "'f':{'anyOf':[{'allOf':[{'type':'string'}]},{'type':'null'}]},'g':{},"
                    + "'h':{'type':['string','null'],'enum':['x',null]}}}"));
  }

  // ---- bounds

  @Test
  void aSchemaThatReachesTooMuchIsSkipped() {
    StringBuilder schemas = new StringBuilder();
    int count = SchemaBundles.MAX_DEFINITIONS + 10;
    for (int i = 0; i < count; i++) {
      schemas.append(i == 0 ? "" : ",").append("'s").append(i);
      schemas.append("':{'properties':{'n':{'$ref':'#/components/schemas/s");
      schemas.append((i + 1) % count).append("'}}}");
    }
    OpenApiDocument document = withSchemas(schemas.toString(), "s0");

    assertThat(adapter(document).report().skipped())
        .singleElement()
        .satisfies(skipped -> assertThat(skipped.reason()).isEqualTo(Reason.TOO_LARGE));
  }

  @Test
  void aLongChainOfSchemasIsImportedOrSkippedAndNothingElse() {
    StringBuilder schemas = new StringBuilder("'s900':{'type':'string'}");
    for (int i = 0; i < 900; i++) {
      schemas.append(",'s").append(i).append("':{'$ref':'#/components/schemas/s");
      schemas.append(i + 1).append("'}");
    }

    ImportReport report = adapter(withSchemas(schemas.toString(), "s0")).report();

    assertThat(report.imported().size() + report.skipped().size()).isEqualTo(1);
  }

  private static OpenApiDocument withSchemas(String schemas, String used) {
    try {
      return OpenApiDocument.of(
          Json.json(
              "{'openapi':'3.0.0','info':{},'paths':{'/a':{'post':{'requestBody':{'content':"
                  + "{'application/json':{'schema':{'$ref':'#/components/schemas/"
                  + used
                  + "'}}}}}}},'components':{'schemas':{"
                  + schemas
                  + "}}}"));
    } catch (SchemaParse e) {
      throw new AssertionError(e);
    }
  }

  // ---- the configuration

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://a.example/",
        "https:///v1",
        "/v1",
        "https://user:secret@a.example/",
        "https://a.example/?a=b",
        "https://a.example/#a"
      })
  void aBaseUrlIsHttpWithAHostAndAPath(String url) {
    assertThatThrownBy(() -> HttpServiceConfig.builder("svc", URI.create(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"Host, a", "Content-Length, 1", "a b, c", "X-A, 'a\u0001b'"})
  void headersThatCannotBeSentAreRefused(String name, String value) {
    HttpServiceConfig.Builder builder =
        HttpServiceConfig.builder("svc", URI.create("https://a.example"));

    assertThatThrownBy(() -> builder.defaultHeaders(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class);
    if (!name.equals("X-A")) {
      assertThatThrownBy(() -> new HttpAuthScheme.ApiKey(name))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aNamespaceIsTheBeginningOfAName() {
    assertThatThrownBy(() -> HttpServiceConfig.builder("a b", URI.create("https://a.example")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
