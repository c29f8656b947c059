package org.alknet.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.TestCertificate;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against a real server with TLS that answers by a script. */
class OutboundHttpClientTest {
  private final Deque<HttpReply> script = new ArrayDeque<>();
  private final List<HttpExchange> seen = Collections.synchronizedList(new ArrayList<>());
  private final List<Duration> waited = Collections.synchronizedList(new ArrayList<>());
  private final CompletableFuture<Void> gone = new CompletableFuture<>();
  private volatile Instant now = Instant.parse("2026-10-21T07:28:00Z");
  private ExecutorService threads;
  private World remote;
  private OutboundHttpClient client;

  @BeforeEach
  void start() throws Exception {
    threads = Executors.newCachedThreadPool();
    remote =
        World.start(
            settings ->
                settings
                    .limits(World.limits().maxAuthAttempts(1000).build())
                    .routes(CustomRoutes.builder().prefix("/r/", this::answer).build()));
    client = client(HttpClientConfig.defaults());
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
    remote.close();
  }

  private OutboundHttpClient client(HttpClientConfig config) throws Exception {
    return OutboundHttpClient.create(
        config.withCaBundle(TestCertificate.identity().cert()),
        threads,
        time -> {
          waited.add(time);
          now = now.plus(time);
          return CompletableFuture.completedFuture(null);
        },
        () -> now);
  }

  private synchronized CompletableFuture<HttpReply> answer(HttpExchange exchange) {
    seen.add(exchange);
    HttpReply next = script.poll();
    if (exchange.path().endsWith("/hang")) {
      exchange.gone().thenRun(() -> gone.complete(null)).toCompletableFuture().isDone();
      return new CompletableFuture<>();
    }
    return CompletableFuture.completedFuture(
        next == null ? HttpReply.text(200, "text/plain", "fine") : next);
  }

  private URI uri(String path) {
    return URI.create("https://localhost:" + remote.secure().getPort() + path);
  }

  private OutboundRequest request(String method, String path, Optional<Duration> left) {
    return new OutboundRequest(
        method,
        uri(path),
        path,
        HttpFields.of("Authorization", "Bearer of the service"),
        method.equals("GET") ? new byte[0] : "body".getBytes(StandardCharsets.UTF_8),
        left);
  }

  private OutboundReply send(String method, String path) {
    return Await.result(client.send(request(method, path, Optional.empty())));
  }

  // ---- requests

  @Test
  void aRequestArrivesWithItsFieldsAndItsBody() {
    OutboundReply reply = send("POST", "/r/a");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(new String(reply.body(), StandardCharsets.UTF_8)).isEqualTo("fine");
    assertThat(reply.fields().first("content-type")).contains("text/plain");
    assertThat(seen.get(0).fields().first("Authorization")).contains("Bearer of the service");
    assertThat(seen.get(0).body()).asString(StandardCharsets.UTF_8).isEqualTo("body");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "connection", "Content-Length", "Upgrade"})
  void fieldsOfTheClientAreRefused(String name) {
    assertThatThrownBy(
            () ->
                new OutboundRequest(
                    "GET",
                    uri("/r/a"),
                    "/",
                    HttpFields.of(name, "x"),
                    new byte[0],
                    Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///etc/passwd", "ftp://localhost/", "/relative", "https:"})
  void onlyHttpIsSpoken(String address) {
    URI uri = address.equals("https:") ? URI.create("https:///") : URI.create(address);
    assertThatThrownBy(() -> OutboundRequest.get(uri)).isInstanceOf(RuntimeException.class);
  }

  @Test
  void aBodyThatIsTooLongFails() throws Exception {
    client = client(HttpClientConfig.defaults().withMaxResponseBytes(3));

    Await.failure(client.send(OutboundRequest.get(uri("/r/a"))), ResponseTooLongException.class);
    assertThat(seen).hasSize(1);
  }

  @Test
  void cancellingClosesTheExchange() {
    var reply = client.send(OutboundRequest.get(uri("/r/hang"))).toCompletableFuture();
    Await.until("the request arrives", () -> !seen.isEmpty());

    reply.cancel(false);

    Await.result(gone);
  }

  // ---- retries

  @Test
  void aGetIsMadeAgainAndAPostIsNot() {
    script.add(HttpReply.empty(503));
    script.add(HttpReply.empty(500));
    assertThat(send("GET", "/r/a").status()).isEqualTo(200);
    assertThat(seen).hasSize(3);

    script.add(HttpReply.empty(503));
    assertThat(send("POST", "/r/a").status()).isEqualTo(503);
    assertThat(seen).hasSize(4);
  }

  @Test
  void aPostWithAKeyIsMadeAgain() {
    script.add(HttpReply.empty(503));
    OutboundRequest request =
        new OutboundRequest(
            "POST",
            uri("/r/a"),
            "/r/a",
            HttpFields.of("Idempotency-Key", "1"),
            new byte[0],
            Optional.empty());

    assertThat(Await.result(client.send(request)).status()).isEqualTo(200);
    assertThat(seen).hasSize(2);
  }

  @Test
  void retriesHaveAnEndAndWaitLongerAndLonger() {
    for (int i = 0; i < 10; i++) {
      script.add(HttpReply.empty(500));
    }

    assertThat(send("GET", "/r/a").status()).isEqualTo(500);
    assertThat(seen).hasSize(4);
    assertThat(waited).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(waited.get(i)).isLessThanOrEqualTo(Duration.ofSeconds(1L << i));
    }
  }

  @Test
  void whatNeverArrivedIsSentAgainWhateverItIs() throws Exception {
    int port;
    try (ServerSocket taken = new ServerSocket(0)) {
      port = taken.getLocalPort();
    }
    OutboundRequest request =
        new OutboundRequest(
            "POST",
            URI.create("https://localhost:" + port + "/"),
            "/",
            HttpFields.none(),
            new byte[0],
            Optional.empty());

    Await.failure(client.send(request), IOException.class);
    assertThat(waited).hasSize(3);
  }

  @Test
  void thereIsNoRetryWithoutTimeForIt() {
    script.add(HttpReply.empty(500));
    OutboundRequest request = request("GET", "/r/a", Optional.of(Duration.ofNanos(1)));
    now = Instant.EPOCH;

    Throwable failure =
        Await.failureOf(client.send(request)).orElse(new HttpTimeoutException("answered"));

    assertThat(failure).isInstanceOf(HttpTimeoutException.class);
    assertThat(waited).isEmpty();
  }

  // ---- Retry-After

  @Test
  void aServiceThatAsksForAPauseGetsIt() {
    script.add(HttpReply.empty(429).with("Retry-After", "7"));
    assertThat(send("POST", "/r/a").status()).isEqualTo(429);
    assertThat(waited).isEmpty();

    assertThat(send("POST", "/r/b").status()).isEqualTo(200);
    assertThat(waited).isEmpty();
    assertThat(send("POST", "/r/a").status()).isEqualTo(200);
    assertThat(waited).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void aPauseThatIsTooLongFailsAtOnce() {
    script.add(HttpReply.empty(503).with("Retry-After", "3600"));
    send("POST", "/r/a");

    RetryLaterException refusal =
        Await.failure(
            client.send(request("POST", "/r/a", Optional.empty())), RetryLaterException.class);
    assertThat(refusal.retryAfter()).isEqualTo(Duration.ofHours(1));
    assertThat(seen).hasSize(1);
  }

  // ---- redirects

  @Test
  void aRedirectIsFollowedWithinItsOriginOnly() {
    script.add(HttpReply.empty(302).with("Location", "/r/b"));
    assertThat(send("GET", "/r/a").status()).isEqualTo(200);
    assertThat(seen.get(1).path()).isEqualTo("/r/b");

    for (String elsewhere :
        List.of("https://other.example/", "http://localhost/r/b", "//other.example/", "::")) {
      script.add(HttpReply.empty(302).with("Location", elsewhere));
      assertThat(send("GET", "/r/a").status()).isEqualTo(302);
    }
    script.add(HttpReply.empty(307).with("Location", "/r/b"));
    assertThat(send("POST", "/r/a").status()).isEqualTo(307);
  }

  @Test
  void redirectsHaveAnEnd() {
    for (int i = 0; i < 10; i++) {
      script.add(HttpReply.empty(302).with("Location", "/r/a"));
    }

    assertThat(send("GET", "/r/a").status()).isEqualTo(302);
    assertThat(seen).hasSize(6);
  }

  // ---- configuration

  @Test
  void theDefaultsAreThreeRetriesAndNothingElse() {
    HttpClientConfig defaults = HttpClientConfig.defaults();

    assertThat(defaults.retries().retries()).isEqualTo(3);
    assertThat(defaults.requestTimeout()).isEmpty();
    assertThat(defaults.caBundle()).isEmpty();
    assertThat(defaults.clientCertificate()).isEmpty();
    assertThat(defaults.maxResponseBytes()).isEqualTo(16 << 20);
  }

  @Test
  void withoutItsAuthorityTheServiceIsNotTrusted() throws Exception {
    OutboundHttpClient stranger =
        OutboundHttpClient.create(
            HttpClientConfig.defaults().withRetries(RetryPolicy.none()), threads);

    Await.failure(stranger.send(OutboundRequest.get(uri("/r/a"))), IOException.class);
    assertThat(seen).isEmpty();
  }

  @Test
  void aReloadTakesAnotherClientAndAFailedOneNothing(@TempDir Path folder) throws Exception {
    HttpClient before = client.http();
    client.reload(
        HttpClientConfig.defaults()
            .withCaBundle(TestCertificate.identity().cert())
            .withRetries(RetryPolicy.none()));
    HttpClient after = client.http();
    assertThat(after).isNotSameAs(before);
    assertThat(client.config().retries()).isEqualTo(RetryPolicy.none());

    Path missing = folder.resolve("missing.pem");
    assertThatThrownBy(() -> client.reload(HttpClientConfig.defaults().withCaBundle(missing)))
        .isInstanceOf(ClientSetupException.class)
        .hasMessageContaining("missing.pem");
    assertThat(client.http()).isSameAs(after);
    assertThat(send("GET", "/r/a").status()).isEqualTo(200);
  }

  @Test
  void filesThatCannotBeUsedAreNamed(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("missing.pem");
    Path garbage = Files.writeString(folder.resolve("garbage.pem"), "no PEM at all");
    Path cert = TestCertificate.identity().cert();

    assertProblem(HttpClientConfig.defaults().withCaBundle(missing), "CA_BUNDLE_READ", missing);
    assertProblem(HttpClientConfig.defaults().withCaBundle(garbage), "CA_BUNDLE_PARSE", garbage);
    assertProblem(shown(missing, missing), "CLIENT_CERT_READ", missing);
    assertProblem(shown(cert, missing), "CLIENT_CERT_READ", missing);
    assertProblem(shown(cert, garbage), "CLIENT_CERT_PARSE", garbage);
    assertProblem(shown(garbage, TestCertificate.identity().key()), "CLIENT_CERT_PARSE", garbage);
    assertThat(
            OutboundHttpClient.create(shown(cert, TestCertificate.identity().key()), threads)
                .config()
                .clientCertificate())
        .isPresent();
  }

  private static HttpClientConfig shown(Path cert, Path key) {
    return HttpClientConfig.defaults()
        .withClientCertificate(new HttpClientConfig.ClientCertificate(cert, key));
  }

  private void assertProblem(HttpClientConfig config, String kind, Path file) {
    assertThatThrownBy(() -> OutboundHttpClient.create(config, threads))
        .isInstanceOfSatisfying(
            ClientSetupException.class,
            problem -> assertThat(problem.kind().name()).isEqualTo(kind))
        .hasMessageContaining(file.getFileName().toString());
  }

  @Test
  void aSlowServiceRunsIntoTheTimeLimit() throws Exception {
    client =
        client(
            HttpClientConfig.defaults()
                .withRetries(RetryPolicy.none())
                .withRequestTimeout(Duration.ofMillis(200)));

    Await.failure(client.send(OutboundRequest.get(uri("/r/hang"))), HttpTimeoutException.class);
  }
}
