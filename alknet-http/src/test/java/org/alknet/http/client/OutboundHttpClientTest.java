package org.alknet.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.alknet.core.SelfSignedCertificate;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpExchange;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.testing.OpenBody;
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
  private final OpenBody body = new OpenBody();
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
    if (exchange.path().endsWith("/open")) {
      return CompletableFuture.completedFuture(
          body.reply(exchange.query().orElse("application/json")));
    }
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
  void aLongWaitDoesNotWrapAroundToNone() {
    Duration day = Duration.ofDays(1);
    RetryPolicy patient = new RetryPolicy(20, Duration.ofHours(3), day);

    assertThat(patient.wait(20, new java.util.Random(1))).isPositive().isLessThanOrEqualTo(day);
  }

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

  @Test
  void everyAuthorityOfABundleIsTrusted(@TempDir Path folder) throws Exception {
    Path bundle = folder.resolve("bundle.pem");
    try (SelfSignedCertificate other = SelfSignedCertificate.create(Set.of("other"), Set.of())) {
      Files.write(bundle, other.certificatePem());
    }
    OutboundHttpClient stranger =
        OutboundHttpClient.create(
            HttpClientConfig.defaults().withRetries(RetryPolicy.none()).withCaBundle(bundle),
            threads);
    Await.failure(stranger.send(OutboundRequest.get(uri("/r/a"))), IOException.class);
    Files.write(
        bundle, Files.readAllBytes(TestCertificate.identity().cert()), StandardOpenOption.APPEND);

    stranger.reload(HttpClientConfig.defaults().withCaBundle(bundle));

    assertThat(Await.result(stranger.send(OutboundRequest.get(uri("/r/a")))).status())
        .isEqualTo(200);
  }

  @Test
  void theCertificateOfThisSideIsShownToAServiceThatAsksForIt() throws Exception {
    HttpClientConfig trusting =
        HttpClientConfig.defaults()
            .withRetries(RetryPolicy.none())
            .withCaBundle(TestCertificate.identity().cert());
    try (SSLServerSocket asking =
        (SSLServerSocket)
            TestCertificate.mutual()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      asking.setNeedClientAuth(true);
      URI uri = URI.create("https://localhost:" + asking.getLocalPort() + "/");
      CompletableFuture<String> name =
          CompletableFuture.supplyAsync(() -> peerOf(asking, false), threads);
      client =
          client(
              trusting.withClientCertificate(
                  new HttpClientConfig.ClientCertificate(
                      TestCertificate.identity().cert(), TestCertificate.identity().key())));

      assertThat(Await.result(client.send(OutboundRequest.get(uri))).status()).isEqualTo(204);
      assertThat(Await.result(name)).isEqualTo("CN=localhost");

      CompletableFuture<String> nobody =
          CompletableFuture.supplyAsync(() -> peerOf(asking, true), threads);
      Await.failure(client(trusting).send(OutboundRequest.get(uri)), IOException.class);
      assertThat(Await.result(nobody)).isEqualTo("nobody");
    }
  }

  /** Answers one request, which may be the last, and returns who made it. */
  private static String peerOf(SSLServerSocket server, boolean last) {
    try (SSLSocket socket = (SSLSocket) server.accept()) {
      if (last) {
        server.close(); // the JDK tries once more by itself
      }
      socket.setSoTimeout((int) Await.DEADLINE.toMillis());
      String peer = socket.getSession().getPeerPrincipal().getName();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      String line = in.readLine();
      while (line != null && !line.isEmpty()) {
        line = in.readLine();
      }
      socket
          .getOutputStream()
          .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return peer;
    } catch (IOException refused) {
      return "nobody";
    }
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

  @Test
  void aBodyThatNeverEndsRunsIntoTheTimeLimit() {
    body.text("{");

    Await.failure(
        client.send(request("GET", "/r/open", Optional.of(Duration.ofMillis(300)))),
        HttpTimeoutException.class);

    Await.result(body.closed());
    assertThat(client.underWay()).isZero();
  }

  @Test
  void cancellingWhileTheBodyComesClosesTheExchange() {
    body.text("{");
    var reply = client.send(request("GET", "/r/open", Optional.empty())).toCompletableFuture();
    Await.result(body.opened());

    reply.cancel(false);

    Await.result(body.closed());
  }

  // ---- how many at a time

  @Test
  void moreThanTheLimitAreRefusedAtOnceUntilOneIsOver() throws Exception {
    client = client(HttpClientConfig.defaults().withMaxRequests(2));
    var first = client.send(OutboundRequest.get(uri("/r/hang"))).toCompletableFuture();
    var second =
        client
            .open(OutboundRequest.get(uri("/r/open?text/event-stream")), Optional.empty())
            .toCompletableFuture();

    Await.failure(client.send(OutboundRequest.get(uri("/r/a"))), ClientBusyException.class);
    Await.failure(
        client.open(OutboundRequest.get(uri("/r/a")), Optional.empty()), ClientBusyException.class);
    first.cancel(false);
    assertThat(send("GET", "/r/a").status()).isEqualTo(200);

    // A stream keeps its place for as long as it is open.
    OutboundStream.Events events = (OutboundStream.Events) Await.result(second);
    assertThat(client.underWay()).isEqualTo(1);
    Content.pieces(events.body()).discard();
    assertThat(client.underWay()).isZero();
    Await.result(body.closed());
  }

  @Test
  void everyKindOfEndGivesThePlaceBack() throws Exception {
    client =
        client(HttpClientConfig.defaults().withRetries(RetryPolicy.none()).withMaxResponseBytes(3));
    script.add(HttpReply.empty(503));
    assertThat(send("POST", "/r/a").status()).isEqualTo(503);
    Await.failure(client.send(OutboundRequest.get(uri("/r/a"))), ResponseTooLongException.class);
    Await.failure(
        client.send(OutboundRequest.get(URI.create("https://127.0.0.1:1/"))), IOException.class);
    script.add(HttpReply.empty(204));
    Await.result(client.open(OutboundRequest.get(uri("/r/a")), Optional.empty()));

    assertThat(client.underWay()).isZero();
  }

  @Test
  void theQueueOfTheExecutorIsBoundedByTheRequestsUnderWay() throws Exception {
    CompletableFuture<Void> release = new CompletableFuture<>();
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    try {
      client =
          OutboundHttpClient.create(
              HttpClientConfig.defaults()
                  .withCaBundle(TestCertificate.identity().cert())
                  .withMaxRequests(8),
              one);
      one.execute(release::join);
      List<CompletableFuture<OutboundReply>> sent = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        sent.add(client.send(OutboundRequest.get(uri("/r/a"))).toCompletableFuture());
      }

      assertThat(sent.stream().filter(CompletableFuture::isCompletedExceptionally)).hasSize(492);
      assertThat(one.getQueue()).hasSizeLessThan(8 * 10);
      release.complete(null);
      for (CompletableFuture<OutboundReply> reply : sent.subList(0, 8)) {
        assertThat(Await.result(reply).status()).isEqualTo(200);
      }
      assertThat(client.underWay()).isZero();
    } finally {
      release.complete(null);
      one.shutdownNow();
    }
  }
}
