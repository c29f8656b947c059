package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Measurements: what counts, what is refused, and which threshold fails. */
class BenchTest {
  @TempDir static Path home;

  private static Node node;
  private static final AtomicInteger CALLS = new AtomicInteger();

  @BeforeAll
  static void serve() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .operation(
                HandlerRegistration.of(
                    OperationSpec.query("test/stall").build(),
                    new OperationHandler.Once(
                        (input, ctx) -> {
                          CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();
                          // The first call holds up its caller.
                          int delay = CALLS.incrementAndGet() == 1 ? 500 : 0;
                          return answer.completeOnTimeout(
                              ResponseEnvelope.ok(ctx.requestId(), input),
                              delay,
                              TimeUnit.MILLISECONDS);
                        }),
                    OperationProvenance.LOCAL))
            .operation(
                HandlerRegistration.of(
                    OperationSpec.mutation("test/change").build(),
                    new OperationHandler.Once(
                        (input, ctx) ->
                            CompletableFuture.completedFuture(
                                ResponseEnvelope.ok(ctx.requestId(), input))),
                    OperationProvenance.LOCAL))
            .start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Result bench(String line) {
    return new InProcess(home).run(("bench --warmup 0ms --duration 300ms " + line).split(" "));
  }

  private static JsonNode data(Result result) {
    return JsonMapper.shared().readTree(result.out()).path("data");
  }

  @Test
  void callsAreCountedAndTheirLatenciesAreInOrder() {
    Result result = bench("--json --concurrency 4");
    JsonNode data = data(result);

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(data.path("operation").asString()).isEqualTo("demo/echo");
    assertThat(data.path("succeeded").asLong()).isPositive();
    assertThat(data.path("failed").asLong()).isZero();
    assertThat(
            List.of(
                data.path("p50_ms").asDouble(),
                data.path("p90_ms").asDouble(),
                data.path("p99_ms").asDouble(),
                data.path("p99_9_ms").asDouble(),
                data.path("max_ms").asDouble()))
        .isSorted();
    assertThat(bench("").out()).contains("succeeded").containsPattern("p99.9 +[█ ]+[0-9.]+ ms");
  }

  @Test
  void failuresAreCountedByCodeAndNoSuccessIsAFailure() {
    Result result = bench("demo/fail --json --concurrency 2");

    assertThat(result.exit()).isEqualTo(28);
    assertThat(data(result).path("errors").path("DEMO_FAILED").asLong()).isPositive();
    assertThat(data(result).path("missed_thresholds").toString()).contains("no call succeeded");
  }

  @Test
  void stallShowsInEveryCallThatWasDueDuringIt() {
    CALLS.set(0);
    Result result =
        new InProcess(home)
            .run(
                "bench test/stall --concurrency 1 --rate 100 --warmup 0ms --duration 1s --json"
                    .split(" "));
    JsonNode data = data(result);

    assertThat(result.exit()).as(result.err()).isZero();
    // The call that was due after 10 n ms cannot have ended before the 500: these are bounds on any
    // machine, and on a slow one the calls that were made at all are the first.
    assertThat(data.path("p90_ms").asDouble()).isGreaterThan(350);
    assertThat(data.path("max_ms").asDouble()).isGreaterThan(490);
  }

  @Test
  void thresholdsThatAreMissedEndWith28() {
    Result slow = bench("--max-p99 0ms");
    Result few = bench("--min-rate 100000000 --concurrency 1");
    Result fine = bench("--max-p99 10m --min-rate 0.01");

    assertThat(slow.exit()).isEqualTo(28);
    assertThat(slow.out()).contains("missed: p99 is");
    assertThat(few.exit()).isEqualTo(28);
    assertThat(fine.exit()).as(fine.out()).isZero();
  }

  @Test
  void whatChangesSomethingIsCalledOnlyOnRequest() {
    Result refused = bench("test/change");
    Result allowed = bench("test/change --allow-mutations");

    assertThat(refused.exit()).isEqualTo(8);
    assertThat(refused.err()).contains("--allow-mutations");
    assertThat(allowed.exit()).as(allowed.err()).isZero();
    assertThat(bench("demo/ticker").exit()).isEqualTo(8);
  }

  @Test
  void mistakesHaveTheirCodes() {
    assertThat(bench("--concurrency 0").exit()).isEqualTo(2);
    assertThat(bench("--rate -1").exit()).isEqualTo(2);
    assertThat(bench("demo/none").exit()).isEqualTo(20);
    assertThat(bench("demo/echo {} --payload 3").exit()).isEqualTo(2);
  }
}
