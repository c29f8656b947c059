package org.alknet.call.registry;

import static org.alknet.call.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.testing.StubContext;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of the mapping from what a handler does to what its caller sees. */
class OutcomeTranslatorTest {
  private static final OperationSpec SPEC =
      OperationSpec.query("a/b").errors(ErrorDefinition.of("DECLARED", "", json("{}"))).build();
  private static final CallError GENERIC = CallError.internal("internal error");

  private static HandlerRegistration from(OperationProvenance provenance, UnaryHandler handler) {
    return HandlerRegistration.of(SPEC, new OperationHandler.Once(handler), provenance);
  }

  static Stream<Arguments> errors() {
    return Stream.of(
        passes("LOCAL", CallError.of("NOT_FOUND", "m", false)),
        passes("LOCAL", CallError.of("FORBIDDEN", "m", false)),
        passes("LOCAL", CallError.of("INVALID_INPUT", "m", false, json("[1]"))),
        passes("LOCAL", CallError.of("INVALID_OPERATION_TYPE", "m", false)),
        passes("LOCAL", CallError.of("INTERNAL", "m", true, json("{'reason':'OVERLOADED'}"))),
        passes("LOCAL", CallError.of("TIMEOUT", "m", true)),
        passes("LOCAL", CallError.of("DECLARED", "m", true, json("{'a':1}"))),
        passes("FROM_OPENAPI", CallError.of("HTTP_404", "m", false, json("{}"))),
        passes("FROM_OPENAPI", CallError.of("HTTP_100", "m", false)),
        passes("FROM_OPENAPI", CallError.of("HTTP_599", "m", true)),
        wrapped("FROM_OPENAPI", "HTTP_099", "{'code':'HTTP_099'}"),
        wrapped("FROM_OPENAPI", "HTTP_600", "{'code':'HTTP_600'}"),
        wrapped("FROM_OPENAPI", "HTTP_4040", "{'code':'HTTP_4040'}"),
        wrapped("LOCAL", "HTTP_404", "{'code':'HTTP_404'}"),
        wrapped("FROM_MCP", "HTTP_404", "{'code':'HTTP_404'}"),
        wrapped("LOCAL", "declared", "{'code':'declared'}"),
        wrapped("LOCAL", "", "{'code':''}"),
        Arguments.of(
            "LOCAL",
            CallError.of("OTHER", "m", true, json("{'a':1}")),
            CallError.of("INTERNAL", "m", false, json("{'code':'OTHER','details':{'a':1}}"))));
  }

  private static Arguments passes(String provenance, CallError error) {
    return Arguments.of(provenance, error, error);
  }

  private static Arguments wrapped(String provenance, String code, String details) {
    return Arguments.of(
        provenance,
        CallError.of(code, "m", true),
        CallError.of("INTERNAL", "m", false, json(details)));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void aReturnedError(String provenance, CallError returned, CallError seen) {
    HandlerRegistration registration =
        from(
            OperationProvenance.valueOf(provenance),
            (input, ctx) ->
                CompletableFuture.completedFuture(ResponseEnvelope.err("whatever", returned)));

    assertThat(run(registration)).isEqualTo(ResponseEnvelope.err("r", seen));
  }

  @SuppressWarnings("NullAway") // handlers do what their contract forbids
  static Stream<Arguments> failures() {
    return Stream.of(
        handler(
            "throws",
            (input, ctx) -> {
              throw new IllegalStateException("secret");
            }),
        handler(
            "throws an error",
            (input, ctx) -> {
              throw new StackOverflowError("secret");
            }),
        handler(
            "fails its stage",
            (input, ctx) -> CompletableFuture.failedFuture(new IllegalStateException("secret"))),
        handler(
            "fails its stage later",
            (input, ctx) ->
                CompletableFuture.supplyAsync(
                    () -> {
                      throw new IllegalStateException("secret");
                    })),
        handler("answers null", (input, ctx) -> CompletableFuture.completedFuture(null)),
        handler("returns null", (input, ctx) -> null));
  }

  private static Arguments handler(String name, UnaryHandler handler) {
    return Arguments.of(name, handler);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void anyOtherFailureIsInternalWithoutItsText(String what, UnaryHandler handler) {
    assertThat(run(from(OperationProvenance.LOCAL, handler)))
        .as(what)
        .isEqualTo(ResponseEnvelope.err("r", GENERIC));
  }

  @Test
  void aResultGetsTheIdOfItsRequest() {
    HandlerRegistration registration =
        from(
            OperationProvenance.LOCAL,
            (input, ctx) ->
                CompletableFuture.completedFuture(ResponseEnvelope.ok("another", json("1"))));

    assertThat(run(registration)).isEqualTo(ResponseEnvelope.ok("r", json("1")));
  }

  private static ResponseEnvelope run(HandlerRegistration registration) {
    OperationRegistry registry = OperationRegistry.builder().with(registration).build();
    return Await.result(registry.invoke("a/b", json("1"), StubContext.wire("r")));
  }
}
