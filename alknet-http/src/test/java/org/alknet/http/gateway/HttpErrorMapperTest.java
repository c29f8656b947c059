package org.alknet.http.gateway;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.Identity;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.Stealth;
import org.alknet.http.testing.Asked;
import org.alknet.http.testing.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every row of the error mapping. */
class HttpErrorMapperTest {
  private static final Asked NOBODY = new Asked(Optional.empty(), false);
  private static final Asked LIAR = new Asked(Optional.empty(), true);
  private static final Asked SOMEBODY = new Asked(Optional.of(Identity.of("ann")), false);
  private static final String DATE = "Wed, 21 Oct 2026 07:28:00 GMT";

  private static final OperationRegistry REGISTRY =
      OperationRegistry.builder()
          .withLocal(
              OperationSpec.query("a/op")
                  .errors(
                      defined("DECLARED", 418),
                      defined("BUSY", 503),
                      defined("SLOW", 429),
                      defined("ODD", 200),
                      ErrorDefinition.of("PLAIN", "", json("{}")))
                  .build(),
              (input, ctx) ->
                  CompletableFuture.completedFuture(ResponseEnvelope.ok(ctx.requestId(), input)))
          .build();

  private static ErrorDefinition defined(String code, int status) {
    return new ErrorDefinition(code, "", json("{}"), OptionalInt.of(status));
  }

  private static HttpReply reply(CallError error, Asked asked, Stealth stealth) {
    return new HttpErrorMapper(REGISTRY, stealth).reply(error, "id-1", "/a/op", asked);
  }

  private static JsonNode body(HttpReply reply) {
    return Json.parse(
        StandardCharsets.UTF_8.decode(((HttpReply.Body.Bytes) reply.body()).content()).toString());
  }

  static Stream<Arguments> rows() {
    return Stream.of(
        Arguments.of("NOT_FOUND", NOBODY, 404, Optional.empty()),
        Arguments.of("NOT_FOUND", SOMEBODY, 404, Optional.empty()),
        Arguments.of("FORBIDDEN", NOBODY, 401, Optional.of("Bearer")),
        Arguments.of("FORBIDDEN", LIAR, 401, Optional.of("Bearer error=\"invalid_token\"")),
        Arguments.of(
            "FORBIDDEN", SOMEBODY, 403, Optional.of("Bearer error=\"insufficient_scope\"")),
        Arguments.of("INVALID_INPUT", NOBODY, 422, Optional.empty()),
        Arguments.of("INVALID_OPERATION_TYPE", NOBODY, 422, Optional.empty()),
        Arguments.of("TIMEOUT", NOBODY, 504, Optional.empty()),
        Arguments.of("INTERNAL", NOBODY, 500, Optional.empty()),
        Arguments.of("HTTP_404", NOBODY, 404, Optional.empty()),
        Arguments.of("HTTP_422", NOBODY, 422, Optional.empty()),
        Arguments.of("HTTP_429", NOBODY, 429, Optional.empty()),
        Arguments.of("HTTP_599", NOBODY, 599, Optional.empty()),
        Arguments.of("HTTP_600", NOBODY, 502, Optional.empty()),
        Arguments.of("HTTP_399", NOBODY, 502, Optional.empty()),
        Arguments.of("HTTP_200", NOBODY, 502, Optional.empty()),
        Arguments.of("HTTP_NOTANUMBER", NOBODY, 500, Optional.empty()),
        Arguments.of("HTTP_99999999999999999999", NOBODY, 500, Optional.empty()),
        Arguments.of("HTTP_", NOBODY, 500, Optional.empty()),
        Arguments.of("HTTP_-404", NOBODY, 500, Optional.empty()),
        Arguments.of("DECLARED", NOBODY, 418, Optional.empty()),
        Arguments.of("ODD", NOBODY, 500, Optional.empty()),
        Arguments.of("PLAIN", NOBODY, 500, Optional.empty()),
        Arguments.of("NEVER_HEARD_OF", NOBODY, 500, Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyCodeHasItsStatus(String code, Asked asked, int status, Optional<String> challenge) {
    HttpReply reply = reply(CallError.of(code, "why", false), asked, Stealth.OFF);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.fields().first("WWW-Authenticate")).isEqualTo(challenge);
    assertThat(reply.fields().first("Content-Type")).contains("application/json");
    assertThat(reply.fields().first("X-Request-Id")).contains("id-1");
    assertThat(reply.fields().first("X-Content-Type-Options")).contains("nosniff");
    assertThat(reply.fields().first("Cache-Control")).contains("no-store");
    assertThat(body(reply))
        .isEqualTo(json("{'code':'" + code + "','message':'why','retryable':false}"));
  }

  static Stream<Arguments> waits() {
    return Stream.of(
        Arguments.of("BUSY", true, "{'retry_after':'7'}", Optional.of("7")),
        Arguments.of("BUSY", true, "{'retry_after':7}", Optional.of("7")),
        Arguments.of("SLOW", true, "{'retry_after':120}", Optional.of("120")),
        Arguments.of("HTTP_429", true, "{'retry_after':'1'}", Optional.of("1")),
        Arguments.of("HTTP_503", true, "{'retry_after':'" + DATE + "'}", Optional.of(DATE)),
        Arguments.of("BUSY", false, "{'retry_after':'7'}", Optional.empty()),
        Arguments.of("BUSY", true, "{}", Optional.empty()),
        Arguments.of("BUSY", true, "{'retry_after':-1}", Optional.empty()),
        Arguments.of("BUSY", true, "{'retry_after':1.5}", Optional.empty()),
        Arguments.of("BUSY", true, "{'retry_after':'soon'}", Optional.empty()),
        Arguments.of("BUSY", true, "{'retry_after':'1\\r\\nX: y'}", Optional.empty()),
        Arguments.of("BUSY", true, "[]", Optional.empty()),
        Arguments.of("TIMEOUT", true, "{'retry_after':'7'}", Optional.empty()),
        Arguments.of("DECLARED", true, "{'retry_after':'7'}", Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("waits")
  void aRetryableErrorSaysWhenIfItKnows(
      String code, boolean retryable, String details, Optional<String> wait) {
    CallError error = CallError.of(code, "why", retryable, json(details));

    HttpReply reply = reply(error, NOBODY, Stealth.OFF);

    assertThat(reply.fields().first("Retry-After")).isEqualTo(wait);
    assertThat(body(reply).path("details")).isEqualTo(json(details));
  }

  @Test
  void withoutDetailsThereIsNoWait() {
    assertThat(
            reply(CallError.of("BUSY", "why", true), NOBODY, Stealth.OFF)
                .fields()
                .contains("Retry-After"))
        .isFalse();
  }

  @Test
  void concealingWhatIsForbiddenDoesNotExist() {
    HttpReply forbidden = reply(CallError.forbidden("you lack a scope"), SOMEBODY, Stealth.CONCEAL);
    HttpReply missing = reply(CallError.notFound("a/op"), SOMEBODY, Stealth.CONCEAL);

    assertThat(forbidden.status()).isEqualTo(missing.status()).isEqualTo(404);
    assertThat(body(forbidden)).isEqualTo(body(missing));
    assertThat(forbidden.fields().contains("WWW-Authenticate")).isFalse();
  }
}
