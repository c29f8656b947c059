package org.alknet.http;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.alknet.http.server.CustomRoutes;
import org.alknet.http.server.HttpReply;
import org.alknet.http.server.Stealth;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.H2Peer;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 from clients that break its rules, and what it has beyond HTTP/1.1. */
class HostileHttp2Test {
  private static final int PROTOCOL_ERROR = 1;
  private static final int ENHANCE_YOUR_CALM = 0xb;
  private static final int REFUSED_STREAM = 0x7;
  private static final int NO_ERROR = 0;

  private World world;

  @BeforeEach
  void start() {
    world = World.start();
  }

  @AfterEach
  void othersAreUnharmed() {
    try (Client client = Client.http2(world)) {
      assertThat(client.call("open/echo", "1").statusCode()).isEqualTo(200);
    }
    Await.until("everything is given back", () -> world.server().heldBytes() == 0);
    world.close();
  }

  private static void goesAway(H2Peer peer, int code) {
    H2Peer.Frame end = peer.until(H2Peer.GOAWAY);
    assertThat(end.type()).isEqualTo(H2Peer.GOAWAY);
    assertThat(end.code()).isEqualTo(code);
    assertThat(peer.until(-2).type()).isEqualTo(-1);
  }

  @Test
  void priorKnowledgeIsEnoughWithoutTls() {
    try (H2Peer peer = H2Peer.connect(world).get(1, "/healthz")) {
      Http2Headers reply = peer.reply(1);

      assertThat(reply.status().toString()).isEqualTo("200");
      assertThat(reply.get("server").toString()).isEqualTo("nginx");
      assertThat(reply.get("content-length").toString()).isEqualTo("2");
      assertThat(peer.body(1)).isEqualTo("ok");
    }
  }

  @Test
  void streamsOpenedAndResetInHasteEndTheConnection() {
    try (H2Peer peer = H2Peer.connect(world)) {
      for (int stream = 1; stream < 2000; stream += 2) {
        peer.post(stream, "/call").reset(stream);
      }

      goesAway(peer, ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void aFloodOfContinuationsEndsTheConnection() {
    try (H2Peer peer = H2Peer.connect(world)) {
      peer.send(H2Peer.HEADERS, 0, 1, H2Peer.block(":method", "GET"));
      byte[] more = H2Peer.block("a", "b");
      for (int i = 0; i < 5000 && peer.send(H2Peer.CONTINUATION, 0, 1, more); i++) {
        assertThat(i).isLessThan(5000);
      }

      goesAway(peer, ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void continuationsWithoutContentEndTheConnection() {
    try (H2Peer peer = H2Peer.connect(world)) {
      peer.send(H2Peer.HEADERS, 0, 1, H2Peer.block(":method", "GET"));
      for (int i = 0; i < 5000 && peer.send(H2Peer.CONTINUATION, 0, 1, new byte[0]); i++) {
        assertThat(i).isLessThan(5000);
      }

      goesAway(peer, ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void dataWithoutContentEndsTheConnection() {
    try (H2Peer peer = H2Peer.connect(world).post(1, "/call")) {
      for (int i = 0; i < 5000 && peer.send(H2Peer.DATA, 0, 1, new byte[0]); i++) {
        assertThat(i).isLessThan(5000);
      }

      goesAway(peer, ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void aHeaderThatIsTooLongNeverBecomesARequest() {
    try (H2Peer peer = H2Peer.connect(world)) {
      peer.request(
          1,
          H2Peer.END_STREAM,
          ":method",
          "GET",
          ":scheme",
          "http",
          ":path",
          "/healthz",
          ":authority",
          "localhost",
          "a",
          "b".repeat(12_000),
          "c",
          "d".repeat(4_000),
          "e",
          "f".repeat(300));

      Http2Headers refusal = peer.reply(1);
      assertThat(refusal.status().toString()).isEqualTo("431");
      assertThat(refusal.get("server").toString()).isEqualTo("nginx");
      assertThat(refusal.get("date")).isNotNull();
      assertThat(peer.get(3, "/healthz").reply(3).status().toString()).isEqualTo("200");
    }
  }

  static Stream<Arguments> malformed() {
    return Stream.of(
        fields(":method", "GET", ":scheme", "http", ":authority", "localhost"),
        fields(":method", "GET", ":path", "/healthz", ":authority", "localhost"),
        fields(":scheme", "http", ":path", "/healthz", ":authority", "localhost"),
        fields(":method", "GET", ":scheme", "http", ":path", "", ":authority", "localhost"),
        fields(":method", "GET", ":scheme", "http", ":path", "healthz", ":authority", "localhost"),
        fields(":method", "GET", ":scheme", "http", ":path", "/a b", ":authority", "localhost"),
        fields(":method", "GET", ":scheme", "http", ":path", "/healthz"),
        fields(":method", "GET", ":scheme", "http", ":path", "/healthz", ":authority", "a b"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            "host",
            "other"),
        fields(
            ":method",
            "GET",
            ":method",
            "POST",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            ":status",
            "200"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            "a",
            "b",
            ":authority",
            "localhost"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            "Upper",
            "case"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            "connection",
            "close"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            "transfer-encoding",
            "chunked"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            "a",
            "b\r\nc: d"),
        fields(
            ":method",
            "GET",
            ":scheme",
            "http",
            ":path",
            "/healthz",
            ":authority",
            "localhost",
            "content-length",
            "5"),
        fields(":method", "CONNECT", ":authority", "localhost:443"),
        fields(
            ":method",
            "CONNECT",
            ":protocol",
            "connect-udp",
            ":scheme",
            "http",
            ":path",
            "/alknet/call",
            ":authority",
            "localhost"),
        fields(
            ":method",
            "GET",
            ":protocol",
            "websocket",
            ":scheme",
            "http",
            ":path",
            "/alknet/call",
            ":authority",
            "localhost"));
  }

  private static Arguments fields(String... fields) {
    return Arguments.of((Object) fields);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void aRequestThatIsNoneIsRefused(String[] fields) {
    try (H2Peer peer = H2Peer.connect(world).request(1, H2Peer.END_STREAM, fields)) {
      H2Peer.Frame frame = peer.next();
      while (frame.type() == H2Peer.SETTINGS || frame.type() == H2Peer.WINDOW) {
        frame = peer.next();
      }

      // Static table entry 12 of HPACK is the status 400.
      boolean badRequest =
          frame.type() == H2Peer.HEADERS && (frame.payload().get(0) & 0xff) == (0x80 | 12);
      assertThat(
              badRequest
                  || frame.type() == H2Peer.RESET
                  || frame.type() == H2Peer.GOAWAY
                  || frame.type() == -1)
          .as("frame " + frame.type())
          .isTrue();
    }
  }

  @Test
  void aBodyOfAnotherLengthThanAnnouncedNeverArrives() {
    String body = World.call("open/gate", "{}");
    try (H2Peer peer =
        H2Peer.connect(world)
            .post(1, "/call", "content-length", "" + (body.length() + 1))
            .data(1, H2Peer.END_STREAM, body)) {
      H2Peer.Frame reset = peer.until(H2Peer.RESET);
      assertThat(reset.type()).isEqualTo(H2Peer.RESET);
      assertThat(reset.code()).isEqualTo(PROTOCOL_ERROR);
      assertThat(world.gate.started()).isNotDone();
    }
  }

  @Test
  void moreStreamsThanAllowedAreRefused() {
    String body = World.call("open/gate", "{}");
    try (H2Peer peer = H2Peer.connect(world)) {
      peer.get(1, "/healthz").body(1);
      int stream = 3;
      for (int i = 0; i < 100; i++, stream += 2) {
        peer.post(stream, "/call").data(stream, H2Peer.END_STREAM, body);
      }
      peer.post(stream, "/call");

      H2Peer.Frame refusal = peer.until(H2Peer.RESET);
      assertThat(refusal.stream()).isEqualTo(stream);
      assertThat(refusal.code()).isEqualTo(REFUSED_STREAM);
      world.gate.open(json("1"));
      assertThat(peer.reply(3)).isNotNull();
    }
  }

  @Test
  void aSlowCallHoldsUpNoOtherStream() {
    try (H2Peer peer = H2Peer.connect(world)) {
      peer.post(1, "/call").data(1, H2Peer.END_STREAM, World.call("open/gate", "{}"));
      Await.result(world.gate.started());
      peer.post(3, "/call").data(3, H2Peer.END_STREAM, World.call("open/echo", "1"));

      assertThat(peer.reply(3).status().toString()).isEqualTo("200");
      world.gate.open(json("2"));
      assertThat(peer.reply(1).status().toString()).isEqualTo("200");
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefusedAndTheRestNotWanted() {
    try (H2Peer peer = H2Peer.connect(world).post(1, "/call", "content-length", "99999999")) {
      assertThat(peer.reply(1).status().toString()).isEqualTo("413");
      H2Peer.Frame reset = peer.until(H2Peer.RESET);
      assertThat(reset.stream()).isEqualTo(1);
      assertThat(reset.code()).isEqualTo(NO_ERROR);
      peer.get(3, "/healthz");
      assertThat(peer.reply(3).status().toString()).isEqualTo("200");
    }
  }

  @Test
  void aBodyThatMakesNoProgressIsNotWaitedFor() {
    Duration shortly = Duration.ofMillis(300);
    try (World hasty =
            World.start(settings -> settings.limits(World.limits().bodyTimeout(shortly).build()));
        H2Peer peer = H2Peer.connect(hasty).post(1, "/call").data(1, 0, "{");
        H2Peer empty = H2Peer.connect(hasty).post(1, "/call", "content-length", "0")) {
      assertThat(peer.reply(1).status().toString()).isEqualTo("408");
      assertThat(empty.reply(1).status().toString()).isEqualTo("408");
    }
  }

  @Test
  void anIdleConnectionIsToldToGo() {
    Duration shortly = Duration.ofMillis(300);
    try (World hasty =
            World.start(settings -> settings.limits(World.limits().idleTimeout(shortly).build()));
        H2Peer peer = H2Peer.connect(hasty)) {
      goesAway(peer, NO_ERROR);
    }
  }

  @Test
  void aClientThatNeverReadsItsReplyIsLetGo() {
    Duration shortly = Duration.ofMillis(300);
    try (World hasty =
            World.start(settings -> settings.limits(World.limits().writeTimeout(shortly).build()));
        H2Peer peer = H2Peer.connect(hasty)) {
      peer.post(1, "/subscribe").data(1, H2Peer.END_STREAM, World.call("open/endless", "{}"));

      Await.result(hasty.endless.cancelled());
    }
  }

  @Test
  void theServerSaysGoodbyeAndFinishesWhatIsUnderWay() {
    World leaving =
        World.start(
            settings ->
                settings.limits(World.limits().drainTimeout(Duration.ofSeconds(60)).build()));
    try (H2Peer peer = H2Peer.connect(leaving)) {
      peer.post(1, "/call").data(1, H2Peer.END_STREAM, World.call("open/gate", "{}"));
      Await.result(leaving.gate.started());

      CompletionStage<Void> stopped = leaving.server().shutdown();
      H2Peer.Frame goodbye = peer.until(H2Peer.GOAWAY);
      assertThat(goodbye.code()).isEqualTo(NO_ERROR);
      leaving.gate.open(json("1"));

      assertThat(peer.reply(1).status().toString()).isEqualTo("200");
      assertThat(peer.body(1)).contains("\"output\":1");
      Await.result(stopped);
    } finally {
      leaving.close();
    }
  }

  // ---- WebSocket over a stream

  private static byte[] masked(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer frame = ByteBuffer.allocate(bytes.length + 8);
    frame.put((byte) 0x82);
    if (bytes.length < 126) {
      frame.put((byte) (0x80 | bytes.length));
    } else {
      frame.put((byte) (0x80 | 126)).putShort((short) bytes.length);
    }
    frame.putInt(0).put(bytes);
    byte[] exact = new byte[frame.position()];
    frame.flip().get(exact);
    return exact;
  }

  private static H2Peer tunnel(World to, int stream, String token, String... more) {
    String[] fields = {
      ":method",
      "CONNECT",
      ":protocol",
      "websocket",
      ":scheme",
      "http",
      ":path",
      "/alknet/call",
      ":authority",
      "localhost",
      "authorization",
      "Bearer " + token
    };
    String[] all = java.util.Arrays.copyOf(fields, fields.length + more.length);
    System.arraycopy(more, 0, all, fields.length, more.length);
    return H2Peer.connect(to).request(stream, 0, all);
  }

  @Test
  void aStreamBecomesAWebSocketBesideOtherRequests() {
    try (H2Peer peer =
        tunnel(
            world,
            1,
            World.ANN,
            "sec-websocket-version",
            "13",
            "sec-websocket-protocol",
            "alknet.call.v1")) {
      Http2Headers reply = peer.reply(1);
      assertThat(reply.status().toString()).isEqualTo("200");
      assertThat(reply.get("sec-websocket-protocol").toString()).isEqualTo("alknet.call.v1");

      peer.send(
          H2Peer.DATA,
          0,
          1,
          masked(
              "{\"type\":\"call.requested\",\"id\":\"a\",\"payload\":"
                  + "{\"operationId\":\"/open/whoami\",\"input\":{}}}"));
      byte[] frame = peer.until(H2Peer.DATA).payload().array();
      assertThat(frame[0]).isEqualTo((byte) 0x82);
      assertThat(new String(frame, StandardCharsets.UTF_8))
          .contains("call.responded")
          .contains("\"ann\"");
      peer.get(3, "/healthz");
      assertThat(peer.reply(3).status().toString()).isEqualTo("200");
    }
  }

  @Test
  void theEndOfTheStreamIsTheEndOfTheWebSocket() {
    try (H2Peer peer = tunnel(world, 1, World.ANN, "sec-websocket-version", "13")) {
      peer.reply(1);
      peer.send(
          H2Peer.DATA,
          0,
          1,
          masked(
              "{\"type\":\"call.requested\",\"id\":\"a\",\"payload\":"
                  + "{\"operationId\":\"/open/composes\",\"input\":{}}}"));
      Await.result(world.below.started());

      peer.reset(1);

      Await.result(world.below.cancelled());
    }
  }

  @Test
  void aTunnelNeedsATokenAndAVersion() {
    try (H2Peer peer = tunnel(world, 1, "nobodys", "sec-websocket-version", "13")) {
      assertThat(peer.reply(1).status().toString()).isEqualTo("401");
    }
    try (H2Peer peer = tunnel(world, 1, World.ANN)) {
      assertThat(peer.reply(1).status().toString()).isEqualTo("426");
    }
  }

  private static String tunnelTo(World to, String path, String token) {
    try (H2Peer peer =
        H2Peer.connect(to)
            .request(
                1,
                0,
                ":method",
                "CONNECT",
                ":protocol",
                "websocket",
                ":scheme",
                "http",
                ":path",
                path,
                ":authority",
                "localhost",
                "authorization",
                "Bearer " + token,
                "sec-websocket-version",
                "13")) {
      return peer.reply(1).status().toString();
    }
  }

  /** Any 2xx would tell the client that its WebSocket is open (RFC 8441 section 5). */
  @Test
  void thereIsNoTunnelToAnythingElse() {
    CustomRoutes routes =
        CustomRoutes.builder()
            .prefix(
                "/v2/",
                exchange ->
                    CompletableFuture.completedFuture(HttpReply.text(200, "text/plain", "v2")))
            .build();
    try (World other = World.start(settings -> settings.routes(routes))) {
      for (String path : List.of("/healthz", "/search", "/openapi.json", "/v2/x", "/nothing")) {
        assertThat(tunnelTo(other, path, World.ANN)).as(path).isEqualTo("405");
      }
    }
    try (World concealing = World.start(settings -> settings.stealth(Stealth.CONCEAL))) {
      assertThat(tunnelTo(concealing, "/alknet/call", "nobodys"))
          .isEqualTo(tunnelTo(concealing, "/nothing", "nobodys"));
      assertThat(tunnelTo(concealing, "/alknet/call", World.BOB)).isEqualTo("200");
    }
  }
}
