package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.alknet.cli.InProcess.Result;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of a gateway with services of its own; the real ones are in the interop test. */
class GatewayExampleTest {
  @TempDir static Path home;

  private static LocalServices services;
  private static GatewayExample example;

  @BeforeAll
  static void start() throws Exception {
    Path modules = home.resolve("modules");
    Path document = modules.resolve("@octokit/openapi/generated/api.github.com.json");
    Files.createDirectories(document.getParent());
    Files.writeString(document, LocalServices.DOCUMENT);
    services = new LocalServices();
    example = GatewayExample.start(home, modules, services.url(), services.url() + "/tools");
  }

  @AfterAll
  static void stop() {
    if (example != null) {
      example.close();
    }
    if (services != null) {
      services.close();
    }
  }

  @Test
  void threeOperationsOfTwoServicesAreUnderOneRuleOverTheCallProtocol() throws Exception {
    GatewayExample.assertTheRule(example::overCall);
  }

  @Test
  void theSameRuleHoldsOverHttp() throws Exception {
    GatewayExample.assertTheRule(example::overHttp);
  }

  @Test
  void theSameRuleHoldsOverMcp() throws Exception {
    GatewayExample.assertTheRule(example::overMcp);
  }

  @Test
  void theTableOfAccessSaysTheSameBeforeAnybodyCalls() {
    for (GatewayExample.Operation operation : GatewayExample.OPERATIONS) {
      assertThat(run("acl", "explain", operation.name(), "--peer", "ann").exit()).isZero();
      assertThat(run("acl", "explain", operation.name(), "--peer", "bob").exit()).isEqualTo(21);
      assertThat(run("acl", "explain", operation.name(), "--anonymous").exit()).isEqualTo(21);
    }
    assertThat(run("ls", "--identity", "ann.key").out())
        .contains("github/repos/get", "github/issues/list-for-repo", "tools/get-sum")
        .doesNotContain("meta/root");
    assertThat(run("ls", "--identity", "bob.key").out()).doesNotContain("github/", "tools/");
  }

  @Test
  void aToolThatIsNoOperationIsListedWithTheReasonAndNothingOfItReachesTheTerminal() {
    String url = services.url() + "/tools";
    for (String more : List.of("--namespace=tools", "--json", "--check")) {
      Result shown = run("import", "mcp", url, more);
      assertThat(shown.exit()).as(shown.err()).isEqualTo(more.equals("--check") ? 28 : 0);
      assertThat(shown.out()).contains("get-sum", "evil", "NAME", "no operation can have this");
      assertThat((shown.out() + shown.err()).chars().filter(c -> c != '\n'))
          .allMatch(c -> c >= 0x20 && c != 0x7f && c != 0x202e);
    }
  }

  private static Result run(String... arguments) {
    return example.run(arguments);
  }
}
