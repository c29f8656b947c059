package org.alknet.call.registry;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.StreamingHandler;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.testing.Elements;
import org.alknet.call.testing.Handlers;
import org.alknet.call.testing.StubContext;
import org.alknet.call.testing.Ticks;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OperationRegistryTest {
  private static final UnaryHandler ECHO = Handlers.echo();
  private static final StreamingHandler TICKS = Ticks.to(2).handler();

  private static CallError errorOf(OperationRegistry registry, String name, StubContext ctx) {
    return Await.result(registry.invoke(name, json("1"), ctx)).error().orElseThrow();
  }

  @Test
  void theResultCarriesTheRequestId() {
    OperationRegistry registry =
        OperationRegistry.builder().withLocal(OperationSpec.query("a/b").build(), ECHO).build();

    ResponseEnvelope answer =
        Await.result(registry.invoke("a/b", json("[1]"), StubContext.wire("r1")));

    assertThat(answer).isEqualTo(ResponseEnvelope.ok("r1", json("[1]")));
  }

  @Test
  void unknownAndInternalLookTheSameFromTheWire() {
    AtomicBoolean entered = new AtomicBoolean();
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("a/internal")
                    .internal()
                    .accessControl(AccessControl.scopes("s"))
                    .build(),
                (input, ctx) -> {
                  entered.set(true);
                  return ECHO.handle(input, ctx);
                })
            .build();

    assertThat(errorOf(registry, "a/unknown", StubContext.wire("r")))
        .isEqualTo(CallError.notFound("a/unknown"));
    assertThat(errorOf(registry, "a/internal", StubContext.wire("r")))
        .isEqualTo(CallError.notFound("a/internal"));
    assertThat(entered).isFalse();
    assertThat(
            Await.result(
                    registry.invoke(
                        "a/internal",
                        json("1"),
                        StubContext.composed("r").as(Identity.of("i", "s"))))
                .isOk())
        .isTrue();
  }

  @Test
  void scopesDecide() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("a/b").accessControl(AccessControl.scopes("admin")).build(),
                ECHO)
            .build();

    assertThat(
            Await.result(
                    registry.invoke(
                        "a/b", json("1"), StubContext.wire("r").as(Identity.of("i", "admin"))))
                .isOk())
        .isTrue();
    assertThat(errorOf(registry, "a/b", StubContext.wire("r").as(Identity.of("i", "user"))))
        .isEqualTo(CallError.forbidden("missing required scope: admin"));
    assertThat(errorOf(registry, "a/b", StubContext.wire("r")))
        .isEqualTo(CallError.forbidden("authentication required"));
  }

  @Test
  void theChecksComeInTheirOrder() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocalStreaming(
                OperationSpec.subscription("a/stream")
                    .accessControl(AccessControl.scopes("s"))
                    .inputSchema(json("{'type':'string'}"))
                    .build(),
                TICKS)
            .withLocal(
                OperationSpec.query("a/unary")
                    .accessControl(AccessControl.scopes("s"))
                    .inputSchema(json("{'type':'string'}"))
                    .build(),
                ECHO)
            .build();
    Identity allowed = Identity.of("i", "s");

    assertThat(errorOf(registry, "a/stream", StubContext.wire("r").expired()).code())
        .isEqualTo(CallError.FORBIDDEN);
    assertThat(errorOf(registry, "a/stream", StubContext.wire("r").as(allowed).expired()).code())
        .isEqualTo(CallError.INVALID_OPERATION_TYPE);
    assertThat(errorOf(registry, "a/unary", StubContext.wire("r").as(allowed).expired()).code())
        .isEqualTo(CallError.TIMEOUT);
    assertThat(errorOf(registry, "a/unary", StubContext.wire("r").as(allowed)).code())
        .isEqualTo(CallError.INVALID_INPUT);
  }

  @Test
  void streamingReportsRefusalsAsOneElement() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("a/unary").build(), ECHO)
            .withLocalStreaming(OperationSpec.subscription("a/internal").internal().build(), TICKS)
            .withLocalStreaming(
                OperationSpec.subscription("a/secret")
                    .accessControl(AccessControl.scopes("s"))
                    .build(),
                TICKS)
            .withLocalStreaming(OperationSpec.subscription("a/ticks").build(), TICKS)
            .build();

    assertThat(only(registry, "a/unary").code()).isEqualTo(CallError.INVALID_OPERATION_TYPE);
    assertThat(only(registry, "a/unknown")).isEqualTo(CallError.notFound("a/unknown"));
    assertThat(only(registry, "a/internal")).isEqualTo(CallError.notFound("a/internal"));
    assertThat(only(registry, "a/secret"))
        .isEqualTo(CallError.forbidden("authentication required"));
    assertThat(
            Elements.all(registry.invokeStreaming("a/ticks", json("1"), StubContext.wire("r")))
                .toEnd())
        .extracting(ResponseEnvelope::toString)
        .containsExactly(
            ResponseEnvelope.ok("r", json("{'n':1}")).toString(),
            ResponseEnvelope.ok("r", json("{'n':2}")).toString());
    assertThat(
            Elements.all(
                    registry.invokeStreaming(
                        "a/secret", json("1"), StubContext.composed("r").as(Identity.of("c", "s"))))
                .toEnd())
        .hasSize(2);
  }

  private static CallError only(OperationRegistry registry, String name) {
    List<ResponseEnvelope> elements =
        Elements.all(registry.invokeStreaming(name, json("1"), StubContext.wire("r"))).toEnd();
    assertThat(elements).hasSize(1);
    return elements.get(0).error().orElseThrow();
  }

  @Test
  void aUnaryCallOfASubscriptionIsTheWrongType() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocalStreaming(OperationSpec.subscription("a/ticks").build(), TICKS)
            .build();

    CallError error = errorOf(registry, "a/ticks", StubContext.wire("r"));

    assertThat(error.code()).isEqualTo(CallError.INVALID_OPERATION_TYPE);
    assertThat(error.details()).isEmpty();
  }

  @Test
  void externalOperationsAreListedInOrder() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withServiceDiscovery()
            .withLocal(OperationSpec.query("b/b").build(), ECHO)
            .withLocal(OperationSpec.query("a/hidden").internal().build(), ECHO)
            .withLocal(OperationSpec.query("a/a").build(), ECHO)
            .build();

    assertThat(registry.externalOperations())
        .extracting(OperationSpec::name)
        .containsExactly("a/a", "b/b");
    assertThat(registry.size()).isEqualTo(5);
    assertThat(OperationRegistry.builder().build().size()).isZero();
  }

  @Test
  void theBuilderSetsProvenanceAndGrants() {
    Capabilities capabilities = Capabilities.empty().withApiKey("s", "k".toCharArray());
    CompositionAuthority authority = CompositionAuthority.of("l", "s");
    ScopedPeerEnv env = ScopedPeerEnv.of("x/y");
    HandlerRegistration session =
        new HandlerRegistration(
            OperationSpec.query("a/session").internal().build(),
            new OperationHandler.Once(ECHO),
            OperationProvenance.SESSION,
            Optional.of(authority),
            Optional.of(env),
            capabilities);
    try (capabilities) {
      OperationRegistry registry =
          OperationRegistry.builder()
              .withLocal(OperationSpec.query("a/local").build(), ECHO, authority, env, capabilities)
              .withLocalStreaming(
                  OperationSpec.subscription("a/stream").build(),
                  TICKS,
                  authority,
                  env,
                  capabilities)
              .withLeaf(OperationSpec.query("a/leaf").build(), ECHO, capabilities)
              .withLeafProvenance(
                  OperationSpec.query("a/mcp").build(),
                  ECHO,
                  OperationProvenance.FROM_MCP,
                  capabilities)
              .withLeafStreaming(
                  OperationSpec.subscription("a/leafstream").build(), TICKS, capabilities)
              .with(session)
              .build();

      for (String name : List.of("a/local", "a/stream")) {
        HandlerRegistration local = registry.find(name).orElseThrow();
        assertThat(local.provenance()).isEqualTo(OperationProvenance.LOCAL);
        assertThat(local.compositionAuthority()).contains(authority);
        assertThat(local.scopedEnv()).contains(env);
        assertThat(local.capabilities()).isSameAs(capabilities);
      }
      HandlerRegistration leaf = registry.find("a/leaf").orElseThrow();
      assertThat(leaf.provenance()).isEqualTo(OperationProvenance.FROM_OPENAPI);
      assertThat(leaf.compositionAuthority()).isEmpty();
      assertThat(leaf.scopedEnv()).isEmpty();
      assertThat(registry.find("a/mcp").orElseThrow().provenance())
          .isEqualTo(OperationProvenance.FROM_MCP);
      assertThat(registry.find("a/leafstream").orElseThrow().provenance())
          .isEqualTo(OperationProvenance.FROM_OPENAPI);
      assertThat(registry.find("a/session")).contains(session);
    }
  }

  @Test
  void aHandlerOfTheWrongKindIsRefusedOnEveryPath() {
    OperationSpec stream = OperationSpec.subscription("a/b").build();
    OperationSpec unary = OperationSpec.mutation("a/b").build();
    OperationRegistry.Builder builder = OperationRegistry.builder();
    Capabilities none = Capabilities.empty();

    assertKindRefused(() -> builder.withLocal(stream, ECHO), "subscription", "Stream", "Once");
    assertKindRefused(
        () ->
            builder.withLocal(
                stream, ECHO, CompositionAuthority.of("x"), ScopedPeerEnv.empty(), none),
        "subscription",
        "Stream",
        "Once");
    assertKindRefused(() -> builder.withLeaf(stream, ECHO, none), "subscription", "Stream", "Once");
    assertKindRefused(
        () -> builder.withLeafProvenance(stream, ECHO, OperationProvenance.FROM_MCP, none),
        "subscription",
        "Stream",
        "Once");
    assertKindRefused(() -> builder.withLocalStreaming(unary, TICKS), "mutation", "Once", "Stream");
    assertKindRefused(
        () -> builder.withLeafStreaming(unary, TICKS, none), "mutation", "Once", "Stream");
    assertKindRefused(
        () ->
            builder.with(
                HandlerRegistration.of(
                    unary, new OperationHandler.Stream(TICKS), OperationProvenance.LOCAL)),
        "mutation",
        "Once",
        "Stream");
    assertThat(builder.build().size()).isZero();
  }

  private static void assertKindRefused(Runnable registration, String... words) {
    assertThatThrownBy(registration::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void leavesAreGrantedNothing() {
    for (OperationProvenance provenance : OperationProvenance.values()) {
      if (!provenance.mayCompose() && provenance != OperationProvenance.FROM_JSON_SCHEMA) {
        assertThatThrownBy(
                () ->
                    new HandlerRegistration(
                        OperationSpec.query("a/b").build(),
                        new OperationHandler.Once(ECHO),
                        provenance,
                        Optional.of(CompositionAuthority.of("x")),
                        Optional.empty(),
                        Capabilities.empty()))
            .as("%s", provenance)
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                () ->
                    new HandlerRegistration(
                        OperationSpec.query("a/b").build(),
                        new OperationHandler.Once(ECHO),
                        provenance,
                        Optional.empty(),
                        Optional.of(ScopedPeerEnv.empty()),
                        Capabilities.empty()))
            .as("%s", provenance)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void aDescribedOperationCannotBeInvoked() {
    for (OperationType type : OperationType.values()) {
      OperationRegistry registry =
          OperationRegistry.builder()
              .with(
                  HandlerRegistration.of(
                      OperationSpec.builder("a/b", type).build(),
                      new OperationHandler.SchemaOnly(),
                      OperationProvenance.FROM_JSON_SCHEMA))
              .build();

      CallError unary = errorOf(registry, "a/b", StubContext.wire("r"));
      assertThat(unary.code()).isEqualTo(CallError.NOT_FOUND);
      assertThat(unary.message()).contains("FromJsonSchema");
      assertThat(only(registry, "a/b").code()).isEqualTo(CallError.NOT_FOUND);
    }
    assertThatThrownBy(
            () ->
                HandlerRegistration.of(
                    OperationSpec.query("a/b").build(),
                    new OperationHandler.SchemaOnly(),
                    OperationProvenance.LOCAL))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void duplicatesBadNamesReservedNamesAndProtocolCodesAreStartupErrors() {
    OperationRegistry.Builder builder =
        OperationRegistry.builder().withLocal(OperationSpec.query("a/b").build(), ECHO);

    assertThatThrownBy(() -> builder.withLocal(OperationSpec.query("a/b").build(), ECHO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a/b");
    assertThatThrownBy(() -> builder.withLocal(OperationSpec.query("/a").build(), ECHO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.withLocal(OperationSpec.query("services/x").build(), ECHO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                builder.withLocal(
                    OperationSpec.query("a/c")
                        .errors(ErrorDefinition.of("TIMEOUT", "", json("{}")))
                        .build(),
                    ECHO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TIMEOUT");
  }

  @Test
  void aBuiltRegistryDoesNotChange() {
    OperationRegistry.Builder builder =
        OperationRegistry.builder().withLocal(OperationSpec.query("a/b").build(), ECHO);
    OperationRegistry registry = builder.build();

    builder.withLocal(OperationSpec.query("a/c").build(), ECHO);

    assertThat(registry.find("a/c")).isEmpty();
  }

  @Test
  void aViolationNamesPlaceAndRuleAndNeverTheValue() {
    JsonNode schema =
        json(
            "{'type':'object','properties':{'a':{'type':'number'},"
                + "'b':{'type':'array','items':{'enum':['x']}},'c':{'pattern':'^z+$'}},"
                + "'required':['a'],'additionalProperties':false}");
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("a/b").inputSchema(schema).build(), ECHO)
            .build();

    JsonNode details =
        Await.result(
                registry.invoke(
                    "a/b",
                    json("{'a':'s3cret','b':['x','s3cret'],'c':'s3cret','s3cretKey':'s3cret'}"),
                    StubContext.wire("r")))
            .error()
            .orElseThrow()
            .details()
            .orElseThrow();

    assertThat(details.findValuesAsString("path")).contains("/a", "/b/1", "/c");
    assertThat(details.findValuesAsString("message"))
        .noneMatch(message -> message.contains("s3cret"));
  }

  @Test
  void atMostTwentyViolationsAreReported() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("a/b").inputSchema(json("{'items':{'type':'string'}}")).build(),
                ECHO)
            .build();

    CallError error =
        Await.result(
                registry.invoke("a/b", json("[" + "1,".repeat(50) + "1]"), StubContext.wire("r")))
            .error()
            .orElseThrow();

    assertThat(error.details().orElseThrow()).hasSize(20);
  }

  @Test
  void aSchemaThatDoesNotCompileOrReachesOutIsAStartupError() {
    for (String schema :
        List.of(
            "{'type':'strin'}",
            "{'type':7}",
            "{'minimum':'x'}",
            "'text'",
            "7",
            "{'$ref':'#/nowhere'}",
            "{'$ref':'http://127.0.0.1:1/x.json'}",
            "{'$ref':'https://example.com/x.json'}",
            "{'$ref':'file:///etc/hostname'}",
            "{'$ref':'classpath:draft-07/schema'}",
            "{'properties':{'a':{'$ref':'other.json'}}}",
            "{'pattern':'('}")) {
      assertThatThrownBy(
              () ->
                  OperationRegistry.builder()
                      .withLocal(
                          OperationSpec.query("a/b").inputSchema(json(schema)).build(), ECHO))
          .as(schema)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a/b");
    }
  }

  @Test
  void schemasMayReferToThemselves() {
    JsonNode tree =
        json(
            "{'$defs':{'n':{'type':'object','properties':{'next':{'$ref':'#/$defs/n'}},"
                + "'additionalProperties':false}},'$ref':'#/$defs/n'}");
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(OperationSpec.query("a/b").inputSchema(tree).build(), ECHO)
            .build();

    assertThat(
            Await.result(
                    registry.invoke("a/b", json("{'next':{'next':{}}}"), StubContext.wire("r")))
                .isOk())
        .isTrue();
    assertThat(
            Await.result(
                    registry.invoke("a/b", json("{'next':{'other':{}}}"), StubContext.wire("r")))
                .error()
                .orElseThrow()
                .code())
        .isEqualTo(CallError.INVALID_INPUT);
  }

  @Test
  void aNumberThatStandsForBillionsOfDigitsIsRefusedAtOnce() {
    OperationRegistry registry =
        OperationRegistry.builder()
            .withLocal(
                OperationSpec.query("a/b")
                    .inputSchema(json("{'type':'integer','multipleOf':3}"))
                    .build(),
                ECHO)
            .build();

    for (String number : List.of("1e999999999", "1e-999999999", "[1e2000000000]")) {
      assertThat(
              Await.result(registry.invoke("a/b", json(number), StubContext.wire("r")))
                  .error()
                  .orElseThrow()
                  .code())
          .as(number)
          .isEqualTo(CallError.INVALID_INPUT);
    }
  }
}
