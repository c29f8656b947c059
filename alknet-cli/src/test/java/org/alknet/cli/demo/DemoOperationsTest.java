package org.alknet.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.Identity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class DemoOperationsTest {
  private static final String NOW = "\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z\"";

  private final DemoOperations demos = new DemoOperations();
  private final RootInvoker invoker;

  DemoOperationsTest() {
    OperationRegistry.Builder registry = OperationRegistry.builder();
    demos.registrations().forEach(registry::with);
    invoker = RootInvoker.of(registry.build(), CallLimits.defaults());
  }

  @AfterEach
  void stop() {
    invoker.close();
    demos.close();
  }

  private ResponseEnvelope call(Optional<Identity> caller, String operation, String input)
      throws Exception {
    return invoker
        .invoke(caller, "demo/" + operation, JsonMapper.shared().readTree(input))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private String output(String operation, String input) throws Exception {
    return call(Optional.empty(), operation, input).output().orElseThrow().toString();
  }

  private CallError error(String operation, String input) throws Exception {
    return call(Optional.empty(), operation, input).error().orElseThrow();
  }

  @Test
  void echoGivesBackAnyJson() throws Exception {
    for (String json : List.of("{\"a\":[1,null,\"x\"]}", "null", "1.5", "\"text\"")) {
      assertThat(output("echo", json)).isEqualTo(json);
    }
  }

  @Test
  void echoRefusesMoreThanAMebibyte() throws Exception {
    assertThat(output("echo", "\"" + "x".repeat((1 << 20) - 2) + "\"")).hasSize(1 << 20);
    assertThat(error("echo", "\"" + "x".repeat((1 << 20) - 1) + "\"").code())
        .isEqualTo("INVALID_INPUT");
  }

  @Test
  void outputsHaveTheirShapes() throws Exception {
    assertThat(output("time", "{}")).matches("\\{\"now\":" + NOW + "}");
    assertThat(output("add", "{\"a\":1.5,\"b\":-4}")).isEqualTo("{\"sum\":-2.5}");
    assertThat(output("sleep", "{\"ms\":1}")).isEqualTo("{\"slept_ms\":1}");
    assertThat(output("whoami", "{}"))
        .isEqualTo("{\"id\":null,\"scopes\":[],\"forwarded_for\":null,\"internal\":false}");
  }

  @Test
  void secretIsForTheOperator() throws Exception {
    Optional<Identity> operator = Optional.of(Identity.of("me", "operator"));

    assertThat(error("secret", "{}").code()).isEqualTo("FORBIDDEN");
    assertThat(call(operator, "secret", "{}").output().orElseThrow())
        .hasToString("{\"secret\":\"the operator may see this\"}");
    assertThat(call(operator, "whoami", "{}").output().orElseThrow().toString())
        .startsWith("{\"id\":\"me\",\"scopes\":[\"operator\"]");
  }

  @Test
  void composeIsMadeOfOthersUnderItsOwnAuthority() throws Exception {
    assertThat(output("compose", "{\"text\":\"x\"}"))
        .matches(
            "\\{\"echo\":\\{\"text\":\"x\"},\"time\":\\{\"now\":"
                + NOW
                + "},\"stamp\":\\{\"stamp\":\"composed as demo-compose\"}}");
    assertThat(error("stamp", "{}").code()).isEqualTo("NOT_FOUND");
    assertThat(demos.external()).isEqualTo(10);
  }

  @Test
  void failGivesItsDeclaredErrorAndNoOther() throws Exception {
    CallError declared = error("fail", "{}");

    assertThat(declared.code()).isEqualTo("DEMO_FAILED");
    assertThat(declared.retryable()).isTrue();
    assertThat(declared.details().orElseThrow().path("hint").isString()).isTrue();
    assertThat(error("fail", "{\"code\":\"OTHER\"}").code()).isEqualTo("INTERNAL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "time    | {\"x\":1}",
        "add     | {\"a\":1}",
        "add     | {\"a\":1,\"b\":2,\"c\":3}",
        "add     | {\"a\":\"1\",\"b\":2}",
        "whoami  | {\"x\":1}",
        "sleep   | {}",
        "sleep   | {\"ms\":-1}",
        "sleep   | {\"ms\":60001}",
        "sleep   | {\"ms\":1.5}",
        "fail    | {\"code\":1}",
        "fail    | {\"more\":1}",
      })
  void whatIsOutOfBoundsIsInvalidInput(String operation, String input) throws Exception {
    assertThat(error(operation, input).code()).isEqualTo("INVALID_INPUT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"interval_ms\":9}",
        "{\"interval_ms\":60001}",
        "{\"count\":0}",
        "{\"count\":1001}",
        "{\"more\":1}",
      })
  void tickerKeepsItsBounds(String input) throws Exception {
    List<ResponseEnvelope> elements = ticker(input).end.get(30, TimeUnit.SECONDS);

    assertThat(elements).hasSize(1);
    assertThat(elements.get(0).error().orElseThrow().code()).isEqualTo("INVALID_INPUT");
  }

  @Test
  void tickerCountsAndCompletes() throws Exception {
    List<ResponseEnvelope> elements =
        ticker("{\"interval_ms\":10,\"count\":3}").end.get(30, TimeUnit.SECONDS);

    assertThat(elements).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(elements.get(i).output().orElseThrow().toString())
          .matches("\\{\"n\":" + (i + 1) + ",\"now\":" + NOW + "}");
    }
  }

  private Collector ticker(String input) {
    Collector collector = new Collector();
    invoker
        .invokeStreaming(Optional.empty(), "demo/ticker", JsonMapper.shared().readTree(input))
        .subscribe(collector);
    return collector;
  }

  private static final class Collector implements Flow.Subscriber<ResponseEnvelope> {
    private final List<ResponseEnvelope> elements = new ArrayList<>();
    private final CompletableFuture<List<ResponseEnvelope>> end = new CompletableFuture<>();

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ResponseEnvelope element) {
      elements.add(element);
    }

    @Override
    public void onError(Throwable failure) {
      end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
      end.complete(elements);
    }
  }
}
