package org.alknet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SubmissionPublisher;
import org.alknet.call.RootInvoker;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.canary.Canaries;
import org.alknet.cli.InProcess.Result;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.ServiceDocument;
import org.alknet.core.SelfSignedCertificate;
import org.alknet.core.identity.AuthToken;
import org.alknet.core.identity.Identity;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.http.HttpServer;
import org.alknet.http.client.HttpClientConfig;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.RetryPolicy;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpLimits;
import org.alknet.http.server.HttpReply;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Services with a certificate of their own authority: their document, their operations, and the
 * credential that goes there and nowhere else.
 */
class ImportedCredentialsTest {
  private static final String FIRST = Canaries.register("a credential", "first-3f9ad1c077e2");
  private static final String SECOND = Canaries.register("the next one", "second-90b1e55ac4d8");

  /** What was asked of a path, as the service saw it. */
  private record Seen(String path, Optional<String> authorization) {}

  private static final List<Seen> SEEN = new CopyOnWriteArrayList<>();
  private static final Map<String, String> TOOLS = new ConcurrentHashMap<>();
  private static final SubmissionPublisher<ByteBuffer> NEWS = new SubmissionPublisher<>();

  @TempDir static Path shared;

  private static RootInvoker nothing;
  private static HttpServer service;
  private static Path certificate;
  private static int port;

  @TempDir Path home;

  /** Knows nobody. */
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

  @BeforeAll
  static void start() throws Exception {
    certificate = shared.resolve("service.crt");
    Path key = shared.resolve("service.key");
    try (SelfSignedCertificate made =
        SelfSignedCertificate.create(
            Set.of("localhost"), Set.of(InetAddress.getLoopbackAddress()))) {
      Files.write(certificate, made.certificatePem());
      Files.write(key, made.revealKeyPem());
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }
    OperationRegistry registry = OperationRegistry.empty();
    nothing = RootInvoker.of(registry, CallLimits.defaults());
    service =
        HttpServer.builder(registry, nothing, new Nobody())
            .routes(
                CustomRoutes.builder()
                    .prefix("/v1/", ImportedCredentialsTest::pet)
                    .prefix("/docs/", ImportedCredentialsTest::document)
                    .post("/tools", ImportedCredentialsTest::tools)
                    .build())
            .limits(HttpLimits.builder().maxAuthAttempts(1_000_000).build())
            .ioThreads(1)
            .build();
    port =
        service
            .listen(
                new TlsIdentity.X509(certificate, key),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .toCompletableFuture()
            .join()
            .getPort();
  }

  @AfterAll
  static void stop() {
    service.close();
    nothing.close();
  }

  @BeforeEach
  void forget() {
    SEEN.clear();
    TOOLS.clear();
    TOOLS.put("weather", "{}");
  }

  // ---- the service

  private static void see(HttpExchange exchange) {
    SEEN.add(new Seen(exchange.path(), exchange.fields().first("Authorization")));
  }

  private static CompletableFuture<HttpReply> pet(HttpExchange exchange) {
    see(exchange);
    return CompletableFuture.completedFuture(
        exchange.path().endsWith("/8")
            ? HttpReply.text(403, "application/json", "{\"title\":\"not this one\"}")
            : HttpReply.text(200, "application/json", "{\"id\":7}"));
  }

  private static CompletableFuture<HttpReply> document(HttpExchange exchange) {
    see(exchange);
    return CompletableFuture.completedFuture(
        switch (exchange.path()) {
          case "/docs/pets.yaml" -> HttpReply.text(200, "application/yaml", Petstore.sound("/v1"));
          case "/docs/elsewhere.yaml" ->
              HttpReply.text(200, "application/yaml", Petstore.sound("https://other.example/v1"));
          case "/docs/moved" -> HttpReply.empty(302).with("Location", "/docs/pets.yaml");
          case "/docs/away" ->
              HttpReply.empty(302)
                  .with("Location", "https://127.0.0.1:" + port + "/docs/pets.yaml");
          default -> HttpReply.empty(404);
        });
  }

  /** An MCP server of the revision without sessions. */
  private static CompletableFuture<HttpReply> tools(HttpExchange exchange) {
    see(exchange);
    JsonNode message =
        JsonMapper.shared().readTree(new String(exchange.body(), StandardCharsets.UTF_8));
    if (message.path("method").asString().equals("subscriptions/listen")) {
      return CompletableFuture.completedFuture(HttpReply.events(NEWS, Duration.ofSeconds(15)));
    }
    String result =
        switch (message.path("method").asString()) {
          case "server/discover" -> "{\"supportedVersions\":[\"2026-07-28\"]}";
          case "tools/list" -> {
            StringBuilder list = new StringBuilder();
            TOOLS.forEach(
                (name, schema) ->
                    list.append(list.isEmpty() ? "" : ",")
                        .append("{\"name\":\"" + name + "\",\"inputSchema\":" + schema + "}"));
            yield "{\"tools\":[" + list + "]}";
          }
          case "tools/call" -> "{\"content\":[],\"structuredContent\":{\"sky\":\"grey\"}}";
          default -> "";
        };
    String outcome =
        result.isEmpty()
            ? "\"error\":{\"code\":-32601,\"message\":\"no such method\"}"
            : "\"result\":" + result;
    return CompletableFuture.completedFuture(
        HttpReply.text(
            result.isEmpty() ? 404 : 200,
            "application/json",
            "{\"jsonrpc\":\"2.0\",\"id\":" + message.path("id") + "," + outcome + "}"));
  }

  private static String at(String path) {
    return "https://localhost:" + port + path;
  }

  // ---- the node

  private Path configuration(String more) throws Exception {
    Path data = home.resolve(".alknet");
    if (!Files.isDirectory(data)) {
      Files.createDirectory(
          data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    return Files.writeString(
        data.resolve("alknet.toml"),
        "listen_addr = \"127.0.0.1:0\"\n"
            + more
            + "\n[transport]\nca_bundle = \""
            + certificate
            + "\"\n");
  }

  private Result run(String... arguments) {
    return new InProcess(home).run(arguments);
  }

  private static Optional<String> lastBearer(String path) {
    return SEEN.stream()
        .filter(seen -> seen.path().startsWith(path))
        .reduce((earlier, later) -> later)
        .flatMap(Seen::authorization);
  }

  // ---- documents over https

  @Test
  void aDocumentIsFetchedFromAServiceWhoseAuthorityIsInTheBundleOnly() throws Exception {
    Path file =
        configuration(
            """
            [[operations.openapi]]
            namespace = "pets"
            document = "%s"
            expose = ["pets/getPetById"]
            """
                .formatted(at("/docs/pets.yaml")));
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      Result found = run("call", "-r", node.address(), "pets/getPetById", "{\"petId\":7}");
      assertThat(found.exit()).as(found.err()).isZero();
      assertThat(found.out().strip()).isEqualTo("{\"id\":7}");
    }
    assertThat(SEEN).contains(new Seen("/docs/pets.yaml", Optional.empty()));

    ExecutorService threads = Executors.newCachedThreadPool();
    SEEN.clear();
    try {
      OutboundHttpClient stranger =
          OutboundHttpClient.create(
              HttpClientConfig.defaults().withRetries(RetryPolicy.none()), threads);
      assertThatThrownBy(() -> ServiceDocument.fetch(URI.create(at("/docs/pets.yaml")), stranger))
          .isInstanceOfSatisfying(
              NodeException.class,
              refused -> assertThat(refused.kind()).isEqualTo(NodeException.Kind.CONFIGURATION))
          .hasMessageContaining("cannot fetch " + at("/docs/pets.yaml"));
      assertThat(SEEN).isEmpty();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aDocumentMayMoveWithinItsOriginAndSendsNobodyElsewhere() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      OutboundHttpClient client =
          OutboundHttpClient.create(
              HttpClientConfig.defaults().withRetries(RetryPolicy.none()).withCaBundle(certificate),
              threads);

      assertThat(ServiceDocument.fetch(URI.create(at("/docs/moved")), client).baseUrl())
          .contains(URI.create(at("/v1")));
      assertThat(SEEN).extracting(Seen::path).containsExactly("/docs/moved", "/docs/pets.yaml");

      SEEN.clear();
      assertThatThrownBy(() -> ServiceDocument.fetch(URI.create(at("/docs/away")), client))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("status 302");
      assertThat(SEEN).extracting(Seen::path).containsExactly("/docs/away");

      // A document that was fetched cannot say that the service, and its credential, go elsewhere.
      assertThat(ServiceDocument.fetch(URI.create(at("/docs/elsewhere.yaml")), client).baseUrl())
          .isEmpty();
      assertThatThrownBy(
              () ->
                  ServiceDocument.fetch(
                      URI.create("http://localhost:" + port + "/docs/pets.yaml"), client))
          .isInstanceOf(NodeException.class)
          .hasMessageContaining("https");
    } finally {
      threads.shutdownNow();
    }
  }

  // ---- credentials

  @Test
  void aCredentialOfTheVaultReachesBothKindsOfServiceAndItsReplacementDoesWithoutARestart()
      throws Exception {
    TestVault.create(home.resolve(".alknet"), TestVault.PHRASE);
    TestVault.secret(home.resolve("first"), FIRST);
    TestVault.secret(home.resolve("second"), SECOND);
    Path file =
        configuration(
            """
            [vault]
            keystore = "vault.json"
            password_file = "../password"
            lock_after_start = false
            [[operations.openapi]]
            namespace = "pets"
            document = "%s"
            credential = "service"
            expose = ["pets/getPetById"]
            [[operations.mcp]]
            namespace = "far"
            url = "%s"
            credential = "service"
            expose = ["far/weather"]
            """
                .formatted(at("/docs/pets.yaml"), at("/tools")));
    assertThat(run("credential", "put", "service", "--file", "first").exit()).isZero();
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      assertThat(lastBearer("/tools")).contains("Bearer " + FIRST);
      assertThat(lastBearer("/docs/")).isEmpty();
      String answers = both(node);
      assertThat(lastBearer("/v1/")).contains("Bearer " + FIRST);
      assertThat(lastBearer("/tools")).contains("Bearer " + FIRST);

      Result replaced = run("credential", "put", "service", "--file", "second", "--replace");
      assertThat(replaced.exit()).as(replaced.err()).isZero();
      Await.until(
          "the services see the new credential",
          () -> {
            both(node);
            return lastBearer("/v1/").equals(Optional.of("Bearer " + SECOND))
                && lastBearer("/tools").equals(Optional.of("Bearer " + SECOND));
          });

      answers += both(node) + refused(node) + replaced.out() + replaced.err();
      answers += run("credential", "list", "--json").out() + run("status", "--json").out();
      assertThat(answers).doesNotContain(FIRST).doesNotContain(SECOND);
      assertThat(SEEN)
          .allSatisfy(
              seen ->
                  assertThat(seen.authorization().isPresent())
                      .isEqualTo(!seen.path().startsWith("/docs/")));
    }
  }

  // ---- changes

  @Test
  void aToolThatIsExposedComesAndGoesWithItsServerWithoutARestart() throws Exception {
    Path file =
        configuration(
            """
            [[operations.mcp]]
            namespace = "far"
            url = "%s"
            expose = ["far/weather", "far/later"]
            """
                .formatted(at("/tools")));
    try (Node node = NodeBuilder.fromConfig(file).start()) {
      Await.until("the node listens", () -> NEWS.getNumberOfSubscribers() == 1);
      assertThat(exit(node, "far/later")).isEqualTo(20);
      TOOLS.put("later", "{}");
      TOOLS.put("hidden", "{}");
      TOOLS.remove("weather");

      NEWS.submit(
          ByteBuffer.wrap(
              "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}\n\n"
                  .getBytes(StandardCharsets.UTF_8)));

      Await.until("the new tool is offered", () -> exit(node, "far/later") == 0);
      assertThat(exit(node, "far/weather")).isEqualTo(20);
      assertThat(exit(node, "far/hidden")).isEqualTo(20);
    }
    Await.until("nobody listens any more", () -> NEWS.getNumberOfSubscribers() == 0);
  }

  private int exit(Node node, String operation) {
    return run("call", "-r", node.address(), operation, "{}").exit();
  }

  private String both(Node node) {
    Result pet = run("call", "-r", node.address(), "pets/getPetById", "{\"petId\":7}");
    Result sky = run("call", "-r", node.address(), "far/weather", "{}");
    assertThat(pet.exit()).as(pet.err()).isZero();
    assertThat(sky.exit()).as(sky.err()).isZero();
    assertThat(sky.out()).contains("grey");
    return pet.out() + pet.err() + sky.out() + sky.err();
  }

  private String refused(Node node) {
    Result pet = run("call", "-r", node.address(), "pets/getPetById", "{\"petId\":8}");
    assertThat(pet.exit()).isEqualTo(26);
    return pet.out() + pet.err();
  }
}
