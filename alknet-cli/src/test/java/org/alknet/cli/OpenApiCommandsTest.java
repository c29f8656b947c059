package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.alknet.call.CallAdapter;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.http.HttpServer;
import org.alknet.http.openapi.OpenApiDocument;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Services with an OpenAPI document: looked at, configured, and called through a node. */
class OpenApiCommandsTest {
  private static final String ELSEWHERE = "https://pets.example/v1";

  @TempDir Path home;

  @BeforeEach
  void document() throws Exception {
    Files.writeString(home.resolve("petstore.yaml"), Petstore.document(ELSEWHERE));
    Files.writeString(home.resolve("sound.yaml"), Petstore.sound(ELSEWHERE));
    Files.writeString(home.resolve("pla\u001bce.yaml"), Petstore.sound("/relative"));
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private Path configuration(String text) throws Exception {
    Path data = home.resolve(".alknet");
    Files.createDirectories(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    return Files.writeString(data.resolve("alknet.toml"), "listen_addr = \"127.0.0.1:0\"\n" + text);
  }

  @Test
  void aDocumentIsListedWithWhatIsLeftOut() {
    Result result = run("import", "openapi", "petstore.yaml");

    assertThat(result.exit()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("petstore/getPetById", "query", "GET", "/pets/{petId}", "petstore/listPets")
        .contains("left out: GET /broken (external_reference): a reference to another document")
        .contains("Pets: 2 operations, 1 left out, service at " + ELSEWHERE);
  }

  @Test
  void scriptsGetTheSame() {
    Result result = run("import", "openapi", "petstore.yaml", "--namespace", "pets", "--json");
    JsonNode data = JsonMapper.builder().build().readTree(result.out()).path("data");

    assertThat(data.at("/operations/1/name").asString()).isEqualTo("pets/getPetById");
    assertThat(data.at("/skipped/0/reason").asString()).isEqualTo("external_reference");
    assertThat(data.path("base_url").asString()).isEqualTo(ELSEWHERE);
  }

  @Test
  void aCheckEndsWithWhetherAnythingIsLeftOut() {
    assertThat(run("import", "openapi", "petstore.yaml", "--check").exit()).isEqualTo(28);
    Result sound = run("import", "openapi", "sound.yaml", "--check");
    assertThat(sound.exit()).isZero();
    assertThat(sound.out()).doesNotContain("getPetById").contains("2 operations, 0 left out");
  }

  @ParameterizedTest
  @CsvSource({
    "import openapi missing.yaml, 6",
    "import openapi http://a.example/x.yaml, 3",
    "import openapi petstore.yaml --namespace a=b, 2",
    "import openapi petstore.yaml --base-url ftp://a, 2",
    "import openapi sound.yaml --write-config, 6",
    "export openapi --openapi 2.0, 2",
  })
  void whatCannotBeDoneHasItsCode(String line, int code) {
    Result result = run(line.split(" ", -1));

    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(code);
  }

  @Test
  void aTableThatIsWrittenPassesTheCheck() throws Exception {
    Path file = configuration("[demo]\nenabled = true");

    Result written =
        run("import", "openapi", "sound.yaml", "--namespace", "pets", "--write-config");

    assertThat(written.exit()).as(written.err()).isZero();
    assertThat(Files.readString(file))
        .contains("[demo]\nenabled = true\n\n[[operations.openapi]]\nnamespace = \"pets\"\n");
    Result check = run("config", "check");
    assertThat(check.exit()).as(check.err()).isZero();
    assertThat(run("config", "show").out()).contains("operations.openapi.namespace", "pets");
  }

  @Test
  void aTableThatWouldMakeTheFileWrongIsNotWritten() throws Exception {
    Path file = configuration("");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    String line = "import openapi sound.yaml --namespace pets --write-config";
    Result first = run(line.split(" ", -1));
    assertThat(first.exit()).as(first.err()).isZero();
    assertThat(first.out()).contains("added to " + file);
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    String written = Files.readString(file);

    Result again = run(line.split(" ", -1));

    assertThat(again.exit()).isEqualTo(3);
    assertThat(again.err()).contains("is there twice");
    assertThat(Files.readString(file)).isEqualTo(written);
    String odd = "pl\u0001\"ace.yaml";
    Files.writeString(home.resolve(odd), Petstore.sound(ELSEWHERE));
    Result strange = run("import", "openapi", odd, "--namespace", "odd", "--write-config");
    assertThat(strange.exit()).as(strange.err()).isZero();
    assertThat(run("config", "check").exit()).isZero();
  }

  @Test
  void aConfigurationInJsonIsLeftAloneWithTheLinesToWrite() throws Exception {
    Path data = Files.createDirectories(home.resolve(".alknet"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(data.resolve("alknet.json"), "{}");

    Result refused = run("import", "openapi", "sound.yaml", "--write-config");

    assertThat(refused.exit()).isEqualTo(3);
    assertThat(refused.err()).contains("in TOML only", "  namespace = \"sound\"\n");
    assertThat(data.resolve("alknet.json")).hasContent("{}");
  }

  @Test
  void nothingOfADocumentReachesTheTerminalUnescaped() throws Exception {
    Files.writeString(
        home.resolve("evil.json"),
        """
        {"openapi":"3.0.3","info":{"title":"t\\u001b[2J\\u202e","version":"1"},
         "servers":[{"url":"https://pets.example/v1"}],
         "paths":{
          "/a\\u001b]0;x\\u0007":{"get":{"operationId":"o\\u001b[1m","responses":{"200":{"description":"x"}}}},
          "/b\\u0000":{"get":{"parameters":[{"$ref":"other\\u001b.yaml#/a"}],"responses":{}}}}}
        """);

    for (String more : new String[] {"--list", "--json", "--check"}) {
      Result shown = run("import", "openapi", "evil.json", more);
      assertThat(shown.exit()).as(shown.err()).isIn(0, 28);
      assertThat((shown.out() + shown.err()).chars().filter(c -> c != '\n'))
          .as(more)
          .allMatch(c -> c >= 0x20 && c != 0x7f && c != 0x202e);
    }
  }

  @Test
  void aTableWithoutAPlaceIsNotWritten() throws Exception {
    Path file = configuration("");
    String before = Files.readString(file);
    String document = "pla\u001bce.yaml";

    Result refused = run("import", "openapi", document, "--write-config");
    assertThat(refused.exit()).isEqualTo(2);
    assertThat(refused.err()).contains("--base-url").doesNotContain("\u001b");
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          expose = ["pets/getPetByID"]                    | pets/getPetById
          base_url = "http://pets.example"\\ncredential = "c" | base_url: is https
          base_url = "ftp://pets.example"                 | base_url: a base URL is http or https
          auth = "bearer"                                 | auth: goes with a credential
          credential = "c"\\nauth = "digest"               | auth: is bearer, basic
          credential = "c"\\nauth = "header:a b"           | auth: cannot use the name
          exposed = []                                    | did you mean "expose"?
          """)
  void whatIsWrongInATableIsNamed(String line, String problem) throws Exception {
    configuration(
        "[[operations.openapi]]\nnamespace = \"pets\"\ndocument = \"../sound.yaml\"\n"
            + line.replace("\\n", "\n"));

    Result check = run("config", "check");

    assertThat(check.exit()).isEqualTo(3);
    assertThat(check.err()).contains(problem);
  }

  @Test
  void theDocumentOfTheGatewayIsPrintedAsJsonAndAsYaml() throws Exception {
    configuration(
        """
        [[operations.openapi]]
        namespace = "pets"
        document = "../sound.yaml"
        expose = ["pets/getPetById"]
        """);

    Result json = run("export", "openapi");
    Result yaml = run("export", "openapi", "--format", "yaml", "--openapi", "3.1");

    assertThat(json.exit()).as(json.err()).isZero();
    assertThat(OpenApiDocument.parseJson(json.out()).json().toString())
        .contains("HTTP_404", "\"openapi\":\"3.0.0\"");
    assertThat(OpenApiDocument.parseYaml(yaml.out()).json().toString())
        .isEqualTo(
            OpenApiDocument.parseJson(run("export", "openapi", "--openapi", "3.1").out())
                .json()
                .toString());
  }

  /** Nobody is known. */
  private static final class Nobody implements IdentityProvider {
    @Override
    public Optional<Identity> resolveFromFingerprint(String fingerprint) {
      return Optional.empty();
    }

    @Override
    public Optional<Identity> resolveFromToken(AuthToken token) {
      return Optional.empty();
    }
  }

  private static CompletableFuture<HttpReply> pet(HttpExchange exchange) {
    String id = exchange.path().substring(exchange.path().lastIndexOf('/') + 1);
    return CompletableFuture.completedFuture(
        id.equals("7")
            ? HttpReply.text(200, "application/json", "{\"id\":7}")
            : HttpReply.text(404, "application/json", "{\"title\":\"none\"}"));
  }

  @Test
  void aNodeCallsTheServiceForThoseWhoMay() throws Exception {
    OperationRegistry nothing = OperationRegistry.empty();
    Nobody nobody = new Nobody();
    try (CallAdapter calls = CallAdapter.of(nothing, nobody);
        HttpServer service =
            HttpServer.builder(nothing, calls.rootInvoker(), nobody)
                .routes(CustomRoutes.builder().prefix("/v1/", OpenApiCommandsTest::pet).build())
                .allowCleartext(true)
                .ioThreads(1)
                .build()) {
      InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      int port = service.listenCleartext(any).toCompletableFuture().get().getPort();
      Files.writeString(
          home.resolve("live.yaml"), Petstore.document("http://127.0.0.1:" + port + "/v1"));
      Path file =
          configuration(
              """
              [[operations.openapi]]
              namespace = "pets"
              document = "../live.yaml"
              expose = "pets/getPetById"
              [[operations.openapi]]
              namespace = "closed"
              document = "../live.yaml"
              expose = ["closed/getPetById"]
              required_scopes = ["pets:read"]
              """);
      try (Node node = NodeBuilder.fromConfig(file).start()) {
        Result found = run("call", "-r", node.address(), "pets/getPetById", "{\"petId\":7}");
        Result missing = run("call", "-r", node.address(), "pets/getPetById", "{\"petId\":8}");

        assertThat(found.exit()).as(found.err()).isZero();
        assertThat(found.out().strip()).isEqualTo("{\"id\":7}");
        assertThat(missing.exit()).isEqualTo(26);
        assertThat(missing.err()).contains("HTTP_404");
        assertThat(run("call", "-r", node.address(), "pets/listPets", "{}").exit()).isEqualTo(20);
        assertThat(run("call", "-r", node.address(), "closed/getPetById", "{\"petId\":7}").exit())
            .isEqualTo(21);
      }
    }
  }
}
