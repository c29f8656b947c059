package org.alknet.http;

import static org.alknet.http.testing.Json.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.alknet.call.adapter.FromCall;
import org.alknet.call.adapter.FromCallConfig;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.identity.Identity;
import org.alknet.http.server.Origins;
import org.alknet.http.server.Stealth;
import org.alknet.http.testing.Client;
import org.alknet.http.testing.RawPeer;
import org.alknet.http.testing.Socket;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The call protocol over WebSocket, as a page and as a native client use it. */
class WebSocketTest {
  private final BlockingQueue<CallConnection> connected = new LinkedBlockingQueue<>();
  private World world;
  private Client client;

  @BeforeEach
  void start() {
    world =
        World.start(
            settings ->
                settings
                    .onConnected(connected::add)
                    .limits(World.limits().maxMessageBytes(200_000).build()));
    client = Client.http1(world);
  }

  @AfterEach
  void stop() {
    client.close();
    world.close();
  }

  private Socket open() {
    return Socket.open(world, client, World.ANN);
  }

  private CallConnection connection() {
    Await.until("the server tells of the connection", () -> !connected.isEmpty());
    return connected.remove();
  }

  private static JsonNode envelope(String type, String id, String payload) {
    return json("{'type':'" + type + "','id':'" + id + "','payload':" + payload + "}");
  }

  private static String bearer(String token) {
    return "alknet.bearer."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(token.getBytes(StandardCharsets.UTF_8));
  }

  // ---- calls

  @Test
  void aCallIsAnsweredByOneEnvelopeWithoutALength() {
    Socket socket = open().request("a", "open/echo", "{'x':1}");

    assertThat(socket.next()).isEqualTo(envelope("call.responded", "a", "{'output':{'x':1}}"));
  }

  @ParameterizedTest
  @CsvSource({
    "closed/secret, call.responded, ''",
    "closed/internal, call.error, NOT_FOUND",
    "no/such, call.error, NOT_FOUND",
    "open/strict, call.error, INVALID_INPUT",
  })
  void errorsAreEnvelopes(String operation, String type, String code) {
    JsonNode answer = open().request("a", operation, "{}").next();

    assertThat(answer.path("type").asString()).isEqualTo(type);
    assertThat(answer.path("payload").path("code").asString("")).isEqualTo(code);
  }

  @Test
  void aScopeThatIsMissingShowsInTheCall() {
    JsonNode answer =
        Socket.open(world, client, World.BOB).request("a", "closed/secret", "{}").next();

    assertThat(answer.path("payload").path("code").asString()).isEqualTo("FORBIDDEN");
  }

  @ParameterizedTest
  @ValueSource(strings = {"closed/secret", "closed/ticks", "closed/internal"})
  void concealingWhatIsForbiddenLooksLikeWhatIsMissing(String hidden) {
    try (World concealing = World.start(settings -> settings.stealth(Stealth.CONCEAL));
        Client its = Client.http1(concealing)) {
      Socket socket = Socket.open(concealing, its, World.BOB);
      for (String[] way : new String[][] {{"%s", "{}"}, {"services/schema", "{'name':'%s'}"}}) {
        String asked = said(socket, way, hidden);
        assertThat(asked).isEqualTo(said(socket, way, "closed/nothing"));
        assertThat(asked).contains("NOT_FOUND");
      }
      JsonNode known =
          Socket.open(concealing, its, World.ANN).request("a", "closed/secret", "1").next();
      assertThat(known).isEqualTo(envelope("call.responded", "a", "{'output':1}"));
    }
  }

  /** Returns the answer, but for the name that the caller itself sent. */
  private static String said(Socket socket, String[] way, String operation) {
    return socket
        .request("a", way[0].formatted(operation), way[1].formatted(operation))
        .next()
        .toString()
        .replace(operation, "X");
  }

  @Test
  void theIdentityOfTheHandshakeIsThatOfTheCalls() {
    JsonNode answer = open().request("a", "open/whoami", "{}").next();

    assertThat(answer.path("payload").path("output").path("id").asString()).isEqualTo("ann");
  }

  @Test
  void discoveryIsAnOrdinaryCall() {
    JsonNode answer = open().request("a", "services/list", "{}").next();

    assertThat(answer.path("payload").path("output").path("operations").size()).isEqualTo(15);
  }

  @Test
  void aSlowCallHoldsUpNoOther() {
    Socket socket = open().request("slow", "open/gate", "{}");
    Await.result(world.gate.started());

    assertThat(socket.request("fast", "open/echo", "1").next().path("id").asString())
        .isEqualTo("fast");
    world.gate.open(json("2"));
    assertThat(socket.next()).isEqualTo(envelope("call.responded", "slow", "{'output':2}"));
  }

  @Test
  void anAbortOvertakesReachesWhatWasComposedAndIsConfirmedAndNotAnswered() {
    Socket socket = open().request("a", "open/composes", "{}");
    Await.result(world.below.started());

    socket.send("call.aborted", "a", "{}");

    Await.result(world.below.cancelled());
    assertThat(socket.next()).isEqualTo(envelope("call.aborted", "a", "{}"));
    assertThat(socket.request("b", "open/echo", "1").next().path("id").asString()).isEqualTo("b");
    assertThat(socket.waiting()).isZero();
  }

  @Test
  void aSubscriptionSendsEveryElementAndItsEnd() {
    Socket socket = open().request("s", "open/three", "{}");

    for (int n = 1; n <= 3; n++) {
      assertThat(socket.next())
          .isEqualTo(envelope("call.responded", "s", "{'output':{'n':" + n + "}}"));
    }
    assertThat(socket.next()).isEqualTo(envelope("call.completed", "s", "{}"));
  }

  @Test
  void aThousandElementsComeInOrderAndThenTheEnd() {
    Socket socket = open().request("s", "open/thousand", "{}");

    for (int n = 1; n <= 1000; n++) {
      assertThat(socket.next().path("payload").path("output").path("n").asInt()).isEqualTo(n);
    }
    assertThat(socket.next()).isEqualTo(envelope("call.completed", "s", "{}"));
    assertThat(socket.waiting()).isZero();
  }

  @Test
  void anErrorEndsASubscription() {
    Socket socket = open().request("s", "open/failing", "{}");

    assertThat(socket.next().path("type").asString()).isEqualTo("call.responded");
    assertThat(socket.next().path("type").asString()).isEqualTo("call.responded");
    assertThat(socket.next().path("type").asString()).isEqualTo("call.error");
  }

  @Test
  void anUnknownEventIsIgnored() {
    Socket socket = open().send("call.invented", "a", "{}").request("b", "open/echo", "1");

    assertThat(socket.next().path("id").asString()).isEqualTo("b");
  }

  @Test
  void aMessageMayComeInFragments() {
    Socket socket = open();
    byte[] message =
        envelope("call.requested", "a", "{'operationId':'/open/echo','input':'xyz'}")
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < message.length; i++) {
      Await.result(
          socket
              .raw()
              .sendBinary(java.nio.ByteBuffer.wrap(message, i, 1), i == message.length - 1));
    }

    assertThat(socket.next()).isEqualTo(envelope("call.responded", "a", "{'output':'xyz'}"));
  }

  @Test
  void aLargeMessageIsReadElsewhereAndKeepsItsPlace() {
    String large = "x".repeat(150_000);
    Socket socket =
        open().request("large", "open/echo", "'" + large + "'").request("small", "open/echo", "1");

    String first = socket.next().path("id").asString();
    String second = socket.next().path("id").asString();

    assertThat(List.of(first, second)).containsExactlyInAnyOrder("large", "small");
  }

  // ---- calls in the other direction

  /** Answers the calls of the server: lists one operation and serves it. */
  private static void serve(Socket socket, int calls) {
    serve(socket, calls, "");
  }

  private static void serve(Socket socket, int calls, String scopes) {
    for (int i = 0; i < calls; i++) {
      JsonNode request = socket.next();
      String operation = request.path("payload").path("operationId").asString();
      String id = request.path("id").asString();
      switch (operation) {
        case "/services/list" ->
            socket.send(
                "call.responded",
                id,
                "{'output':{'operations':[{'name':'page/title','namespace':'page',"
                    + "'op_type':'query'}]}}");
        case "/services/schema" ->
            socket.send(
                "call.responded",
                id,
                "{'output':{'name':'page/title','namespace':'page','op_type':'query',"
                    + "'visibility':'external','input_schema':{},'output_schema':{},"
                    + "'error_schemas':[],'access_control':{'required_scopes':["
                    + scopes
                    + "]}}}");
        default -> socket.send("call.responded", id, "{'output':'the title'}");
      }
    }
  }

  @Test
  void theServerCallsWhatThePageOffers() {
    Socket socket = open();
    CallConnection connection = connection();
    CompletionStage<ResponseEnvelope> answer = connection.call("page/title", json("{}"));

    JsonNode request = socket.next();
    assertThat(request.path("type").asString()).isEqualTo("call.requested");
    socket.send("call.responded", request.path("id").asString(), "{'output':'the title'}");

    assertThat(Await.result(answer).output()).contains(json("'the title'"));
  }

  @Test
  void whatThePageOffersCanBeImportedIntoItsOverlayAndVanishesWithIt() {
    Socket socket = open();
    CallConnection connection = connection();
    CompletionStage<Integer> imported = new FromCall(connection, FromCallConfig.all()).refresh();
    serve(socket, 2);

    assertThat(Await.result(imported)).isEqualTo(1);
    assertThat(connection.overlayEnv().contains("page/title")).isTrue();
    assertThat(connection.peerId()).isEmpty();
    assertThat(world.calls().peers().snapshot()).isEmpty();
    assertThat(connection.identity().map(Identity::id)).contains("ann");
    socket.raw().abort();
    Await.result(connection.closed());
    assertThat(connection.overlayEnv().contains("page/title")).isFalse();
  }

  /** Imports what the page offers, and lets a handler reach it. */
  private void importFrom(Socket socket, String scopes) {
    CallConnection connection = connection();
    CompletionStage<Integer> imported = new FromCall(connection, FromCallConfig.all()).refresh();
    serve(socket, 2, scopes);
    Await.result(imported);
    world.page.set(connection.overlayEnv());
  }

  @Test
  void aHandlerReachesThePageByItsConnectionAndInNoOtherWay() {
    Socket socket = open();
    importFrom(socket, "");
    Socket other = open();
    CallConnection otherConnection = connection();

    other.request("a", "open/asks-page", "{}");
    serve(socket, 1);
    assertThat(other.next()).isEqualTo(envelope("call.responded", "a", "{'output':'the title'}"));

    assertThat(otherConnection.overlayEnv().contains("page/title")).isFalse();
    JsonNode refusal = socket.request("c", "open/asks-peer", "{}").next();
    assertThat(refusal.path("payload").path("code").asString()).isEqualTo("NOT_FOUND");
    assertThat(socket.request("d", "page/title", "{}").next().path("payload").path("code"))
        .isEqualTo(json("'NOT_FOUND'"));
  }

  @Test
  void whatThePageOffersAsksForTheRightsOfTheHandlerThatComposesIt() {
    Socket socket = open();
    importFrom(socket, "'secret'");

    JsonNode refusal = socket.request("a", "open/asks-page", "{}").next();

    assertThat(refusal.path("payload").path("code").asString()).isEqualTo("FORBIDDEN");
  }

  @Test
  void whatWaitsForThePageFailsWhenItGoes() {
    Socket socket = open();
    CallConnection connection = connection();
    CompletionStage<ResponseEnvelope> answer = connection.call("page/title", json("{}"));
    socket.next();
    socket.request("a", "open/composes", "{}");
    Await.result(world.below.started());

    socket.raw().abort();

    assertThat(Await.result(answer).error().orElseThrow().message()).isEqualTo("connection closed");
    Await.result(world.below.cancelled());
  }

  // ---- bad messages

  @Test
  void aTextMessageEndsTheConnection() {
    Socket socket = open();
    Await.result(socket.raw().sendText("{}", true));

    assertThat(socket.closed()).isEqualTo("1002 text messages not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{}",
        "{'type':'call.requested','id':'a'}",
        "{'type':1,'id':'a','payload':{}}",
        "{'type':'a','type':'b','id':'a','payload':{}}",
        "{'type':'call.requested','id':'a','payload':{}} {}",
        "\u0000\u0000\u0000\u0002{}",
      })
  void aMessageThatIsNoEnvelopeEndsTheConnection(String message) {
    Socket socket = open().send(message.replace('\'', '"').getBytes(StandardCharsets.UTF_8));

    assertThat(socket.closed()).isEqualTo("1002 invalid EventEnvelope");
  }

  @Test
  void aMessageThatIsTooLongEndsTheConnection() {
    Socket socket = open();
    byte[] piece = new byte[90_000];
    socket.raw().sendBinary(java.nio.ByteBuffer.wrap(piece), false).join();
    socket.raw().sendBinary(java.nio.ByteBuffer.wrap(piece), false).join();
    socket.raw().sendBinary(java.nio.ByteBuffer.wrap(piece), false).join();

    assertThat(socket.closed()).isEqualTo("1009 message too long");
    Await.until("everything is given back", () -> world.server().heldBytes() == 0);
  }

  @Test
  void whoSendsTooMuchIsToldSoBeforeTheConnectionIsCut() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(
          "GET /alknet/call HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nAuthorization: Bearer "
              + World.ANN
              + "\r\n"
              + KEY
              + VERSION
              + "\r\n");
      peer.reply();
      peer.send(java.util.HexFormat.of().parseHex("82ff000000000080000000000000"));
      byte[] megabyte = new byte[1 << 20];
      for (int i = 0; i < 4; i++) {
        assertThat(peer.trySend(megabyte)).isTrue();
      }

      assertThat(peer.read(4)).startsWith(0x88, 18, 1009 >> 8, 1009 & 0xff);
      assertThat(new String(peer.read(16), StandardCharsets.UTF_8)).isEqualTo("message too long");
    }
  }

  @Test
  void aPingIsAnsweredAndACloseIsReturned() {
    Socket socket = open();
    Await.result(socket.raw().sendClose(1000, "bye"));

    assertThat(socket.closed()).isEqualTo("1000 bye");
  }

  @Test
  void tooManyCallsAtATimeAreRefusedAndMayBeTriedAgain() {
    Socket socket = open();
    for (int i = 0; i < 257; i++) {
      socket.request("r" + i, "open/gate", "{}");
    }

    JsonNode refusal = socket.next();
    assertThat(refusal.path("type").asString()).isEqualTo("call.error");
    assertThat(refusal.path("payload").path("retryable").asBoolean()).isTrue();
    world.gate.open(json("1"));
    for (int i = 0; i < 256; i++) {
      assertThat(socket.next().path("type").asString()).isEqualTo("call.responded");
    }
  }

  // ---- the handshake

  private int refused(Client from, String... headers) {
    var builder = from.raw().newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      if (headers[i].equals("Sec-WebSocket-Protocol")) {
        builder.subprotocols(headers[i + 1]);
      } else {
        builder.header(headers[i], headers[i + 1]);
      }
    }
    Throwable failure =
        Await.failure(
            builder.buildAsync(
                Socket.uri(world, "/alknet/call"), new java.net.http.WebSocket.Listener() {}),
            Throwable.class);
    return ((WebSocketHandshakeException) failure).getResponse().statusCode();
  }

  @Test
  void withoutATokenOfSomebodyThereIsNoSocket() {
    assertThat(refused(client)).isEqualTo(401);
    assertThat(refused(client, "Authorization", "Bearer nobodys")).isEqualTo(401);
    assertThat(refused(client, "Sec-WebSocket-Protocol", bearer("nobodys"))).isEqualTo(401);
    assertThat(refused(client, "Sec-WebSocket-Protocol", "alknet.bearer.%%%")).isEqualTo(401);
    assertThat(client.get("/alknet/call").statusCode()).isEqualTo(401);
    assertThat(client.get("/alknet/call", World.ANN).statusCode()).isEqualTo(426);
    assertThat(client.post(client.request("/alknet/call", World.ANN), "{}").statusCode())
        .isEqualTo(405);
  }

  @Test
  void aPageHandsOverItsTokenAsASubprotocolThatIsNeverEchoed() {
    Socket both = Socket.openLikeAPage(world, client, "alknet.call.v1", bearer(World.ANN));

    assertThat(both.raw().getSubprotocol()).isEqualTo("alknet.call.v1");
    assertThat(
            both.request("a", "open/whoami", "{}")
                .next()
                .path("payload")
                .path("output")
                .path("id")
                .asString())
        .isEqualTo("ann");
  }

  @Test
  void aPageThatOffersItsTokenAloneIsRefusedSinceNothingIsLeftToAccept() {
    assertThat(refused(client, "Sec-WebSocket-Protocol", bearer(World.ANN))).isEqualTo(400);
  }

  @Test
  void twoDifferentTokensAreRefused() {
    assertThat(
            refused(
                client,
                "Authorization",
                "Bearer " + World.BOB,
                "Sec-WebSocket-Protocol",
                bearer(World.ANN)))
        .isEqualTo(400);
  }

  private static String handshake(World at, String fields) {
    try (RawPeer peer = RawPeer.clear(at)) {
      return peer.send(
              "GET /alknet/call HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                  + "Connection: Upgrade\r\nAuthorization: Bearer "
                  + World.ANN
                  + "\r\n"
                  + fields
                  + "\r\n")
          .reply();
    }
  }

  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  private static final String VERSION = "Sec-WebSocket-Version: 13\r\n";

  @Test
  void theHandshakeIsThatOfTheStandard() {
    String reply =
        handshake(world, KEY + VERSION + "Sec-WebSocket-Extensions: permessage-deflate\r\n");

    assertThat(reply)
        .startsWith("HTTP/1.1 101 Switching Protocols\r\nServer: nginx\r\n")
        .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .doesNotContain("Extensions")
        .doesNotContain("Protocol:");
  }

  @Test
  void aHandshakeThatIsNoneIsRefused() {
    assertThat(RawPeer.status(handshake(world, VERSION))).isEqualTo(400);
    assertThat(RawPeer.status(handshake(world, "Sec-WebSocket-Key: short\r\n" + VERSION)))
        .isEqualTo(400);
    assertThat(RawPeer.status(handshake(world, KEY + KEY + VERSION))).isEqualTo(400);
    assertThat(handshake(world, KEY + "Sec-WebSocket-Version: 8\r\n"))
        .startsWith("HTTP/1.1 426")
        .contains("Sec-WebSocket-Version: 13");
    assertThat(handshake(world, KEY))
        .startsWith("HTTP/1.1 426")
        .contains("Upgrade: websocket\r\n")
        .contains("Connection: keep-alive, Upgrade\r\n");
  }

  private int asked(String method, String upgrade, String connection) {
    try (RawPeer peer = RawPeer.clear(world)) {
      String reply =
          peer.send(
                  method
                      + " /alknet/call HTTP/1.1\r\nHost: localhost\r\nUpgrade: "
                      + upgrade
                      + "\r\nConnection: "
                      + connection
                      + "\r\nAuthorization: Bearer "
                      + World.ANN
                      + "\r\n"
                      + KEY
                      + VERSION
                      + "\r\n")
              .reply();
      return RawPeer.status(reply);
    }
  }

  @Test
  void onlyAGetThatNamesTheProtocolBecomesASocket() {
    assertThat(asked("GET", "WebSocket", "keep-alive, upgrade")).isEqualTo(101);
    assertThat(asked("GET", "h2c, websocket", "Upgrade")).isEqualTo(101);
    assertThat(asked("GET", "websockets", "Upgrade")).isEqualTo(426);
    assertThat(asked("GET", "websocket", "not-upgrade")).isEqualTo(426);
    assertThat(asked("GET", "websocket", "keep-alive")).isEqualTo(426);
    assertThat(asked("HEAD", "websocket", "Upgrade")).isEqualTo(426);
    assertThat(asked("POST", "websocket", "Upgrade")).isEqualTo(405);
    assertThat(asked("PUT", "websocket", "Upgrade")).isEqualTo(405);
  }

  @Test
  void aPageOfAnotherOriginIsRefusedUnlessItIsAllowed() {
    String same = KEY + VERSION + "Origin: http://localhost\r\n";
    String other = KEY + VERSION + "Origin: https://app.example.org\r\n";

    assertThat(RawPeer.status(handshake(world, same))).isEqualTo(101);
    assertThat(RawPeer.status(handshake(world, other))).isEqualTo(403);
    assertThat(RawPeer.status(handshake(world, KEY + VERSION + "Origin: null\r\n"))).isEqualTo(403);
    assertThat(RawPeer.status(handshake(world, same + "Origin: https://app.example.org\r\n")))
        .isEqualTo(403);
    try (World open =
        World.start(settings -> settings.origins(Origins.of(Set.of("https://app.example.org"))))) {
      assertThat(RawPeer.status(handshake(open, other))).isEqualTo(101);
    }
  }

  // ---- malformed frames

  @ParameterizedTest
  @CsvSource({
    "820161, 1002", // no mask
    "c28100000000, 1002", // a reserved bit
    "838100000000, 1002", // a reserved opcode
    "098000000000, 1002", // a ping in fragments
    "008000000000, 1002", // a continuation of nothing
    "02800000000082800000000000, 1002", // a message within another
    "89fe007f00000000, 1002", // a ping that is too long
    "82ff800000000000000000000000, 1002", // a length with its top bit set
    "82fe000500000000, 1002", // a length in more bytes than it needs
    "82ff00000000000fffff00000000, 1009", // a frame beyond the limit
    "88810000000003, 1002", // a close with half a code
    "88820000000003ed, 1002", // a close with a code that is never sent
    "8882000000001388, 1002", // a close with a code that there is not
  })
  void aFrameThatBreaksTheRulesEndsTheConnectionAndNoOther(String hex, int code) {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(
          "GET /alknet/call HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nAuthorization: Bearer "
              + World.ANN
              + "\r\n"
              + KEY
              + VERSION
              + "\r\n");
      assertThat(RawPeer.status(peer.reply())).isEqualTo(101);
      peer.trySend(java.util.HexFormat.of().parseHex(hex));
      peer.trySend(new byte[200]);

      byte[] end = peer.read(4);
      assertThat(end).startsWith(0x88);
      assertThat((end[2] & 0xff) << 8 | (end[3] & 0xff)).isEqualTo(code);
      assertThat(peer.read(end[1] - 2)).asString().isNotEmpty();
      if (code != 1009) {
        assertThat(peer.rest()).isEmpty();
      }
    }
    assertThat(open().request("a", "open/echo", "1").next().path("id").asString()).isEqualTo("a");
  }

  // ---- the end

  @Test
  void aTokenThatIsWithdrawnEndsTheConnectionAtTheNextCall() {
    Socket socket = open().request("a", "open/echo", "1");
    socket.next();

    world.identities.withdraw(World.ANN);
    socket.request("b", "open/echo", "1");

    assertThat(socket.next().path("payload").path("code").asString()).isEqualTo("FORBIDDEN");
    assertThat(socket.closed()).isEqualTo("1008 credential withdrawn");
  }

  @Test
  void rightsThatChangedEndTheConnectionAsWell() {
    Socket socket = open();

    world.identities.token(World.ANN, Identity.of("ann"));
    socket.request("b", "closed/secret", "1");

    assertThat(socket.next().path("payload").path("code").asString()).isEqualTo("FORBIDDEN");
    assertThat(socket.closed()).startsWith("1008");
  }

  @Test
  void aSilentSocketIsPingedAndThenClosed() {
    try (World quick =
            World.start(
                settings ->
                    settings.limits(
                        World.limits()
                            .pingInterval(Duration.ofMillis(100))
                            .silenceTimeout(Duration.ofMillis(1000))
                            .build()));
        RawPeer peer = RawPeer.clear(quick)) {
      peer.send(
          "GET /alknet/call HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nAuthorization: Bearer "
              + World.ANN
              + "\r\n"
              + KEY
              + VERSION
              + "\r\n");
      peer.reply();

      assertThat(peer.rest()).startsWith("\u0089\u0000");
    }
  }

  @Test
  void theServerSaysGoodbye() {
    Socket socket = open();

    CompletionStage<Void> stopped = world.server().shutdown();

    assertThat(socket.closed()).isEqualTo("1001");
    Await.result(stopped);
  }

  @Test
  void aPageThatDoesNotReadStopsTheSubscriptionAndHoldsUpNobody() {
    try (RawPeer peer = RawPeer.clear(world)) {
      peer.send(
          "GET /alknet/call HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nAuthorization: Bearer "
              + World.ANN
              + "\r\n"
              + KEY
              + VERSION
              + "\r\n");
      assertThat(RawPeer.status(peer.reply())).isEqualTo(101);
      byte[] request =
          envelope("call.requested", "s", "{'operationId':'/open/endless','input':{}}")
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      byte[] frame = new byte[6 + request.length];
      frame[0] = (byte) 0x82;
      frame[1] = (byte) (0x80 | request.length);
      System.arraycopy(request, 0, frame, 6, request.length);
      peer.send(frame);

      long[] last = {-1, 0};
      Await.until(
          "the handler pauses",
          () -> {
            long now = world.endless.produced();
            last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] > 200;
          });
      assertThat(last[0]).isLessThan(20_000);
      assertThat(open().request("a", "open/echo", "1").next().path("id").asString()).isEqualTo("a");
    }
    Await.result(world.endless.cancelled());
  }
}
