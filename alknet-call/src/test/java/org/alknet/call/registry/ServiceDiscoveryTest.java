package org.alknet.call.registry;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.StubContext;
import org.alknet.call.testing.Ticks;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ServiceDiscoveryTest {
  private static final OperationSpec READ =
      OperationSpec.query("fs/readFile")
          .accessControl(AccessControl.scopes("fs:read"))
          .inputSchema(json("{'type':'object'}"))
          .errors(
              new ErrorDefinition(
                  "FILE_NOT_FOUND", "no such file", json("{'type':'object'}"), OptionalInt.of(404)),
              ErrorDefinition.of("BUSY", "", json("{}")))
          .build();

  private static final OperationRegistry REGISTRY =
      OperationRegistry.builder()
          .withServiceDiscovery()
          .withLocal(READ, Handlers.echo())
          .withLocal(OperationSpec.query("fs/hidden").internal().build(), Handlers.echo())
          .withLocalStreaming(
              OperationSpec.subscription("events/stream").build(), Ticks.to(1).handler())
          .build();

  private static ResponseEnvelope ask(String operation, String input, StubContext ctx) {
    return Await.result(REGISTRY.invoke(operation, json(input), ctx));
  }

  @Test
  void theOperationsAreOpenQueriesWithTheirSchemas() {
    for (OperationSpec spec : List.of(ServiceDiscovery.listSpec(), ServiceDiscovery.schemaSpec())) {
      assertThat(spec.namespace()).isEqualTo("services");
      assertThat(spec.opType()).isEqualTo(OperationType.QUERY);
      assertThat(spec.visibility()).isEqualTo(Visibility.EXTERNAL);
      assertThat(spec.accessControl()).isEqualTo(AccessControl.unrestricted());
      assertThat(spec.errorSchemas()).isEmpty();
    }
    String entry =
        "{'type':'object','properties':{'name':{'type':'string'},'namespace':{'type':'string'},"
            + "'op_type':{'type':'string','enum':['query','mutation','subscription']}}}";
    assertThat(ServiceDiscovery.listSpec().inputSchema()).isEqualTo(json("{}"));
    assertThat(ServiceDiscovery.listSpec().outputSchema())
        .isEqualTo(
            json(
                "{'type':'object','properties':{'operations':{'type':'array','items':"
                    + entry
                    + "}}}"));
    assertThat(ServiceDiscovery.schemaSpec().inputSchema())
        .isEqualTo(
            json("{'type':'object','properties':{'name':{'type':'string'}},'required':['name']}"));
    assertThat(ServiceDiscovery.schemaSpec().outputSchema().path("required")).hasSize(8);
  }

  @Test
  void theListShowsWhatTheCallerCouldCall() {
    assertThat(ask("services/list", "null", StubContext.wire("r")).output())
        .contains(
            json(
                "{'operations':[{'name':'events/stream','namespace':'events',"
                    + "'op_type':'subscription'}]}"));
    assertThat(
            ask("services/list", "{}", StubContext.wire("r").as(Identity.of("i", "other")))
                .output())
        .contains(ask("services/list", "{}", StubContext.wire("r")).output().orElseThrow());
    assertThat(
            ask("services/list", "{}", StubContext.wire("r").as(Identity.of("i", "fs:read")))
                .output()
                .orElseThrow()
                .path("operations")
                .findValuesAsString("name"))
        .containsExactly("events/stream", "fs/readFile");
  }

  @Test
  void theSchemaHasAllEightKeys() {
    JsonNode schema =
        ask(
                "services/schema",
                "{'name':'/fs/readFile'}",
                StubContext.wire("r").as(Identity.of("i", "fs:read")))
            .output()
            .orElseThrow();

    assertThat(schema)
        .isEqualTo(
            json(
                "{'name':'fs/readFile','namespace':'fs','op_type':'query','visibility':'external',"
                    + "'input_schema':{'type':'object'},'output_schema':{},"
                    + "'error_schemas':[{'code':'FILE_NOT_FOUND','description':'no such file',"
                    + "'schema':{'type':'object'},'http_status':404},"
                    + "{'code':'BUSY','description':'','schema':{},'http_status':null}],"
                    + "'access_control':{'required_scopes':['fs:read'],"
                    + "'required_scopes_any':null,'resource_type':null,'resource_action':null}}"));
    assertThat(SpecJson.parseSpec(schema)).isEqualTo(READ);
  }

  @Test
  void theSchemaFollowsVisibilityAndAccessOfTheNamedOperation() {
    assertThat(ask("services/schema", "{'name':'no/such'}", StubContext.wire("r")).error())
        .contains(CallError.notFound("no/such"));
    assertThat(ask("services/schema", "{'name':'fs/hidden'}", StubContext.wire("r")).error())
        .contains(CallError.notFound("fs/hidden"));
    assertThat(ask("services/schema", "{'name':'fs/readFile'}", StubContext.wire("r")).error())
        .contains(CallError.forbidden("authentication required"));
    assertThat(ask("services/schema", "{'name':'fs/hidden'}", StubContext.composed("r")).isOk())
        .isTrue();
  }

  @Test
  void aMissingNameIsInvalidInput() {
    for (String input : List.of("{}", "{'name':7}", "null", "[]")) {
      assertThat(ask("services/schema", input, StubContext.wire("r")).error().orElseThrow().code())
          .as(input)
          .isEqualTo(CallError.INVALID_INPUT);
    }
  }

  @Test
  void everyFieldOfAnAccessControlSurvives() {
    AccessControl full =
        new AccessControl(List.of("a"), Optional.of(List.of()), Optional.of("t"), Optional.of("x"));
    OperationSpec spec = OperationSpec.mutation("a/b").accessControl(full).internal().build();

    assertThat(SpecJson.parseSpec(SpecJson.spec(spec))).isEqualTo(spec);
  }

  @Test
  void aForeignDescriptionIsReadLeniently() {
    OperationSpec spec =
        SpecJson.parseSpec(
            json(
                "{'name':'a/b','op_type':'query','error_schemas':[{'description':'x'},"
                    + "{'code':'C','http_status':'no'}],'more':1}"));

    assertThat(spec.visibility()).isEqualTo(Visibility.EXTERNAL);
    assertThat(spec.accessControl()).isEqualTo(AccessControl.unrestricted());
    assertThat(spec.errorSchemas()).containsExactly(ErrorDefinition.of("C", "", json("{}")));
    for (String broken :
        List.of(
            "{}", "{'name':'a'}", "{'name':'a','op_type':'stream'}", "[]", "{'op_type':'query'}")) {
      assertThatThrownBy(() -> SpecJson.parseSpec(json(broken)))
          .as(broken)
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String broken :
        List.of("{}", "[]", "{'operations':{}}", "{'operations':[{}]}", "{'operations':[7]}")) {
      assertThatThrownBy(() -> SpecJson.parseList(json(broken)))
          .as(broken)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(Map.of()).isEmpty();
  }
}
