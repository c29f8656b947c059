package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.alknet.cli.InProcess.Result;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One rule for operations of several services: {@code [[operations.access]]}. */
class AccessRuleTest {
  /** Nobody listens there: looking at a configuration asks nobody. */
  private static final String SERVICES =
      """
      [[operations.openapi]]
      namespace = "pets"
      document = "../sound.yaml"
      expose = ["pets/listPets"]

      [[operations.mcp]]
      namespace = "tools"
      url = "http://127.0.0.1:1/mcp"

      """;

  private static final String RULE =
      """
      [[operations.access]]
      expose = ["pets/getPetById", "tools/get-sum"]
      required_scopes = ["assistant"]
      """;

  @TempDir Path home;

  @BeforeEach
  void document() throws Exception {
    Files.writeString(home.resolve("sound.yaml"), Petstore.sound("https://pets.example/v1"));
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private void configuration(String text) throws Exception {
    Path data = home.resolve(".alknet");
    Files.createDirectories(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(data.resolve("alknet.toml"), "listen_addr = \"127.0.0.1:0\"\n" + text);
  }

  @Test
  void theRuleAppliesToWhatItNamesAndToNothingElse() throws Exception {
    configuration(SERVICES + RULE);
    assertThat(run("peer", "add", "ann", "--fingerprint", "ed25519:" + "a1".repeat(32)).exit())
        .isZero();
    Result added =
        run(
            "peer",
            "add",
            "bob",
            "--fingerprint",
            "ed25519:" + "b2".repeat(32),
            "--scope",
            "assistant");
    assertThat(added.err()).as("a scope somebody asks for").doesNotContain("warning");

    assertThat(run("config", "check").exit()).isZero();
    assertThat(run("config", "show").out()).contains("operations.access.expose", "tools/get-sum");
    for (String operation : new String[] {"pets/getPetById", "tools/get-sum"}) {
      Result refused = run("acl", "explain", operation, "--peer", "ann");
      assertThat(refused.exit()).as(refused.err()).isEqualTo(21);
      assertThat(refused.out())
          .contains("missing required scope: assistant", "operations.access in ");
      assertThat(run("acl", "explain", operation, "--peer", "bob").exit()).isZero();
      assertThat(run("acl", "explain", operation, "--anonymous").exit()).isEqualTo(21);
    }
    assertThat(run("acl", "explain", "pets/listPets", "--anonymous").exit()).isZero();
    assertThat(run("acl", "matrix").out()).contains("tools/get-sum");
  }

  @Test
  void addingAPeerReadsNoDocument() throws Exception {
    configuration(SERVICES + RULE);
    Files.delete(home.resolve("sound.yaml"));
    String[] line =
        "peer add bob --fingerprint ed25519:%s --scope assistant --scope asistant"
            .formatted("b2".repeat(32))
            .split(" ", -1);

    Result added = run(line);

    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(added.err())
        .isEqualTo("warning: no operation of this configuration asks for the scope asistant\n");
  }

  @Test
  void scopesOfTheTableAreNeededAsWell() throws Exception {
    configuration(SERVICES.replace("expose =", "required_scopes = [\"pets\"]\nexpose =") + RULE);
    run(
        "peer",
        "add",
        "bob",
        "--fingerprint",
        "ed25519:" + "b2".repeat(32),
        "--scope",
        "assistant");

    Result refused = run("acl", "explain", "pets/getPetById", "--peer", "bob");

    assertThat(refused.exit()).isEqualTo(21);
    assertThat(refused.out()).contains("missing required scope: pets");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          expose = ["pest/getPetById"]\\nrequired_scopes = "a" | namespace pest; did you mean "pets"?
          expose = ["pets/getPetByld"]\\nrequired_scopes = "a" | did you mean "pets/getPetById"?
          expose = ["pets/listPets"]\\nrequired_scopes = "a"   | which the table of its service exposes
          expose = ["pets/getPetById"]                        | required_scopes: says what callers need
          expose = []\\nrequired_scopes = ["a"]                | expose: names the operations
          expose = ["a b"]\\nrequired_scopes = ["a"]           | expose: has names of operations
          exposed = ["pets/getPetById"]                       | did you mean "expose"?
          expose = "pets/getPetById"\\nrequired_scopes = [""]  | a rule without it guards nothing
          """)
  void whatIsWrongInARuleIsNamedWithItsPlace(String rule, String problem) throws Exception {
    configuration(SERVICES + "[[operations.access]]\n" + rule.replace("\\n", "\n"));

    Result check = run("config", "check");

    assertThat(check.exit()).as(check.out()).isEqualTo(3);
    assertThat(check.err()).contains(problem);
  }

  @Test
  void anOperationIsUnderOneRule() throws Exception {
    configuration(SERVICES + RULE + RULE);

    Result check = run("config", "check");

    assertThat(check.exit()).isEqualTo(3);
    assertThat(check.err())
        .contains("operations.access[1].expose", "tools/get-sum, which a rule exposes already");
  }

  @Test
  void aNamespaceHasOneService() throws Exception {
    configuration(SERVICES.replace("\"tools\"", "\"pets\""));

    Result check = run("config", "check");

    assertThat(check.exit()).isEqualTo(3);
    assertThat(check.err()).contains("has the namespace pets, which is one of mcp as well");
  }
}
