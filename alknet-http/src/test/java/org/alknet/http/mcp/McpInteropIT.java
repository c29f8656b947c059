package org.alknet.http.mcp;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.alknet.core.credential.Capabilities;
import org.alknet.http.testing.Json;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * Both directions against programs of others: the conformance suites of both eras, the reference
 * clients, the reference server. See {@code src/test/interop/mcp}.
 */
class McpInteropIT {
  private static final Path PROGRAMS = Path.of("src", "test", "interop", "mcp").toAbsolutePath();
  private static final long PATIENCE_SECONDS = 120;

  private static final String CLIENT =
      Path.of(System.getProperty("java.home"), "bin", "java")
          + " -XX:TieredStopAtLevel=1 org.alknet.http.mcp.ConformanceClient";

  @TempDir private static Path directory;
  private static World world;

  @BeforeAll
  static void start() {
    assumeTrue(Boolean.getBoolean("alknet.interop"), "needs -Pinterop, Node and npm ci");
    assertThat(PROGRAMS.resolve("node_modules")).isDirectory();
    world = World.start(settings -> settings.mcp(true));
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      world.close();
    }
  }

  private static String endpoint() {
    return "http://127.0.0.1:" + world.clear().getPort() + "/mcp";
  }

  private static Process node(List<String> arguments, Path output) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", "--import", "./node20.mjs"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(PROGRAMS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    // The tests run on the module path; the client of the suite does not need to.
    builder
        .environment()
        .put(
            "CLASSPATH",
            System.getProperty("jdk.module.path", "")
                + File.pathSeparator
                + System.getProperty("java.class.path"));
    return builder.start();
  }

  /** Runs a program, which has to succeed, and returns what it printed. */
  private static String run(String... arguments) throws Exception {
    return run(true, arguments);
  }

  /** Runs a program to its end, and returns what it printed. */
  private static String end(String... arguments) throws Exception {
    return run(false, arguments);
  }

  private static String run(boolean well, String... arguments) throws Exception {
    Path output = Files.createTempFile(directory, "output", ".txt");
    Process process = node(List.of(arguments), output);
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("in time").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String printed = Files.readString(output, StandardCharsets.UTF_8);
    if (well) {
      assertThat(process.exitValue()).as(printed).isZero();
    }
    return printed;
  }

  /** The ids of the checks that went wrong. */
  private static Set<String> failed(String printed) {
    Set<String> failed = new TreeSet<>();
    Matcher check = Pattern.compile("\\[(sep-[a-z0-9-]+) *].{0,20}FAILURE").matcher(printed);
    while (check.find()) {
      failed.add(check.group(1));
    }
    return failed;
  }

  private static String suite(String era) {
    return "node_modules/conformance-" + era + "/dist/index.js";
  }

  // ---- our server

  @ParameterizedTest
  @CsvSource({
    "legacy, 2025-11-25, server-initialize",
    "legacy, 2025-11-25, ping",
    "legacy, 2025-11-25, tools-list",
    "legacy, 2025-11-25, dns-rebinding-protection",
    "modern, 2026-07-28, tools-list",
    "modern, 2026-07-28, http-header-validation",
    "modern, 2026-07-28, dns-rebinding-protection"
  })
  void theEndpointPassesTheConformanceSuite(String era, String version, String scenario)
      throws Exception {
    String printed =
        run(
            suite(era),
            "server",
            "--url",
            endpoint(),
            "--scenario",
            scenario,
            "--spec-version",
            version);

    assertThat(printed).contains("0 failed").doesNotContain("Passed: 0/");
  }

  /** Four checks ask for tools that a server of this suite has to have, and cannot be made here. */
  @Test
  void theEndpointIsWithoutSessionsAsFarAsTheSuiteCanTell() throws Exception {
    String printed =
        end(
            suite("modern"),
            "server",
            "--url",
            endpoint(),
            "--scenario",
            "server-stateless",
            "--spec-version",
            "2026-07-28");

    assertThat(failed(printed))
        .containsExactly(
            "sep-2575-http-server-no-independent-requests-on-stream",
            "sep-2575-missing-capability-http-400",
            "sep-2575-server-no-log-without-loglevel",
            "sep-2575-server-rejects-undeclared-capability");
    assertThat(printed).contains("Passed: 21/25").contains("Not testable");
  }

  @ParameterizedTest
  @CsvSource({"legacy", "modern"})
  void theReferenceClientsUseTheTools(String era) throws Exception {
    JsonNode seen = Json.parse(run("client.mjs", era, endpoint(), World.ANN));

    assertThat(seen.path("server")).isEqualTo(json("'alknet-to-mcp'"));
    assertThat(seen.path("tools")).isEqualTo(json("['search','schema','call','batch']"));
    assertThat(seen.at("/search/content/operations/0/name")).isEqualTo(json("'open/whoami'"));
    assertThat(seen.at("/schema/content/name")).isEqualTo(json("'open/whoami'"));
    assertThat(seen.at("/call/content/id")).isEqualTo(json("'ann'"));
    assertThat(seen.at("/scalar/content"))
        .isEqualTo(era.equals("modern") ? json("3") : json("{'value':3}"));
    assertThat(seen.at("/missing/isError")).isEqualTo(json("true"));
    assertThat(seen.at("/missing/content/code")).isEqualTo(json("'NOT_FOUND'"));
    assertThat(seen.at("/batch/content/results/0/output")).isEqualTo(json("{'a':1}"));
    assertThat(seen.path("unknown")).isEqualTo(json("-32602"));
  }

  // ---- our client

  @ParameterizedTest
  @CsvSource({
    "legacy, 2025-11-25, initialize",
    "legacy, 2025-11-25, tools_call",
    "modern, 2026-07-28, tools_call",
    "modern, 2026-07-28, request-metadata",
    "modern, 2026-07-28, http-standard-headers",
    "modern, 2026-07-28, http-invalid-tool-headers",
    "modern, 2026-07-28, json-schema-ref-no-deref",
    "modern, 2026-07-28, json-schema-2020-12-preservation"
  })
  void theImporterPassesTheConformanceSuite(String era, String version, String scenario)
      throws Exception {
    String printed =
        run(
            suite(era),
            "client",
            "--command",
            CLIENT,
            "--scenario",
            scenario,
            "--spec-version",
            version);

    assertThat(printed).contains("0 failed").doesNotContain("Passed: 0/");
  }

  /** One check gives a null to a boolean, which no operation of ours takes, so it is never sent. */
  @Test
  void theImporterRepeatsPartsOfTheInputAsTheSuiteWantsIt() throws Exception {
    String printed =
        end(
            suite("modern"),
            "client",
            "--command",
            CLIENT,
            "--scenario",
            "http-custom-headers",
            "--spec-version",
            "2026-07-28");

    assertThat(failed(printed)).containsExactly("sep-2243-client-omit-null");
    assertThat(printed).contains("Passed: 17/18");
  }

  @Test
  void theToolsOfTheReferenceServerCanBeCalled() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path output = Files.createTempFile(directory, "everything", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                "node",
                "node_modules/@modelcontextprotocol/server-everything/dist/index.js",
                "streamableHttp")
            .directory(PROGRAMS.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("PORT", Integer.toString(port));
    Process everything = builder.start();
    try (Importer importer =
        new Importer(
            McpServerConfig.of(URI.create("http://127.0.0.1:" + port + "/mcp"), "every"),
            Capabilities.empty())) {
      Await.until("the server listens", () -> answers(port));
      McpImport found = importer.run();

      assertThat(found.skipped()).isEmpty();
      assertThat(found.registrations()).hasSizeGreaterThan(8);
      assertThat(importer.output("every/echo", "{'message':'hello'}"))
          .isEqualTo(json("[{'type':'text','text':'Echo: hello'}]"));
    } finally {
      everything.destroy();
      everything.waitFor();
    }
  }

  private static boolean answers(int port) {
    try (java.net.Socket socket =
        new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }
}
