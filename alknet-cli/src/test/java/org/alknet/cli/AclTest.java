package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.admin.AccessReport;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.core.identity.Identity;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code acl} says is what the node does. */
class AclTest {
  private static final OperationSpec ANY =
      OperationSpec.query("demo/any").accessControl(AccessControl.anyScope("a", "b")).build();

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
    for (String[] peer : new String[][] {{"clerk", "clerk"}, {"boss", "operator"}}) {
      run("keygen", "--out", peer[0] + ".key");
      String fingerprint = run("fingerprint", peer[0] + ".key").out().strip();
      run("peer", "add", peer[0], "--fingerprint", fingerprint, "--scope", peer[1]);
    }
    run("keygen", "--out", "gone.key");
    String gone = run("fingerprint", "gone.key").out().strip();
    run("peer", "add", "gone", "--fingerprint", gone, "--scope", "operator", "--disabled");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  @Test
  void explanationEqualsTheDecisionOfTheNodeForEveryOperationAndCaller() throws Exception {
    List<String> operations = new ArrayList<>();
    for (JsonNode entry : data(run("acl", "matrix", "--json")).path("operations").values()) {
      operations.add(entry.path("operation").asString());
    }
    assertThat(operations).contains("demo/secret", "demo/echo", "demo/credential");
    for (String operation : operations) {
      for (String caller : List.of("operator", "clerk", "boss", "gone", "")) {
        Result explained =
            caller.isEmpty()
                ? run("acl", "explain", operation, "--anonymous")
                : run("acl", "explain", operation, "--peer", caller);
        int real = call(operation, caller);

        assertThat(explained.exit())
            .as(operation + " for \"" + caller + "\": " + explained.out())
            .isEqualTo(real == 21 || real == 20 ? 21 : 0);
      }
    }
  }

  /** Refused or not: what becomes of it otherwise does not matter here. */
  private static int call(String operation, String caller) {
    String file = caller.equals("operator") ? ".alknet/operator.key" : caller + ".key";
    return caller.isEmpty()
        ? run("call", operation, "{\"ms\":0}", "--anonymous").exit()
        : run("call", operation, "{\"ms\":0}", "--identity", file).exit();
  }

  @Test
  void everyClauseIsShownWithTheRegistrationItComesFrom() {
    Result refused = run("acl", "explain", "demo/secret", "--peer", "clerk");
    Result allowed = run("acl", "explain", "/demo/secret", "--peer", "operator", "--json");

    assertThat(refused.exit()).isEqualTo(21);
    assertThat(refused.out())
        .containsPattern("from +demo operations, by demo.enabled in defaults of serve")
        .containsPattern("visibility +external +yes")
        .containsPattern("identity +somebody known +yes")
        .containsPattern("scope +operator +MISSING")
        .contains("refused: missing required scope: operator");
    assertThat(allowed.exit()).isZero();
    assertThat(allowed.out()).contains("\"allowed\":true").doesNotContain("\"reason\"");
  }

  @Test
  void operationThatOnlyOthersComposeIsRefusedToEverybody() {
    AccessReport report =
        AccessReport.of(
            OperationSpec.query("x/y").internal().build(), "x", Optional.of(Identity.of("x")));

    assertThat(report.allowed()).isFalse();
    assertThat(report.reason()).contains("internal");
    assertThat(report.clauses())
        .containsExactly(new AccessReport.Clause("visibility", "internal", false));
  }

  @Test
  void tokenIsResolvedTheWayANodeDoes() throws Exception {
    run("token", "issue", "--peer", "boss", "--out", "boss.token");
    Result boss = run("acl", "explain", "demo/secret", "--token-file", "boss.token");
    Files.writeString(home.resolve("nobody.token"), "alk_nobodys-token-at-all-0000000000\n");
    Files.setPosixFilePermissions(
        home.resolve("nobody.token"), PosixFilePermissions.fromString("rw-------"));
    Result nobody = run("acl", "explain", "demo/secret", "--token-file", "nobody.token");

    assertThat(boss.exit()).isZero();
    assertThat(boss.out()).containsPattern("caller +boss");
    assertThat(nobody.exit()).isEqualTo(21);
    assertThat(nobody.out()).contains("a token nobody has");
  }

  @Test
  void mistakesHaveTheirCodes() {
    assertThat(run("acl", "explain", "demo/echo").exit()).isEqualTo(2);
    assertThat(run("acl", "explain", "demo/none", "--anonymous").exit()).isEqualTo(6);
    assertThat(run("acl", "explain", "demo/echo", "--peer", "none").exit()).isEqualTo(6);
  }

  @Test
  void clausesAgreeWithTheCheckForRandomDemandsAndCallers() {
    Random random = new Random(42);
    List<String> words = List.of("a", "b", "c");
    for (int i = 0; i < 2000; i++) {
      AccessControl control =
          new AccessControl(
              some(random, words),
              random.nextBoolean() ? Optional.of(some(random, words)) : Optional.empty(),
              random.nextInt(4) == 0 ? Optional.of("git") : Optional.empty(),
              random.nextInt(4) == 0 ? Optional.of("push") : Optional.empty());
      Optional<Identity> caller =
          random.nextInt(5) == 0
              ? Optional.empty()
              : Optional.of(
                  new Identity(
                      "x",
                      some(random, words),
                      random.nextBoolean()
                          ? Map.of("git", some(random, List.of("push", "pull")))
                          : Map.of()));
      AccessReport report =
          AccessReport.of(OperationSpec.query("x/y").accessControl(control).build(), "x", caller);

      assertThat(report.allowed()).isEqualTo(control.check(caller).isAllowed());
      assertThat(report.clauses().stream().allMatch(AccessReport.Clause::met))
          .as(control + " " + caller + " " + report)
          .isEqualTo(report.allowed());
    }
    assertThat(AccessReport.of(ANY, "x", Optional.empty()).allowed()).isFalse();
  }

  private static List<String> some(Random random, List<String> words) {
    return words.stream().filter(word -> random.nextInt(3) == 0).toList();
  }

  private static JsonNode data(Result result) {
    return JsonMapper.shared().readTree(result.out()).path("data");
  }
}
