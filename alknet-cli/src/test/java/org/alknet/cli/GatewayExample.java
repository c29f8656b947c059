package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.HttpState;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code examples/gateway} with its configuration as it is but for the ports: a node, and two
 * callers it knows, of whom one has the scope of the rule.
 */
final class GatewayExample implements AutoCloseable {
  static final Path ROOT = Path.of(System.getProperty("alknet.root"));

  /** Has the scope. */
  static final String ANN = "ann";

  /** Is known, and has no scope. */
  static final String BOB = "bob";

  /** The operations of the rule, each with an input and what has to be in its output. */
  static final List<Operation> OPERATIONS =
      List.of(
          new Operation(
              "github/repos/get",
              "{\"owner\":\"octocat\",\"repo\":\"Hello-World\"}",
              "octocat/Hello-World"),
          new Operation(
              "github/issues/list-for-repo",
              "{\"owner\":\"octocat\",\"repo\":\"Hello-World\"}",
              "Found a bug"),
          new Operation("tools/get-sum", "{\"a\":40,\"b\":2}", "The sum of 40 and 2 is 42."));

  /** An operation, an input, and what has to be in the output. */
  record Operation(String name, String input, String expected) {}

  /**
   * What came of a call.
   *
   * @param code of the error; empty if there was none
   * @param text the output, or the error
   */
  record Answer(String code, String text) {}

  /** A way to call. */
  @FunctionalInterface
  interface Face {
    Answer call(String who, String operation, String input) throws Exception;
  }

  private final Path home;
  private final Node node;
  private final HttpClient http;

  private GatewayExample(Path home, Node node) throws Exception {
    this.home = home;
    this.node = node;
    this.http =
        HttpClient.newBuilder()
            .sslContext(trusting(face().certificateFile()))
            .connectTimeout(Duration.ofSeconds(60))
            .build();
  }

  /**
   * Starts the node.
   *
   * @param modules what npm installs
   * @param service address of the service
   * @param tools address of the MCP server
   */
  static GatewayExample start(Path home, Path modules, String service, String tools)
      throws Exception {
    Path data = Files.createDirectories(home.resolve(".alknet"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(data.resolve("node_modules"), modules);
    Path file = data.resolve("alknet.toml");
    Files.writeString(file, configuration(service, tools));
    Result check = new InProcess(home).run("config", "check");
    assertThat(check.exit()).as(check.err()).isZero();
    GatewayExample example = new GatewayExample(home, NodeBuilder.fromConfig(file).start());
    example.peer(ANN, "--scope", "assistant");
    example.peer(BOB);
    return example;
  }

  /** Returns the configuration of the example with these addresses. */
  static String configuration(String service, String tools) throws Exception {
    String text = Files.readString(ROOT.resolve("examples/gateway/alknet.toml"));
    assertThat(text).contains("127.0.0.1:4433", "http://127.0.0.1:8080", "127.0.0.1:3001/mcp");
    return text.replace("127.0.0.1:4433", "127.0.0.1:0")
        .replace("http://127.0.0.1:8080", service)
        .replace("http://127.0.0.1:3001/mcp", tools);
  }

  private void peer(String id, String... more) throws Exception {
    Result key = run("keygen", "--out", id + ".key");
    String[] line = {"peer", "add", id, "--fingerprint", key.err().strip()};
    String[] whole = Arrays.copyOf(line, line.length + more.length);
    System.arraycopy(more, 0, whole, line.length, more.length);
    Result added = run(whole);
    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(run("token", "issue", "--peer", id, "--out", id + ".token").exit()).isZero();
  }

  Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private HttpState face() {
    return node.http().orElseThrow();
  }

  /** Calls over the call protocol, with the key. */
  Answer overCall(String who, String operation, String input) {
    Result result = run("call", operation, input, "--identity", who + ".key", "-r", node.address());
    return result.exit() == 0
        ? new Answer("", result.out())
        : new Answer(result.err().replaceFirst("(?s)^\\S+: ([A-Z_0-9]+): .*", "$1"), result.err());
  }

  /** Calls over HTTP, with the token. */
  Answer overHttp(String who, String operation, String input) throws Exception {
    HttpResponse<String> reply = post(who, "/call", call(operation, input));
    JsonNode body = JsonMapper.shared().readTree(reply.body());
    return reply.statusCode() == 200
        ? new Answer("", body.path("output").toString())
        : new Answer(body.path("code").asString(""), reply.body());
  }

  /** Calls the tool {@code call} over MCP, with the token. */
  Answer overMcp(String who, String operation, String input) throws Exception {
    ObjectNode message =
        JsonNodeFactory.instance
            .objectNode()
            .put("jsonrpc", "2.0")
            .put("id", 1)
            .put("method", "tools/call");
    message.putObject("params").put("name", "call").set("arguments", call(operation, input));
    HttpResponse<String> reply = post(who, "/mcp", message);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    JsonNode result = JsonMapper.shared().readTree(reply.body()).path("result");
    JsonNode content = result.path("structuredContent");
    return result.path("isError").asBoolean(false)
        ? new Answer(content.path("code").asString(""), content.toString())
        : new Answer("", content.toString());
  }

  private static ObjectNode call(String operation, String input) {
    ObjectNode call = JsonNodeFactory.instance.objectNode().put("operation", operation);
    call.set("input", JsonMapper.shared().readTree(input));
    return call;
  }

  private HttpResponse<String> post(String who, String path, JsonNode body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(face().url() + path))
            .timeout(Duration.ofSeconds(60))
            .header(
                "Authorization", "Bearer " + Files.readString(home.resolve(who + ".token")).strip())
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static SSLContext trusting(Path file) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(file)) {
      trusted.setCertificateEntry(
          "node", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  /** Asserts that a way to call lets the one caller do all that the rule allows, and no more. */
  static void assertTheRule(Face face) throws Exception {
    for (Operation operation : OPERATIONS) {
      Answer allowed = face.call(ANN, operation.name(), operation.input());
      assertThat(allowed.code()).as(allowed.text()).isEmpty();
      assertThat(allowed.text()).contains(operation.expected());
      Answer refused = face.call(BOB, operation.name(), operation.input());
      assertThat(refused.code()).as(refused.text()).isEqualTo("FORBIDDEN");
      assertThat(refused.text()).contains("assistant").doesNotContain(operation.expected());
    }
    for (String other : List.of("github/meta/root", "tools/echo", "tools/list")) {
      Answer hidden = face.call(ANN, other, "{}");
      assertThat(hidden.code()).as(hidden.text()).isEqualTo("NOT_FOUND");
    }
  }

  @Override
  public void close() {
    node.close();
  }
}
