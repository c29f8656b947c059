package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.OperationRegistrations;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands that call a node, in the process of the node. */
class ClientCommandsTest {
  @TempDir static Path home;

  private static Node node;

  @BeforeAll
  static void serve() throws Exception {
    node =
        NodeBuilder.create()
            .dataDirectory(home.resolve(".alknet"))
            .listen("127.0.0.1:0")
            .demoOperations(true)
            .operation(
                OperationRegistrations.query(
                    "test/answer",
                    JsonMapper.shared().readTree("{\"type\":\"object\"}"),
                    (input, ctx) ->
                        CompletableFuture.completedFuture(
                            ResponseEnvelope.err(
                                ctx.requestId(),
                                CallError.of(input.path("code").asString(), "as asked", false)))))
            .start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  @Test
  void callOfASubscriptionPrintsItsFirstValueAndANote() {
    Result call = run("call", "demo/ticker", "{\"interval_ms\":60000}");
    Result quiet = run("call", "demo/ticker", "-q");

    assertThat(call.exit()).isZero();
    assertThat(call.out()).startsWith("{\"n\":1,").hasLineCount(1);
    assertThat(call.err()).contains("Use alknet subscribe demo/ticker");
    assertThat(quiet.exit()).isZero();
    assertThat(quiet.err()).isEmpty();
  }

  @Test
  void callOfAQueryHasNothingToAdd() {
    Result call = run("call", "demo/echo", "{\"a\":1}");

    assertThat(call.exit()).isZero();
    assertThat(call.out()).isEqualTo("{\"a\":1}\n");
    assertThat(call.err()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "20, NOT_FOUND, call no/such",
    "20, NOT_FOUND, schema no/such",
    "20, NOT_FOUND, subscribe no/such",
    "21, FORBIDDEN, call demo/secret --anonymous",
    "22, INVALID_INPUT, call demo/add -P a:=1",
    "22, INVALID_INPUT, subscribe demo/ticker -P interval_ms:=1",
    "23, INVALID_OPERATION_TYPE, call test/answer -p code=INVALID_OPERATION_TYPE",
    "24, INTERNAL, call demo/fail -p code=UNDECLARED",
    "25, TIMEOUT, call demo/sleep -P ms:=60000 --deadline 50ms",
    "26, DEMO_FAILED, call demo/fail",
  })
  void everyErrorOfARemoteHasItsExitCodeAndNothingIsOnStandardOutput(
      int exit, String code, String line) {
    Result text = run(line.split(" "));
    Result json = run((line + " --json").split(" "));

    assertThat(text.exit()).as(text.err()).isEqualTo(exit);
    assertThat(text.out()).isEmpty();
    assertThat(text.err()).contains(": " + code + ": ").doesNotContain("Exception", "\tat ");
    assertThat(json.exit()).isEqualTo(exit);
    assertThat(json.out()).isEmpty();
    assertThat(json.err()).hasLineCount(1);
    JsonNode error = JsonMapper.shared().readTree(json.err()).path("error");
    assertThat(error.path("exit").asInt()).isEqualTo(exit);
    assertThat(error.path("code").asString()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvSource({
    "ping -c 1000 -i 60s, seq=1",
    "bench --duration 60s --warmup 0ms, calling demo/echo",
    "subscribe demo/ticker -P interval_ms:=60000, '{\"n\":1,'",
    "subscribe demo/ticker -P interval_ms:=60000 --reconnect, '{\"n\":1,'",
  })
  void interruptedCommandsEndWith130(String line, String shown) throws Exception {
    try (InProcess.Running command = new InProcess(home).start(line.split(" "))) {
      command.await(shown);

      assertThat(command.stop("INT")).isEqualTo(130);
      assertThat(command.err()).doesNotContain("Exception", "unexpected");
    }
  }

  /**
   * By itself it would go on for hours. Whether its first value comes in time is up to the machine.
   */
  @Test
  void subscriptionEndsPolitelyAfterItsTime() {
    Result timed =
        run("subscribe", "demo/ticker", "-P", "interval_ms:=60000", "--for", "200ms", "--json");

    assertThat(timed.exit()).as(timed.err()).isZero();
    assertThat(timed.out().lines()).hasSizeLessThanOrEqualTo(1);
    assertThat(timed.err()).isEmpty();
  }

  @Test
  void examplesOfTheDemoOperationsPassTheirDryRun() {
    for (String operation : List.of("echo", "time", "add", "sleep", "fail", "ticker", "compose")) {
      String example = run("schema", "demo/" + operation, "--example").out();
      Result dry =
          new InProcess(home).input(example).run("call", "demo/" + operation, "-", "--dry-run");

      assertThat(dry.exit()).as(example + dry.err()).isZero();
    }
  }

  @Test
  void nameThatIsNearlyRightIsNamed() {
    for (String[] line :
        List.of(
            new String[] {"call", "demo/ehco"},
            new String[] {"schema", "demo/ehco"},
            new String[] {"subscribe", "demo/ehco"})) {
      Result near = run(line);

      assertThat(near.exit()).as(near.err()).isEqualTo(20);
      assertThat(near.err()).contains("Did you mean \"demo/echo\"?");
    }
    assertThat(run("call", "no/such").err()).contains("alknet ls").doesNotContain("Did you mean");
  }

  @Test
  void twoDashesEndTheOptions() {
    Result text = run("call", "demo/echo", "--", "\"--json\"");
    Result file = run("fingerprint", "--", "--json");
    Result second = run("call", "demo/echo", "{}", "--", "--json");
    Result at = run("call", "demo/echo", "--", "\"@text\"");

    assertThat(text.exit()).as(text.err()).isZero();
    assertThat(text.out()).isEqualTo("\"--json\"\n");
    assertThat(file.exit()).isEqualTo(6);
    assertThat(file.err()).startsWith("no such file: ").contains("--json");
    assertThat(second.exit()).isEqualTo(2);
    assertThat(at.out()).isEqualTo("\"@text\"\n");
  }

  @Test
  void operationsAreListedWithoutAskingANode() {
    Result offline = run("ls", "--offline", "--long");
    Result some = run("ls", "--offline", "demo/t*", "--type", "subscription");

    assertThat(offline.exit()).as(offline.err()).isZero();
    assertThat(offline.out())
        .containsPattern("demo/secret +query +operator")
        .doesNotContain("demo/stamp");
    assertThat(some.out()).contains("demo/ticker").doesNotContain("demo/time");
    assertThat(run("-d", "nowhere", "ls", "--offline").out()).contains("demo/echo");
    assertThat(run("ls", "--offline", "--peers").exit()).isEqualTo(2);
    assertThat(run("ls", "--offline", "-r", "hub").exit()).isEqualTo(2);
  }

  @Test
  void sizesHaveUnits() {
    Result small = run("bench", "--payload", "1KiB", "--duration", "50ms", "--warmup", "0ms");
    Result own =
        run("bench", "--payload", "512", "--streams", "--duration", "50ms", "--warmup", "0ms");

    assertThat(small.exit()).as(small.err()).isZero();
    assertThat(own.exit()).as(own.err()).isZero();
    assertThat(run("bench", "--payload", "1KB").err()).contains("64KiB or 1MiB");
    assertThat(run("bench", "--payload", "17MiB").exit()).isEqualTo(2);
    assertThat(run("bench", "--payload", "9999999999MiB").exit()).isEqualTo(2);
  }
}
