package org.alknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.Decoy;
import org.alknet.http.server.HttpFields;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.HttpRouteHandler;
import org.alknet.http.server.Origins;
import org.alknet.http.server.Stealth;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.RawPeer;
import org.alknet.http.testing.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routes, decoy, concealment, other origins and other hosts. */
class SiteTest {
  private static final String NGINX_404 =
      """
      <html>
      <head><title>404 Not Found</title></head>
      <body>
      <center><h1>404 Not Found</h1></center>
      <hr><center>nginx</center>
      </body>
      </html>
      """
          .replace("\n", "\r\n");

  private static String raw(World world, String method, String path, String fields, String body) {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + fields
              + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
              + "\r\n"
              + body);
      return peer.rest().replaceAll("Date: [^\r]*\r\n", "");
    }
  }

  private static HttpRouteHandler saying(String text) {
    return exchange ->
        CompletableFuture.completedFuture(
            HttpReply.text(
                200,
                "text/plain",
                text + exchange.identity().map(who -> " " + who.id()).orElse("")));
  }

  // ---- decoy

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nothing",
        "/search/",
        "/Search",
        "/%73earch",
        "//search",
        "/search;a=b",
        "/openapi.json/",
        "/mcp",
        "/alknet",
        "/alknet/call/",
      })
  void whatIsNotThereLooksLikeNginx(String path) {
    try (World world = World.start()) {
      String reply = raw(world, "GET", path, "", "");

      assertThat(NGINX_404).hasSize(146);
      assertThat(reply)
          .isEqualTo(
              "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Type: text/html\r\n"
                  + "Content-Length: 146\r\nConnection: close\r\n\r\n"
                  + NGINX_404);
      assertThat(reply).doesNotContainIgnoringCase("alknet");
    }
  }

  @Test
  void aRedirectSendsEverybodyElsewhereButTheHealthCheck() {
    try (World world =
        World.start(settings -> settings.decoy(new Decoy.Redirect("https://example.org/")))) {
      assertThat(raw(world, "GET", "/", "", ""))
          .startsWith("HTTP/1.1 302 Moved Temporarily\r\n")
          .contains("Location: https://example.org/\r\n")
          .contains("Content-Length: 0\r\n");
      assertThat(raw(world, "GET", "/healthz", "", "")).endsWith("\r\n\r\nok");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "javascript:alert(1)", "https://a\r\nX: y", "/relative"})
  void aRedirectToNowhereIsRefused(String to) {
    assertThatThrownBy(() -> new Decoy.Redirect(to)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStaticSiteServesItsFilesAndNothingElse(@TempDir Path folder) throws Exception {
    Path root = Files.createDirectories(folder.resolve("site"));
    Files.writeString(folder.resolve("secret.txt"), "outside");
    Files.writeString(root.resolve("index.html"), "<p>home</p>");
    Files.writeString(root.resolve(".htpasswd"), "hidden");
    Files.createDirectories(root.resolve("sub"));
    Files.writeString(root.resolve("sub/index.html"), "<p>sub</p>");
    Files.writeString(root.resolve("a b+\u00e4.css"), "p{}");
    Files.write(root.resolve("big.bin"), new byte[300_000]);
    Files.createSymbolicLink(root.resolve("link.txt"), folder.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("out"), folder);
    Files.createSymbolicLink(root.resolve("in.html"), root.resolve("index.html"));
    try (World world = World.start(settings -> settings.decoy(new Decoy.StaticSite(root)));
        Client client = Client.http2(world)) {
      HttpResponse<String> home = client.get("/");
      assertThat(home.body()).isEqualTo("<p>home</p>");
      assertThat(home.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
      assertThat(home.headers().firstValue("last-modified")).isPresent();
      assertThat(client.get("/sub").body()).isEqualTo("<p>sub</p>");
      assertThat(client.get("/sub/").body()).isEqualTo("<p>sub</p>");
      assertThat(client.get("/in.html").body()).isEqualTo("<p>home</p>");
      assertThat(client.get("/a%20b+%C3%A4.css").body()).isEqualTo("p{}");
      HttpResponse<byte[]> big =
          client
              .raw()
              .send(client.request("/big.bin").build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(big.body()).hasSize(300_000);
      assertThat(big.headers().firstValue("content-length")).contains("300000");

      String tag = home.headers().firstValue("etag").orElseThrow();
      assertThat(client.send(client.request("/").header("If-None-Match", tag)).statusCode())
          .isEqualTo(304);
      assertThat(client.send(client.request("/").header("If-None-Match", "\"x\"")).statusCode())
          .isEqualTo(200);

      String date = home.headers().firstValue("last-modified").orElseThrow();
      assertThat(client.send(client.request("/").header("If-Modified-Since", date)).statusCode())
          .isEqualTo(304);
      assertThat(
              client
                  .send(
                      client
                          .request("/")
                          .header("If-Modified-Since", date)
                          .header("If-None-Match", "\"x\""))
                  .statusCode())
          .isEqualTo(200);

      for (String path :
          List.of(
              "/missing.html",
              "/../secret.txt",
              "/sub/../../secret.txt",
              "/%2e%2e/secret.txt",
              "/..%2fsecret.txt",
              "/%2e%2e%2fsecret.txt",
              "/..%5csecret.txt",
              "/..\\secret.txt",
              "/link.txt",
              "/out/secret.txt",
              "/.htpasswd",
              "/%00",
              "/index.html%00.txt",
              "/index.html/",
              "/%",
              "/%zz",
              "/%ff",
              "/C:/secret.txt",
              "/a%20b%20%C3%A4.css",
              "/etc/passwd",
              "//etc/passwd")) {
        String reply = raw(world, "GET", path, "", "");
        assertThat(reply).as(path).startsWith("HTTP/1.1 404 Not Found").endsWith(NGINX_404);
      }
      assertThat(raw(world, "POST", "/", "", "x")).startsWith("HTTP/1.1 405 Not Allowed");
      assertThat(raw(world, "HEAD", "/big.bin", "", ""))
          .contains("Content-Length: 300000")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void aStaticSiteWithoutADirectoryIsRefused(@TempDir Path folder) {
    assertThatThrownBy(
            () ->
                World.start(
                    settings -> settings.decoy(new Decoy.StaticSite(folder.resolve("none")))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none");
  }

  // ---- methods

  @Test
  void aKnownPathWithAnotherMethodSaysWhichItTakes() {
    try (World world = World.start()) {
      assertThat(raw(world, "GET", "/call", "", ""))
          .startsWith("HTTP/1.1 405")
          .contains("Allow: POST\r\n")
          .contains("Server: nginx\r\n")
          .endsWith("Content-Length: 0\r\nConnection: close\r\n\r\n");
      assertThat(raw(world, "POST", "/search", "", "")).contains("Allow: GET, HEAD\r\n");
      assertThat(raw(world, "DELETE", "/healthz", "", "")).contains("Allow: GET, HEAD\r\n");
      assertThat(raw(world, "OPTIONS", "/call", "", "")).startsWith("HTTP/1.1 405");
      assertThat(raw(world, "OPTIONS", "/nothing", "", "")).startsWith("HTTP/1.1 404");
      assertThat(raw(world, "HEAD", "/search", "", ""))
          .startsWith("HTTP/1.1 200")
          .endsWith("\r\n\r\n");
    }
  }

  @Test
  void theHealthCheckAsksNobody() {
    try (World world = World.start()) {
      String anonymous = raw(world, "GET", "/healthz", "", "");
      String known =
          raw(world, "GET", "/healthz", "Authorization: Bearer " + World.ANN + "\r\n", "");

      assertThat(anonymous)
          .isEqualTo(
              "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: text/plain\r\n"
                  + "Content-Length: 2\r\nConnection: close\r\n\r\nok");
      assertThat(known).isEqualTo(anonymous);
      assertThat(world.identities.asked()).isZero();
    }
  }

  @Test
  void theHealthCheckCanBeMovedOrHidden() {
    try (World moved = World.start(settings -> settings.healthPath("/up"));
        World hidden = World.start(HttpServer.Builder::withoutHealthCheck)) {
      assertThat(raw(moved, "GET", "/up", "", "")).endsWith("ok");
      assertThat(raw(moved, "GET", "/healthz", "", "")).endsWith(NGINX_404);
      assertThat(raw(hidden, "GET", "/healthz", "", "")).endsWith(NGINX_404);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "up", "/call", "/openapi.json", "/mcp", "/alknet/call"})
  void aHealthCheckInTheWayOfAnotherPathIsRefused(String path) {
    assertThatThrownBy(() -> World.start(settings -> settings.healthPath(path)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("health check");
  }

  // ---- concealment

  static Stream<String> reserved() {
    return Stream.of(
        "/search",
        "/schema?name=open/echo",
        "/call",
        "/batch",
        "/subscribe",
        "/alknet/call",
        "/openapi.json",
        "/mcp",
        "/anything");
  }

  @ParameterizedTest
  @MethodSource("reserved")
  void concealingStrangersSeeTheDecoyByteByByte(String path) {
    try (World world = World.start(settings -> settings.stealth(Stealth.CONCEAL))) {
      for (String method : List.of("GET", "POST", "HEAD", "OPTIONS", "DELETE")) {
        for (String fields :
            List.of(
                "",
                "Authorization: Bearer nobodys\r\n",
                "Authorization: Basic nobodys\r\n",
                "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n",
                "Content-Type: application/json\r\n",
                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n")) {
          String body = method.equals("POST") ? World.call("open/echo", "1") : "";
          assertThat(raw(world, method, path, fields, body))
              .as(method + " " + fields)
              .isEqualTo(raw(world, method, "/qwertz", fields, body));
        }
      }
    }
  }

  @Test
  void concealingKnownCallersAreServed() {
    try (World world = World.start(settings -> settings.stealth(Stealth.CONCEAL));
        Client client = Client.http1(world)) {
      assertThat(client.call(World.BOB, "open/echo", "1").statusCode()).isEqualTo(200);
      assertThat(client.get("/search", World.BOB).statusCode()).isEqualTo(200);
      assertThat(client.get("/healthz").body()).isEqualTo("ok");
    }
  }

  private static String likeness(HttpResponse<String> reply) {
    return reply.statusCode()
        + " "
        + new java.util.TreeMap<>(reply.headers().map())
            .toString()
            .replaceAll("date=\\[[^]]*]", "")
            .replaceAll("x-request-id=\\[[^]]*]", "")
        + reply.body().replaceAll("\"request_id\":\"[^\"]*\"", "");
  }

  @Test
  void concealingAnOperationThatIsForbiddenLooksLikeOneThatIsMissing() {
    try (World world = World.start(settings -> settings.stealth(Stealth.CONCEAL));
        Client client = Client.http1(world)) {
      for (String missing : List.of("closed/secreu", "closed/internal")) {
        for (String slash : List.of("", "/")) {
          assertSame(client, World.BOB, slash + "closed/secret", slash + missing, missing);
        }
      }
    }
  }

  @Test
  void anInternalOperationLooksLikeAMissingOneToEverybody() {
    try (World world = World.start();
        Client client = Client.http1(world)) {
      for (String slash : List.of("", "/")) {
        assertSame(
            client,
            World.ANN,
            slash + "closed/internal",
            slash + "closed/nothings",
            "closed/nothings");
      }
    }
  }

  private static void assertSame(
      Client client, String token, String one, String other, String otherName) {
    String oneName = one.startsWith("/") ? one.substring(1) : one;
    UnaryOperator<String> normal = text -> text.replace(oneName, "X").replace(otherName, "X");
    for (String path : List.of("/call", "/subscribe")) {
      assertThat(
              lengthless(normal, client.post(client.request(path, token), World.call(one, "{}"))))
          .isEqualTo(
              lengthless(
                  normal, client.post(client.request(path, token), World.call(other, "{}"))));
    }
    assertThat(lengthless(normal, described(client, token, one)))
        .isEqualTo(lengthless(normal, described(client, token, other)));
    assertThat(lengthless(normal, client.get("/schema?name=" + one, token)))
        .isEqualTo(lengthless(normal, client.get("/schema?name=" + other, token)));
    assertThat(
            lengthless(
                normal,
                client.post(client.request("/batch", token), "[" + World.call(one, "{}") + "]")))
        .isEqualTo(
            lengthless(
                normal,
                client.post(client.request("/batch", token), "[" + World.call(other, "{}") + "]")));
  }

  /** Asks for a description by an ordinary call. */
  private static HttpResponse<String> described(Client client, String token, String operation) {
    return client.post(
        client.request("/call", token),
        World.call("services/schema", "{'name':'" + operation + "'}"));
  }

  /** The length follows from the name that the caller itself sent. */
  private static String lengthless(UnaryOperator<String> normal, HttpResponse<String> reply) {
    return normal.apply(likeness(reply)).replaceAll("content-length=\\[[0-9]*]", "");
  }

  // ---- routes of the deployment

  @Test
  void customRoutesAreServedBesideTheBuiltInOnes() {
    CustomRoutes routes =
        CustomRoutes.builder()
            .get("/v1/foo", saying("foo"))
            .post("/v1/chat/completions", saying("chat"))
            .post("/healthz", saying("posted"))
            .prefix("/v2/", saying("prefix"))
            .prefix("/v2/deeper/", saying("deeper"))
            .build();
    try (World world =
            World.start(
                settings ->
                    settings.routes(routes).decoy(new Decoy.Redirect("https://example.org/")));
        Client client = Client.http2(world)) {
      assertThat(client.get("/v1/foo").body()).isEqualTo("foo");
      assertThat(client.get("/v1/foo", World.ANN).body()).isEqualTo("foo ann");
      assertThat(client.get("/v1/foo", "nobodys").body()).isEqualTo("foo");
      assertThat(client.post(client.request("/v1/chat/completions"), "{}").body())
          .isEqualTo("chat");
      assertThat(client.post(client.request("/healthz"), "").body()).isEqualTo("posted");
      assertThat(client.get("/healthz").body()).isEqualTo("ok");
      assertThat(client.get("/v2/anything").body()).isEqualTo("prefix");
      assertThat(client.get("/v2/deeper/still").body()).isEqualTo("deeper");
      assertThat(client.get("/v1/bar").statusCode()).isEqualTo(302);
      assertThat(client.get("/v1/chat/completions").statusCode()).isEqualTo(405);
      assertThat(client.get("/search").statusCode()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /search",
        "HEAD /search",
        "GET /schema",
        "POST /call",
        "POST /batch",
        "POST /subscribe",
        "GET /healthz",
        "GET /alknet/call",
        "GET /openapi.json",
        "POST /mcp",
      })
  void aRouteThatIsBuiltInIsRefused(String route) {
    String[] parts = route.split(" ", -1);
    CustomRoutes routes = CustomRoutes.builder().on(parts[0], parts[1], saying("x")).build();

    assertThatThrownBy(() -> World.start(settings -> settings.routes(routes)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(route);
  }

  @Test
  void aRouteThatIsThereTwiceIsRefused() {
    CustomRoutes.Builder builder = CustomRoutes.builder().get("/a", saying("x"));

    assertThatThrownBy(() -> builder.get("/a", saying("y")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.get("a", saying("y")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.prefix("/a", saying("y")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRouteThatFailsIsA500AndOthersGoOn() {
    CustomRoutes routes =
        CustomRoutes.builder()
            .get(
                "/throws",
                exchange -> {
                  throw new IllegalStateException("a bug");
                })
            .get(
                "/fails",
                exchange -> CompletableFuture.failedFuture(new IllegalStateException("a bug")))
            .build();
    try (World world = World.start(settings -> settings.routes(routes));
        Client client = Client.http1(world)) {
      for (String path : List.of("/throws", "/fails")) {
        HttpResponse<String> reply = client.get(path);
        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(reply.body()).doesNotContain("bug").contains("nginx");
      }
      assertThat(client.get("/healthz").body()).isEqualTo("ok");
    }
  }

  @Test
  void aRouteMayStreamItsBodyAndCutItOff() throws Exception {
    CustomRoutes routes =
        CustomRoutes.builder()
            .get(
                "/stream",
                exchange -> {
                  SubmissionPublisher<ByteBuffer> pieces =
                      new SubmissionPublisher<>(Runnable::run, 100);
                  return CompletableFuture.completedFuture(
                      HttpReply.stream(
                          200,
                          HttpFields.of("Content-Type", "text/plain"),
                          subscriber -> {
                            pieces.subscribe(subscriber);
                            for (int i = 0; i < 50; i++) {
                              pieces.submit(
                                  ByteBuffer.wrap(("" + i).getBytes(StandardCharsets.UTF_8)));
                            }
                            if (exchange.query().isPresent()) {
                              pieces.closeExceptionally(new IllegalStateException("a bug"));
                            } else {
                              pieces.close();
                            }
                          }));
                })
            .build();
    try (World world = World.start(settings -> settings.routes(routes))) {
      for (Client client : List.of(Client.http1(world), Client.http2(world))) {
        try (client) {
          assertThat(client.get("/stream").body()).startsWith("0123").endsWith("4849");
          HttpRequest broken = client.request("/stream?break").build();
          assertThatThrownBy(() -> client.raw().send(broken, HttpResponse.BodyHandlers.ofString()))
              .isInstanceOf(java.io.IOException.class);
        }
      }
    }
  }

  // ---- other origins, other hosts

  private static final String PAGE = "https://app.example.org";

  private static String preflight(String origin) {
    return "Origin: " + origin + "\r\nAccess-Control-Request-Method: POST\r\n";
  }

  @Test
  void withoutAllowedOriginsNoReplyMentionsThem() {
    try (World world = World.start()) {
      assertThat(raw(world, "GET", "/search", "Origin: " + PAGE + "\r\n", ""))
          .startsWith("HTTP/1.1 200")
          .doesNotContain("Access-Control")
          .doesNotContain("Vary");
      assertThat(raw(world, "OPTIONS", "/call", preflight(PAGE), "")).startsWith("HTTP/1.1 405");
    }
  }

  @Test
  void anAllowedOriginIsToldSoAndNoOther() {
    try (World world = World.start(settings -> settings.origins(Origins.of(Set.of(PAGE))))) {
      assertThat(raw(world, "OPTIONS", "/call", preflight(PAGE), ""))
          .startsWith("HTTP/1.1 204")
          .contains("Access-Control-Allow-Origin: " + PAGE + "\r\n")
          .contains("Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n")
          .contains("Access-Control-Allow-Headers: authorization, content-type, accept")
          .contains("Access-Control-Max-Age: 600\r\n")
          .contains("Vary: Origin\r\n")
          .doesNotContain("Allow-Credentials");
      assertThat(raw(world, "GET", "/search", "Origin: " + PAGE + "\r\n", ""))
          .contains("Access-Control-Allow-Origin: " + PAGE + "\r\n")
          .contains(
              "Access-Control-Expose-Headers: x-request-id, retry-after, www-authenticate\r\n");
      for (String other :
          List.of(
              "https://evil.example", "http://app.example.org", PAGE + ".evil.example", "null")) {
        assertThat(raw(world, "OPTIONS", "/call", preflight(other), ""))
            .startsWith("HTTP/1.1 405")
            .doesNotContain("Access-Control");
        assertThat(raw(world, "GET", "/search", "Origin: " + other + "\r\n", ""))
            .doesNotContain("Access-Control")
            .contains("Vary: Origin\r\n");
      }
      assertThat(raw(world, "GET", "/healthz", "Origin: " + PAGE + "\r\n", ""))
          .doesNotContain("Access-Control");
      assertThat(raw(world, "GET", "/nothing", "Origin: " + PAGE + "\r\n", ""))
          .doesNotContain("Access-Control");
      for (String unshared : List.of("/healthz", "/alknet/call", "/nothing")) {
        assertThat(raw(world, "OPTIONS", unshared, preflight(PAGE), ""))
            .as(unshared)
            .startsWith("HTTP/1.1 40")
            .doesNotContain("Access-Control");
      }
      String refused = "Origin: " + PAGE + "\r\nAuthorization: Bearer a\r\n";
      assertThat(raw(world, "POST", "/search", "Origin: " + PAGE + "\r\n", ""))
          .startsWith("HTTP/1.1 405")
          .contains("Access-Control-Allow-Origin: " + PAGE + "\r\n");
      assertThat(raw(world, "GET", "/search", refused + "Authorization: Bearer b\r\n", ""))
          .startsWith("HTTP/1.1 400")
          .contains("INVALID_INPUT")
          .contains("Access-Control-Allow-Origin: " + PAGE + "\r\n");
    }
  }

  @Test
  void aPageMayAskForRoutesOfTheDeploymentAsWell() {
    HttpRouteHandler saying =
        exchange ->
            CompletableFuture.completedFuture(HttpReply.text(200, "text/plain", exchange.method()));
    CustomRoutes routes =
        CustomRoutes.builder()
            .get("/v1/x", saying)
            .on("OPTIONS", "/v1/own", saying)
            .prefix("/v2/", saying)
            .build();
    try (World world =
        World.start(settings -> settings.origins(Origins.of(Set.of(PAGE))).routes(routes))) {
      for (String path : List.of("/v1/x", "/v2/y")) {
        assertThat(raw(world, "OPTIONS", path, preflight(PAGE), ""))
            .as(path)
            .startsWith("HTTP/1.1 204")
            .contains("Access-Control-Allow-Origin: " + PAGE + "\r\n");
      }
      assertThat(raw(world, "OPTIONS", "/v1/own", preflight(PAGE), "")).endsWith("OPTIONS");
      assertThat(raw(world, "OPTIONS", "/v2/y", "", "")).endsWith("OPTIONS");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "app.example.org",
        "https://app.example.org/",
        "https://App.example.org",
        "https://u@app.example.org",
        "https://a b",
        "null"
      })
  void anOriginThatIsNoneIsRefused(String origin) {
    assertThatThrownBy(() -> Origins.of(Set.of(origin)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void concealingAndOtherOriginsDoNotGoTogether() {
    assertThatThrownBy(
            () ->
                World.start(
                    settings ->
                        settings.stealth(Stealth.CONCEAL).origins(Origins.of(Set.of(PAGE)))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("concealing");
  }

  @Test
  void aHostThatIsNotOursFindsNothing() {
    try (World world = World.start(settings -> settings.hosts(Set.of("LocalHost")));
        RawPeer peer = RawPeer.clear(world)) {
      assertThat(raw(world, "GET", "/search", "", "")).startsWith("HTTP/1.1 200");
      peer.send("GET /healthz HTTP/1.1\r\nHost: rebound.example:443\r\n\r\n");
      assertThat(peer.reply()).startsWith("HTTP/1.1 404").endsWith(NGINX_404);
      peer.send("GET /healthz HTTP/1.1\r\nHost: localhost:443\r\n\r\n");
      assertThat(peer.reply()).startsWith("HTTP/1.1 200");
    }
  }
}
