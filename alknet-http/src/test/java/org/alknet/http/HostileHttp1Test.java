package org.alknet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.RawPeer;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/1.1 from clients that break its rules: refused, bounded, others unharmed. */
class HostileHttp1Test {
  private static final String HOST = "Host: localhost\r\n";
  private static final Duration SHORT = Duration.ofMillis(300);

  private static World world;

  @BeforeAll
  static void start() {
    world =
        World.start(
            settings ->
                settings.limits(
                    World.limits()
                        .maxBodyBytes(100_000)
                        .maxHeldBytes(1_000_000)
                        .maxAuthAttempts(3)
                        .build()));
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  @AfterEach
  void othersAreUnharmedAndNothingIsHeld() {
    try (RawPeer peer = RawPeer.clear(world)) {
      assertThat(peer.send("GET /healthz HTTP/1.1\r\n" + HOST + "\r\n").reply()).endsWith("ok");
    }
    Await.until("everything is given back", () -> world.server().heldBytes() == 0);
  }

  private static String post(String path, String fields, String body) {
    return "POST "
        + path
        + " HTTP/1.1\r\n"
        + HOST
        + "Content-Type: application/json\r\n"
        + fields
        + "\r\n"
        + body;
  }

  // ---- framing

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n",
        "Content-Length: 4, 5\r\n",
        "Content-Length: 4\r\nContent-Length: 4\r\n",
        "Content-Length: +4\r\n",
        "Content-Length: -4\r\n",
        "Content-Length: 0x4\r\n",
        "Content-Length: 4 4\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length:\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer-Encoding:\u000bchunked\r\n",
        "Content-Length: 4\r\n folded: yes\r\n",
        "Content-Length\t: 4\r\n",
        "no colon\r\n",
        ": no name\r\n",
        "A\u0000B: c\r\n",
        "A: b\u0000c\r\n",
        "A: b\rc\r\n",
        "A: b\nContent-Length: 4\r\n",
        "Host: localhost\r\n",
        "Host: other\r\n",
      })
  void anAmbiguousOrMalformedHeaderIsRefusedAndTheConnectionEnds(String fields) {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", fields, "0\r\n\r\nGET /healthz HTTP/1.1\r\n" + HOST + "\r\n"));
      String reply = peer.reply();

      assertThat(RawPeer.status(reply)).isEqualTo(400);
      assertThat(reply).contains("Server: nginx").contains("Connection: close");
      assertThat(reply).doesNotContainIgnoringCase("alknet");
      assertThat(peer.finish().rest()).doesNotContain("HTTP/1.1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /healthz HTTP/1.1 | 400",
        "GET /healthz HTTP/2.0 | 505",
        "GET /healthz HTTP/1.2 | 505",
        "GET /healthz | 400",
        "GET | 400",
        "GET healthz HTTP/1.1 | 400",
        "GET /health z HTTP/1.1 | 400",
        "get /healthz HTTP/1.1 | 400",
        "G@T /healthz HTTP/1.1 | 400",
        "CONNECT localhost:443 HTTP/1.1 | 400",
      })
  void aRequestLineThatIsNoneIsRefused(String line, int status) {
    String host = line.equals("GET /healthz HTTP/1.1") ? "" : HOST;
    try (RawPeer peer = RawPeer.clear(world)) {
      String reply = peer.send(line + "\r\n" + host + "\r\n").reply();

      assertThat(RawPeer.status(reply)).isEqualTo(status);
      assertThat(reply).contains("Server: nginx").doesNotContainIgnoringCase("alknet");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a/b", "user@host", "", "a,b", "localhost:999999", "[::1", "local\u00e9"})
  void aHostThatIsNoneIsRefused(String host) {
    try (RawPeer peer = RawPeer.clear(world)) {
      String reply = peer.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\n\r\n").reply();

      assertThat(RawPeer.status(reply)).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost/healthz, 200",
    "http://LOCALHOST/healthz, 200",
    "http://localhost?x=1, 404",
    "http://other/healthz, 400",
    "http://localhost.other/healthz, 400",
    "http://other?@localhost/healthz, 400",
    "ftp://localhost/healthz, 400",
    "://localhost/healthz, 400",
    "/healthz#fragment, 400",
    "*, 404",
  })
  void anAbsoluteTargetHasToNameTheSameHost(String target, int status) {
    try (RawPeer peer = RawPeer.clear(world)) {
      String reply = peer.send("GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n").reply();

      assertThat(RawPeer.status(reply)).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\r\n", "-1\r\n", "FFFFFFFFFFFFFFFF1\r\n", "5\r\nabcdefgh\r\n"})
  void chunksThatAreNoneEndTheConnection(String chunks) {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Transfer-Encoding: chunked\r\n", chunks));

      assertThat(RawPeer.status(peer.reply())).isEqualTo(400);
      assertThat(peer.finish().rest()).isEmpty();
    }
  }

  @Test
  void chunksMayComeInAnySize() {
    String body = World.call("open/echo", "'x'").replace('\'', '"');
    StringBuilder chunks = new StringBuilder();
    for (int i = 0; i < body.length(); i++) {
      chunks.append("1;ext=1\r\n").append(body.charAt(i)).append("\r\n");
    }
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Transfer-Encoding: chunked\r\n", chunks + "0\r\n\r\n"));

      assertThat(RawPeer.status(peer.reply())).isEqualTo(200);
    }
  }

  // ---- sizes

  @Test
  void aLineOrAHeaderThatIsTooLongIsRefused() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send("GET /" + "a".repeat(9000) + " HTTP/1.1\r\n" + HOST + "\r\n");
      assertThat(RawPeer.status(peer.reply())).isEqualTo(414);
    }
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send("GET / HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(17_000) + "\r\n\r\n");
      assertThat(RawPeer.status(peer.reply())).isEqualTo(431);
    }
    for (int fields : new int[] {201, 4000, 10_000}) {
      try (RawPeer peer = RawPeer.clear(world)) {
        peer.trySend(
            ("GET / HTTP/1.1\r\n" + HOST + "A: b\r\n".repeat(fields) + "\r\n")
                .getBytes(StandardCharsets.UTF_8));
        assertThat(RawPeer.status(peer.reply())).isEqualTo(431);
      }
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefusedWhenItIsAnnounced() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Content-Length: 100001\r\n", ""));
      String reply = peer.reply();

      assertThat(RawPeer.status(reply)).isEqualTo(413);
      assertThat(reply).contains("INVALID_INPUT").contains("Connection: close");
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefusedWhenItHasCome() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Transfer-Encoding: chunked\r\n", ""));
      byte[] chunk = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 8; i++) {
        peer.trySend(chunk);
      }

      assertThat(RawPeer.status(peer.reply())).isEqualTo(413);
    }
  }

  @Test
  void theDecoyRefusesALongBodyInItsOwnStyle() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/nothing", "Content-Length: 100001\r\n", ""));
      String reply = peer.reply();

      assertThat(RawPeer.status(reply)).isEqualTo(413);
      assertThat(reply).contains("<center>nginx</center>").doesNotContain("INVALID_INPUT");
    }
  }

  @Test
  void bodiesThatAreHeldTogetherHaveABound() {
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        RawPeer peer = RawPeer.clear(world);
        peers.add(peer);
        peer.send(post("/call", "Content-Length: 100000\r\n", "x".repeat(95_000)));
      }

      Await.until("somebody is refused", () -> peers.stream().anyMatch(RawPeer::hasReply));
      assertThat(peers.stream().filter(RawPeer::hasReply).map(RawPeer::reply))
          .allMatch(reply -> RawPeer.status(reply) == 503 && reply.contains("OVERLOADED"));
      assertThat(world.server().heldBytes()).isLessThanOrEqualTo(1_000_000);
    } finally {
      peers.forEach(RawPeer::close);
    }
  }

  /** Each says one more byte of its header now and then; with -Psoak they are 5,000. */
  @Test
  void fiveHundredSlowClientsHoldUpNobody() {
    int clients = "full".equals(System.getProperty("alknet.soak")) ? 5_000 : 500;
    List<RawPeer> slow = new ArrayList<>();
    try (World patient =
            World.start(
                settings ->
                    settings.limits(World.limits().headerTimeout(Duration.ofMinutes(10)).build()));
        Client client = Client.http1(patient)) {
      for (int i = 0; i < clients; i++) {
        RawPeer peer = RawPeer.clear(patient);
        slow.add(peer);
        peer.send("POST /call HTTP/1.1\r\n" + HOST + "A: ");
      }
      for (int round = 0; round < 3; round++) {
        slow.forEach(peer -> peer.send("a"));
        assertThat(client.call("open/echo", "1").statusCode()).isEqualTo(200);
      }
      Await.until("all of them are served", () -> patient.server().activeConnections() > clients);
      assertThat(patient.server().heldBytes()).isZero();
      slow.forEach(RawPeer::close);
      Await.until("all of them are gone", () -> patient.server().activeConnections() <= 1);
    } finally {
      slow.forEach(RawPeer::close);
    }
  }

  // ---- slowness

  private static World impatient() {
    return World.start(
        settings ->
            settings.limits(World.limits().headerTimeout(SHORT).bodyTimeout(SHORT).build()));
  }

  @Test
  void aClientThatSaysNothingIsLetGo() {
    try (World hasty = impatient();
        RawPeer peer = RawPeer.clear(hasty)) {
      assertThat(peer.rest()).isEmpty();
    }
  }

  @Test
  void aHeaderThatComesTooSlowlyIsNotWaitedFor() {
    try (World hasty = impatient();
        RawPeer peer = RawPeer.clear(hasty)) {
      peer.trySend(("GET /healthz HTTP/1.1\r\n" + HOST).getBytes(StandardCharsets.UTF_8));

      assertThat(peer.rest()).isEmpty();
    }
  }

  @Test
  void anIdleConnectionIsClosed() {
    try (World hasty =
            World.start(settings -> settings.limits(World.limits().idleTimeout(SHORT).build()));
        RawPeer peer = RawPeer.clear(hasty)) {
      peer.send("GET /healthz HTTP/1.1\r\n" + HOST + "\r\n");

      assertThat(peer.rest()).startsWith("HTTP/1.1 200").endsWith("ok");
    }
  }

  @Test
  void aBodyThatMakesNoProgressIsNotWaitedFor() {
    try (World hasty =
            World.start(settings -> settings.limits(World.limits().bodyTimeout(SHORT).build()));
        RawPeer peer = RawPeer.clear(hasty)) {
      peer.send(post("/call", "Content-Length: 100\r\n", "{"));
      String reply = peer.reply();

      assertThat(RawPeer.status(reply)).isEqualTo(408);
      assertThat(reply).contains("Connection: close");
    }
  }

  @Test
  void aBodyThatMakesNoProgressBehindAnotherRequestIsNotWaitedFor() {
    try (World hasty =
            World.start(settings -> settings.limits(World.limits().bodyTimeout(SHORT).build()));
        RawPeer peer = RawPeer.clear(hasty)) {
      String first = World.call("open/echo", "1");
      peer.send(
          post("/call", "Content-Length: " + first.length() + "\r\n", first)
              + post("/call", "Content-Length: 100\r\n", "{"));

      assertThat(RawPeer.status(peer.reply())).isEqualTo(200);
      assertThat(RawPeer.status(peer.reply())).isEqualTo(408);
    }
  }

  // ---- what a client may do

  @Test
  void requestsThatComeAheadAreAnsweredInTheirOrder() {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      String body = World.call("open/echo", "" + i);
      requests.append(post("/call", "Content-Length: " + body.length() + "\r\n", body));
    }
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(requests.toString());
      for (int i = 0; i < 20; i++) {
        assertThat(peer.reply()).contains("\"output\":" + i + "}");
      }
    }
  }

  @Test
  void aClientThatWaitsForTheWordIsGivenIt() {
    String body = World.call("open/echo", "1");
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(
          post("/call", "Expect: 100-continue\r\nContent-Length: " + body.length() + "\r\n", ""));
      assertThat(peer.reply()).startsWith("HTTP/1.1 100 Continue\r\n");
      assertThat(RawPeer.status(peer.send(body).reply())).isEqualTo(200);
    }
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Expect: 100-continue\r\nContent-Length: 100001\r\n", ""));
      assertThat(RawPeer.status(peer.reply())).isEqualTo(413);
    }
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Expect: a miracle\r\nContent-Length: 1\r\n", ""));
      assertThat(RawPeer.status(peer.reply())).isEqualTo(417);
    }
  }

  @Test
  void aStatusWithoutANameHasNoPhraseOfTheLibrary() {
    String body = World.call("open/fails", "{}");
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(post("/call", "Content-Length: " + body.length() + "\r\n", body));
      assertThat(peer.reply()).startsWith("HTTP/1.1 418 \r\n");
    }
  }

  @Test
  void anOldClientGetsABodyUpToTheEndOfTheConnection() {
    try (RawPeer peer = RawPeer.clear(world)) {
      String body = World.call("open/three", "1");
      String reply =
          peer.send(
                  "POST /subscribe HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n\r\n"
                      + body)
              .rest();

      assertThat(reply).contains("Connection: close").doesNotContain("chunked");
      assertThat(reply).endsWith("data: {\"n\":3}\n\n");
    }
  }

  @Test
  void aHeadRequestGetsTheHeaderAlone() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send("HEAD /healthz HTTP/1.1\r\n" + HOST + "Connection: close\r\n\r\n");
      String reply = peer.rest();

      assertThat(reply).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 2\r\n");
      assertThat(reply).endsWith("\r\n\r\n");
    }
  }

  @Test
  void tokensThatAreNobodysEndTheConnection() {
    try (RawPeer peer = RawPeer.clear(world)) {
      String request = "GET /search HTTP/1.1\r\n" + HOST + "Authorization: Bearer nobodys\r\n\r\n";
      assertThat(peer.send(request).reply()).contains("Connection: keep-alive");
      assertThat(peer.send(request).reply()).contains("Connection: keep-alive");
      peer.send(request);
      assertThat(peer.rest()).startsWith("HTTP/1.1 200 OK");
    }
  }

  // ---- TLS

  @Test
  void whoOffersNoProtocolGetsHttp1() throws IOException {
    try (RawPeer peer = RawPeer.secure(world)) {
      assertThat(peer.alpn()).isEmpty();
      assertThat(peer.send("GET /healthz HTTP/1.1\r\n" + HOST + "\r\n").reply()).endsWith("ok");
    }
  }

  @Test
  void theServerPrefersHttp2() throws IOException {
    try (RawPeer peer = RawPeer.secure(world, "http/1.1", "h2")) {
      assertThat(peer.alpn()).isEqualTo("h2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h3", "alknet/call", "spdy/3"})
  void whoOffersOnlyOtherProtocolsGetsAnAlert(String alpn) {
    assertThatThrownBy(() -> RawPeer.secure(world, alpn))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("no_application_protocol");
  }

  @Test
  void anOlderTlsServesAsWellButIsNotRenegotiated() throws IOException {
    try (RawPeer peer = RawPeer.secure(world, "TLSv1.2", new String[] {"http/1.1"})) {
      assertThat(peer.send("GET /healthz HTTP/1.1\r\n" + HOST + "\r\n").reply()).endsWith("ok");

      assertThatThrownBy(
              () -> {
                ((SSLSocket) peer.socket()).startHandshake();
                peer.send("GET /healthz HTTP/1.1\r\n" + HOST + "\r\n");
                if (peer.reply().isEmpty()) {
                  throw new IOException("the server hung up");
                }
              })
          .isInstanceOfAny(IOException.class, UncheckedIOException.class);
    }
  }
}
