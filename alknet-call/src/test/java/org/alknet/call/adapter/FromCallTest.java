package org.alknet.call.adapter;

import static org.alknet.call.testing.Composer.compose;
import static org.alknet.call.testing.Composer.saying;
import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.SpecJson;
import org.alknet.call.testing.Composer;
import org.alknet.call.testing.Liar;
import org.alknet.call.testing.Nodes;
import org.alknet.call.testing.Ticks;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is imported from a peer, and what is not, whatever the peer says. */
class FromCallTest {
  private static final OperationSpec READ =
      OperationSpec.query("fs/read")
          .inputSchema(json("{'type':'object'}"))
          .errors(
              new ErrorDefinition(
                  "FILE_NOT_FOUND", "no such file", json("{'type':'object'}"), OptionalInt.of(404)))
          .accessControl(AccessControl.scopes("fs"))
          .build();

  private final Nodes nodes = new Nodes();

  @AfterEach
  void close() {
    nodes.close();
  }

  /** A connection from a node with the scope that the worker's restricted operation demands. */
  private CallConnection toWorker() {
    Nodes.Node worker =
        nodes.node(
            "worker",
            ops ->
                ops.withLocal(READ, saying("read"))
                    .withLocal(OperationSpec.mutation("fs/write").build(), saying("written"))
                    .withLocal(OperationSpec.query("fs/hidden").internal().build(), saying("no"))
                    .withLocalStreaming(
                        OperationSpec.subscription("fs/watch").build(), Ticks.to(3).handler()));
    Nodes.Node head = nodes.node("head", ops -> {});
    worker.identities().key(Nodes.keyOf("head"), Identity.of("head", "fs"));
    return nodes.connect(head, worker).dialled();
  }

  @Test
  void everyOperationBecomesAnInternalLeafOfItsKind() {
    List<HandlerRegistration> imported =
        Await.result(FromCall.importFrom(toWorker(), FromCallConfig.all()));

    assertThat(imported)
        .extracting(registration -> registration.spec().name())
        .containsExactly("fs/read", "fs/watch", "fs/write");
    assertThat(imported)
        .allSatisfy(
            registration -> {
              assertThat(registration.provenance()).isEqualTo(OperationProvenance.FROM_CALL);
              assertThat(registration.spec().visibility()).isEqualTo(Visibility.INTERNAL);
              assertThat(registration.compositionAuthority()).isEmpty();
              assertThat(registration.scopedEnv()).isEmpty();
              assertThat(registration.capabilities().isEmpty()).isTrue();
            });
    assertThat(imported.get(0).spec()).isEqualTo(READ.withVisibility(Visibility.INTERNAL));
    assertThat(imported.get(0).handler()).isInstanceOf(OperationHandler.Once.class);
    assertThat(imported.get(1).handler()).isInstanceOf(OperationHandler.Stream.class);
    assertThat(imported.get(2).spec().opType()).isEqualTo(OperationType.MUTATION);
  }

  @Test
  void theFilterHasRemoteNamesAndThePrefixComesAfterwards() {
    FromCallConfig config = FromCallConfig.all().withPrefix("worker/a").only("fs/read", "x/y");

    assertThat(Await.result(FromCall.importFrom(toWorker(), config)))
        .singleElement()
        .satisfies(
            registration -> assertThat(registration.spec().name()).isEqualTo("worker/a/fs/read"));
    assertThat(FromCallConfig.all().withPrefix("").namespacePrefix()).isEmpty();
    assertThatThrownBy(() -> FromCallConfig.all().withPrefix("no good"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refreshSwapsTheWholeSetAndAFailureChangesNothing() {
    CallConnection connection = toWorker();
    connection.registerImported(stub("old/one"));
    FromCall adapter = new FromCall(connection, FromCallConfig.all());

    assertThat(Await.result(adapter.refresh())).isEqualTo(3);
    assertThat(connection.overlayEnv().contains("old/one")).isFalse();
    assertThat(connection.overlayEnv().contains("fs/read")).isTrue();

    connection.close();
    Await.failure(adapter.refresh(), AdapterException.Transport.class);
    assertThat(connection.overlayEnv().contains("fs/read"))
        .as("gone with its connection")
        .isFalse();
  }

  private static HandlerRegistration stub(String name) {
    return HandlerRegistration.of(
        OperationSpec.query(name).internal().build(),
        new OperationHandler.Once(saying("stub")),
        OperationProvenance.FROM_CALL);
  }

  @Test
  void namesOfThisNodeAreNotShadowedUnlessAllowed() {
    Nodes.Node worker = nodes.node("worker", ops -> {});
    Nodes.Node strict =
        nodes.node("strict", Composer.reaching("fs/read").andThen(FromCallTest::addRead));
    Nodes.Node open =
        nodes.node(
            "open",
            Composer.reaching("fs/read").andThen(FromCallTest::addRead),
            builder -> builder.importPolicy(ImportPolicy.manual().allowShadowing("fs/read")));
    CallConnection toStrict = nodes.connect(worker, strict).accepted();
    CallConnection toOpen = nodes.connect(worker, open).accepted();
    for (CallConnection connection : List.of(toStrict, toOpen)) {
      connection.registerImportedAll(List.of(stub("fs/read"), stub("fs/other")));
    }

    assertThat(toStrict.overlayEnv().contains("fs/read")).isFalse();
    assertThat(toStrict.overlayEnv().contains("fs/other")).isTrue();
    toStrict.replaceImported(List.of(stub("fs/read")));
    assertThat(toStrict.overlayEnv().contains("fs/read")).isFalse();
    assertThat(run(strict)).contains(json("'own'"));
    assertThat(run(open)).contains(json("'stub'"));
  }

  private static void addRead(OperationRegistry.Builder ops) {
    ops.withLocal(OperationSpec.query("fs/read").internal().build(), saying("own"));
  }

  private static Optional<JsonNode> run(Nodes.Node node) {
    return Await.result(
            node.runtime().roots().invoke(Optional.empty(), Composer.NAME, compose("fs/read")))
        .output();
  }

  // ---- hostile answers

  private CallConnection liar(Liar liar) {
    Nodes.Node head = nodes.node("head", ops -> {});
    return head.runtime().serve(liar, Optional.empty());
  }

  private static Liar lying(String list, String schema) {
    return new Liar((operation, input) -> json(operation.equals("/services/list") ? list : schema));
  }

  private static final String ONE = "{'operations':[{'name':'a/b'}]}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null                                              | {} | SchemaParse",
        "{}                                                | {} | SchemaParse",
        "{'operations':{}}                                 | {} | SchemaParse",
        "{'operations':[{}]}                               | {} | SchemaParse",
        "{'operations':[{'name':7}]}                       | {} | SchemaParse",
        "{'operations':[{'name':'a/b'},{'name':'a/b'}]}    | {} | SamePeerCollision",
        "{'error':{'code':'FORBIDDEN','message':'','retryable':false}} | {} | Unauthorized",
        "{'error':{'code':'NOT_FOUND','message':'','retryable':false}} | {} | DiscoveryFailed",
        "{'error':{'code':'X','message':'m'}}              | {} | DiscoveryFailed",
        ONE + " | null                                             | SchemaParse",
        ONE + " | {'name':'a/b'}                                   | SchemaParse",
        ONE + " | {'name':'a/b','op_type':'dance'}                 | SchemaParse",
        ONE + " | {'name':'other/name','op_type':'query'}          | SchemaParse",
        ONE
            + " | {'name':'a/b','op_type':'query','access_control':{'required_scopes':'x'}} "
            + "| SchemaParse",
        ONE
            + " | {'error':{'code':'NOT_FOUND','message':'','retryable':false}} "
            + "| DiscoveryFailed",
        ONE + " | {'error':{'code':'FORBIDDEN','message':'','retryable':false}} | Unauthorized",
      })
  void aMalformedAnswerImportsNothing(String list, String schema, String variant) {
    CallConnection connection = liar(lying(list, schema));

    AdapterException failure =
        Await.failure(
            FromCall.importFrom(connection, FromCallConfig.all()), AdapterException.class);

    assertThat(failure.getClass().getSimpleName()).isEqualTo(variant);
    assertThat(connection.overlayEnv().peerOperations("x")).isEmpty();
  }

  @Test
  void namesThatAreNoneAreSkippedAndDiscoveryIsNeverImported() {
    Liar liar =
        lying(
            "{'operations':[{'name':'a/b'},{'name':'/a/c'},{'name':''},{'name':'a b'},"
                + "{'name':'../x'},{'name':'services/list'},{'name':'services'},"
                + "{'name':'a//b'},{'name':'\\u001b[31mred'}]}",
            "{'name':'a/b','op_type':'query','visibility':'external',"
                + "'error_schemas':[{'code':'FORBIDDEN'},{'code':'MINE'},{'nothing':1}]}");

    assertThat(Await.result(FromCall.importFrom(liar(liar), FromCallConfig.all())))
        .singleElement()
        .satisfies(
            registration -> {
              assertThat(registration.spec().name()).isEqualTo("a/b");
              assertThat(registration.spec().visibility()).isEqualTo(Visibility.INTERNAL);
              assertThat(registration.spec().errorSchemas())
                  .extracting(ErrorDefinition::code)
                  .containsExactly("MINE");
            });
    assertThat(liar.requests()).as("asked about what is wanted only").isEqualTo(2);
  }

  private static ObjectNode manyOperations(int count) {
    ObjectNode list = (ObjectNode) json("{}");
    ArrayNode operations = list.putArray("operations");
    for (int i = 0; i < count; i++) {
      operations.addObject().put("name", "many/op" + i);
    }
    return list;
  }

  private static Liar generous(int count, int padding) {
    BiFunction<String, JsonNode, @Nullable JsonNode> answers =
        (operation, input) -> {
          if (operation.equals("/services/list")) {
            return manyOperations(count);
          }
          ObjectNode spec =
              SpecJson.spec(OperationSpec.query(input.path("name").asString()).build());
          return spec.put("padding", "x".repeat(padding));
        };
    return new Liar(answers);
  }

  @Test
  void aThousandOperationsAreImportedAndTooManyAreNot() {
    assertThat(Await.result(FromCall.importFrom(liar(generous(1000, 0)), FromCallConfig.all())))
        .hasSize(1000);
    Liar greedy = generous(RemoteCatalogue.MAX_OPERATIONS + 1, 0);
    Await.failure(
        FromCall.importFrom(liar(greedy), FromCallConfig.all()),
        AdapterException.DiscoveryFailed.class);
    assertThat(greedy.requests()).isOne();
  }

  @Test
  void descriptionsAreBoundedEachAndTogether() {
    Await.failure(
        FromCall.importFrom(liar(generous(1, 1 << 20)), FromCallConfig.all()),
        AdapterException.DiscoveryFailed.class);
    Liar large = generous(40, 1_000_000);
    AdapterException together =
        Await.failure(
            FromCall.importFrom(liar(large), FromCallConfig.all()),
            AdapterException.DiscoveryFailed.class);
    assertThat(together).hasMessageContaining("16 MiB");
    assertThat(large.requests()).as("the rest is not asked for").isLessThan(41);
  }

  @Test
  void aPeerThatFallsSilentIsGivenUpAfterThirtySecondsAndToldSo() {
    Liar silent =
        new Liar((operation, input) -> operation.equals("/services/list") ? json(ONE) : null);
    CompletionStage<List<HandlerRegistration>> importing =
        new FromCall(liar(silent), FromCallConfig.all(), nodes.clock.ticker()).importOperations();
    Await.until("it was asked", () -> silent.requests() == 2);

    nodes.clock.advance(Duration.ofSeconds(29));
    assertThat(importing.toCompletableFuture()).isNotDone();
    nodes.clock.advance(Duration.ofSeconds(1));

    Await.failure(importing, AdapterException.DiscoveryFailed.class);
    Await.until("the peer was told", () -> silent.aborts() == 1);
  }

  @Test
  void oneFailureAbortsTheQuestionsThatAreUnderWay() {
    Liar liar =
        new Liar(
            (operation, input) -> {
              if (operation.equals("/services/list")) {
                return manyOperations(10);
              }
              return input.path("name").asString().equals("many/op9") ? json("null") : null;
            });

    Await.failure(
        FromCall.importFrom(liar(liar), FromCallConfig.all()), AdapterException.SchemaParse.class);
    Await.until("nine are aborted", () -> liar.aborts() == 9);
  }

  @Test
  void aDescriptionAloneIsAnOperationThatCannotRun() {
    OperationSpec spec = OperationSpec.subscription("plan/later").build();
    HandlerRegistration registration =
        Await.result(new FromJsonSchema(spec, json("{'type':'object'}")).importOperations()).get(0);

    assertThat(registration.provenance()).isEqualTo(OperationProvenance.FROM_JSON_SCHEMA);
    assertThat(registration.handler()).isInstanceOf(OperationHandler.SchemaOnly.class);
    assertThat(registration.spec().inputSchema()).isEqualTo(json("{'type':'object'}"));
    assertThat(registration.compositionAuthority()).isEmpty();
    assertThat(
            Await.failure(
                new FromJsonSchema(spec, json("[]")).importOperations(),
                AdapterException.SchemaParse.class))
        .hasMessageContaining("JSON object");
    Nodes.Node node = nodes.node("planner", ops -> ops.with(registration));
    CallError error =
        Await.result(node.runtime().roots().invoke(Optional.empty(), "plan/later", json("{}")))
            .error()
            .orElseThrow();
    assertThat(error.code()).isEqualTo(CallError.NOT_FOUND);
    assertThat(error.message()).contains("FromJsonSchema");
  }

  @Test
  void anAdapterIsAFunctionWhoseOutcomeIsUnchanged() {
    List<HandlerRegistration> some = List.of(stub("a/b"));
    OperationAdapter works = () -> CompletableFuture.completedFuture(some);
    AdapterException refused = new AdapterException.Unauthorized("401");
    OperationAdapter fails = () -> CompletableFuture.failedFuture(refused);

    assertThat(Await.result(works.importOperations())).isSameAs(some);
    assertThat(Await.failure(fails.importOperations(), AdapterException.class)).isSameAs(refused);
  }
}
