package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    assertThat(text.exit()).as(text.err()).isZero();
    assertThat(text.out()).isEqualTo("\"--json\"\n");
    assertThat(file.exit()).isEqualTo(6);
    assertThat(file.err()).startsWith("no such file: ").contains("--json");
    assertThat(second.exit()).isEqualTo(2);
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
