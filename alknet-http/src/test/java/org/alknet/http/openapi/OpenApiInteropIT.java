package org.alknet.http.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpReply;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * Documents of real services, and validators of others, from npm at the versions of {@code
 * src/test/interop/openapi}.
 */
class OpenApiInteropIT {
  private static final Path SCRIPTS = Path.of("src", "test", "interop", "openapi").toAbsolutePath();
  private static final Path WORK = Path.of("target", "interop-openapi").toAbsolutePath();
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "options", "head", "patch", "trace");
  private static final long LIMIT_SECONDS = 300;

  private static Remote remote;

  @BeforeAll
  static void install() throws Exception {
    assumeTrue(Boolean.getBoolean("alknet.interop"), "needs -Pinterop, node and npm");
    Files.createDirectories(WORK);
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      for (Path file : files.toList()) {
        Files.copy(file, WORK.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    run("npm", "ci", "--ignore-scripts");
    remote = new Remote();
  }

  @AfterAll
  static void stop() {
    if (remote != null) {
      remote.close();
    }
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Path log = WORK.resolve("last.log");
    Process process =
        new ProcessBuilder(command)
            .directory(WORK.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    String output = Files.readString(log);
    assertThat(ended && process.exitValue() == 0)
        .as(String.join(" ", command) + "\n" + output)
        .isTrue();
    return output;
  }

  private static OpenApiDocument document(String file) throws Exception {
    return OpenApiDocument.parse(Files.readString(WORK.resolve("node_modules").resolve(file)));
  }

  private static FromOpenApi adapter(OpenApiDocument document) {
    return remote.adapter(document, settings -> settings);
  }

  private static int operations(OpenApiDocument document) {
    int count = 0;
    for (JsonNode item : document.json().path("paths")) {
      for (String member : item.propertyNames()) {
        count += METHODS.contains(member) ? 1 : 0;
      }
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({
    "@octokit/openapi/generated/api.github.com.json, 1200",
    "@octokit/openapi/generated/ghes-3.19.json, 1000",
    "@directus/specs/dist/openapi.json, 130",
    "@blockfrost/openapi/openapi.yaml, 120",
    "@digdir/dialogporten-schema/swagger.verified.json, 40",
    "rclone-openapi/openapi.yaml, 100",
    "rclone-openapi/openapi.json, 100",
  })
  void realDocumentsAreImported(String file, int atLeast) throws Exception {
    OpenApiDocument document = document(file);
    FromOpenApi adapter = adapter(document);
    List<HandlerRegistration> imported = Await.result(adapter.importOperations());

    int there = operations(document);
    assertThat(there).isGreaterThanOrEqualTo(atLeast);
    assertThat(imported.size()).isGreaterThanOrEqualTo((there * 99 + 99) / 100);
    assertThat(imported.size() + adapter.report().skipped().size()).isEqualTo(there);
    assertThat(imported).extracting(r -> r.spec().name()).doesNotHaveDuplicates();
    assertThat(adapter.report().skipped())
        .allSatisfy(skipped -> assertThat(skipped.detail()).isNotEmpty());
    imported.forEach(registration -> everySchemaCompiles(registration.spec()));
  }

  /** The registry compiles inputs only; here the others take their place. */
  private static void everySchemaCompiles(OperationSpec spec) {
    List<JsonNode> schemas = new ArrayList<>();
    schemas.add(spec.outputSchema());
    spec.errorSchemas().stream().map(ErrorDefinition::schema).forEach(schemas::add);
    for (JsonNode schema : schemas) {
      OperationSpec probe = OperationSpec.query("probe").inputSchema(schema).build();
      OperationRegistry registry =
          OperationRegistry.builder()
              .withLocal(
                  probe,
                  (input, ctx) -> {
                    throw new AssertionError("never called");
                  })
              .build();
      assertThat(registry.size()).isEqualTo(1);
    }
  }

  // ---- called

  @ParameterizedTest
  @ValueSource(strings = {"@blockfrost/openapi/openapi.yaml", "@directus/specs/dist/openapi.json"})
  void whatWasImportedCanBeCalled(String file) throws Exception {
    OpenApiDocument document = document(file);
    FromOpenApi adapter = adapter(document);
    Map<String, ImportReport.Imported> report = new HashMap<>();
    adapter.report().imported().forEach(imported -> report.put(imported.name(), imported));
    Samples samples = new Samples(document.json());
    remote.forget();
    remote.answerAll(exchange -> answer(document, samples, exchange));

    int called = 0;
    Map<String, String> problems = new HashMap<>();
    List<HandlerRegistration> operations = Await.result(adapter.importOperations());
    try (Remote.Node node = new Remote.Node(operations, Capabilities.empty())) {
      for (HandlerRegistration operation : operations) {
        String name = operation.spec().name();
        JsonNode input =
            new Samples(operation.spec().inputSchema()).of(operation.spec().inputSchema());
        ResponseEnvelope answer = Await.result(node.start(name.substring(4), input));
        Optional<CallError> error = answer.error();
        if (error.isPresent()) {
          problems.put(name, input + " -> " + error.get());
          continue;
        }
        called++;
        HttpExchange last = remote.last();
        assertThat(last.method().equals("GET") ? "GET HEAD" : last.method())
            .contains(Objects.requireNonNull(report.get(name)).method());
        assertThat(template(document, last))
            .as(name)
            .hasValueSatisfying(template -> assertThat(matches(template, last.path())).isTrue());
      }
    }
    assertThat(called).as(problems.toString()).isGreaterThanOrEqualTo(operations.size() * 95 / 100);
  }

  /** A server made from the document: finds the operation, and answers with a sample of it. */
  private static HttpReply answer(
      OpenApiDocument document, Samples samples, HttpExchange exchange) {
    Optional<String> template = template(document, exchange);
    if (template.isEmpty()) {
      return Remote.json(404, "{}");
    }
    JsonNode operation =
        document
            .json()
            .path("paths")
            .path(template.get())
            .path(exchange.method().toLowerCase(java.util.Locale.ROOT));
    for (JsonNode parameter : operation.path("parameters")) {
      JsonNode described = samples.resolve(parameter);
      boolean missing =
          described.path("in").asString("").equals("query")
              && described.path("required").asBoolean(false)
              && !exchange.query().orElse("").contains(described.path("name").asString() + "=");
      if (missing) {
        return Remote.json(400, "{}");
      }
    }
    for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
      JsonNode json = samples.resolve(response.getValue()).path("content").path("application/json");
      if (response.getKey().startsWith("2") && json.isObject()) {
        return HttpReply.text(
            Integer.parseInt(response.getKey()),
            "application/json",
            samples.of(json.path("schema")).toString());
      }
    }
    return HttpReply.empty(204);
  }

  private static Optional<String> template(OpenApiDocument document, HttpExchange exchange) {
    // A path without placeholders goes before one with them.
    TreeSet<String> found =
        new TreeSet<>(
            java.util.Comparator.comparingInt((String path) -> path.split("\\{", -1).length)
                .thenComparing(path -> path));
    for (Map.Entry<String, JsonNode> path : document.json().path("paths").properties()) {
      boolean offers = path.getValue().has(exchange.method().toLowerCase(java.util.Locale.ROOT));
      if (offers && matches(path.getKey(), exchange.path())) {
        found.add(path.getKey());
      }
    }
    return found.stream().findFirst();
  }

  private static boolean matches(String template, String path) {
    String[] wanted = ("/v1" + template).split("/", -1);
    String[] given = path.split("/", -1);
    if (wanted.length != given.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (wanted[i].indexOf('{') < 0 && !wanted[i].equals(given[i])) {
        return false;
      }
    }
    return true;
  }

  // ---- our own document

  @ParameterizedTest
  @EnumSource(OpenApiVersion.class)
  void validatorsOfOthersAcceptTheDocumentOfTheGateway(OpenApiVersion version) throws Exception {
    OpenApiDocument github = document("@octokit/openapi/generated/api.github.com.json");
    try (Remote.Node node =
        new Remote.Node(Await.result(adapter(github).importOperations()), Capabilities.empty())) {
      List<String> files = new ArrayList<>();
      for (OperationRegistry registry :
          List.of(OperationRegistry.empty(), node.registry(), ToOpenApiTest.registry())) {
        Path file = WORK.resolve("gateway-" + version + "-" + files.size() + ".json");
        Files.writeString(
            file, ToOpenApi.of(registry, Optional.empty(), version).json().toString());
        files.add(file.getFileName().toString());
      }
      List<String> parser = new ArrayList<>(List.of("node", "validate.mjs"));
      parser.addAll(files);
      assertThat(run(parser.toArray(String[]::new))).contains("5 paths");
      List<String> lint = new ArrayList<>(List.of("node_modules/.bin/redocly", "lint"));
      lint.addAll(files);
      lint.addAll(List.of("--extends=recommended", "--skip-rule=info-license"));
      assertThat(run(lint.toArray(String[]::new))).contains("valid");
    }
  }

  @Test
  void theValidatorsFindWhatIsWrong() throws Exception {
    Files.writeString(
        WORK.resolve("wrong.json"),
        "{\"openapi\":\"3.0.0\",\"info\":{\"title\":\"x\"},\"paths\":{\"a\":{}}}");

    for (List<String> command :
        List.of(
            List.of("node", "validate.mjs", "wrong.json"),
            List.of("node_modules/.bin/redocly", "lint", "wrong.json"))) {
      Process process =
          new ProcessBuilder(command)
              .directory(WORK.toFile())
              .redirectErrorStream(true)
              .redirectOutput(WORK.resolve("wrong.log").toFile())
              .start();
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(command.toString()).isNotZero();
    }
  }
}
