package org.alknet.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.core.AlknetDialer;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.RemoteAddress;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.Alpns;
import org.alknet.core.connection.AuthContext;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ProtocolHandler;
import org.alknet.core.tls.ConnectionCredentials;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.RemoteIdentity;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.http.testing.H2Peer;
import org.alknet.http.testing.World;
import org.alknet.testkit.Await;
import org.alknet.testkit.InMemoryConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** HTTP on the streams of an endpoint: real QUIC, and any other connection of core. */
class StreamIngressIT {
  private World world;

  @BeforeEach
  void start() {
    world = World.start();
  }

  @AfterEach
  void stop() {
    world.close();
  }

  private static String request(String line, String fields, String body) {
    return line
        + " HTTP/1.1\r\nHost: node\r\n"
        + fields
        + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
        + "\r\n"
        + body;
  }

  private static void write(BiStream stream, String text) {
    Await.result(stream.send().write(ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1))));
  }

  /** Reads until the text ends like this, or the stream ends. */
  private static String read(BiStream stream, String end) {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(end)) {
      ByteBuffer into = ByteBuffer.allocate(4096);
      if (Await.result(stream.recv().read(into)) < 0) {
        break;
      }
      text.append(StandardCharsets.ISO_8859_1.decode(into.flip()));
    }
    return text.toString();
  }

  private interface OverQuic {
    void use(AlknetDialer dialer, RemoteAddress address, ConnectionCredentials credentials)
        throws Exception;
  }

  private void overQuic(OverQuic test) throws Exception {
    Ed25519SecretKey key = Ed25519SecretKey.generate();
    HandlerRegistry.Builder handlers = HandlerRegistry.builder();
    world.server().handlers().forEach(handlers::register);
    StaticConfig config =
        StaticConfig.builder()
            .listenAddresses(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .tlsIdentity(new TlsIdentity.RawKey(key))
            .build();
    try (AlknetEndpoint endpoint =
            Await.result(
                AlknetEndpoint.start(
                    config,
                    handlers.build(),
                    ConfigSnapshot.of(DynamicConfig.defaults()),
                    world.identities));
        AlknetDialer dialer = AlknetDialer.create()) {
      test.use(
          dialer,
          RemoteAddress.of("127.0.0.1", endpoint.localAddress().getPort()),
          ConnectionCredentials.none()
              .withRemoteIdentity(RemoteIdentity.of(endpoint.fingerprint().orElseThrow())));
    } finally {
      key.destroy();
    }
  }

  @Test
  void anEndpointSpeaksHttp1OnAStream() throws Exception {
    overQuic(
        (dialer, address, credentials) -> {
          Connection connection = Await.result(dialer.dial(address, Alpns.HTTP_1_1, credentials));
          BiStream stream = Await.result(connection.openBi());
          write(stream, request("GET /healthz", "", ""));
          assertThat(read(stream, "ok")).startsWith("HTTP/1.1 200 OK\r\n");
          write(
              stream,
              request(
                  "POST /call",
                  "Content-Type: application/json\r\nAuthorization: Bearer " + World.ANN + "\r\n",
                  World.call("open/whoami", "{}")));
          assertThat(read(stream, "}}")).contains("\"id\":\"ann\"");
        });
  }

  @Test
  void anEndpointSpeaksHttp2OnAStream() throws Exception {
    overQuic(
        (dialer, address, credentials) -> {
          Connection connection = Await.result(dialer.dial(address, Alpns.H2, credentials));
          BiStream stream = Await.result(connection.openBi());
          byte[] block =
              H2Peer.block(
                  ":method", "GET", ":scheme", "https", ":path", "/healthz", ":authority", "node");
          write(stream, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
          ByteBuffer headers = ByteBuffer.allocate(9 + block.length);
          headers.put(new byte[] {0, 0, (byte) block.length, 1, 5, 0, 0, 0, 1}).put(block).flip();
          Await.result(stream.send().write(headers));

          assertThat(read(stream, "ok")).contains("nginx").endsWith("\0\1\0\0\0\1ok");
        });
  }

  @Test
  void theHandlersClaimTheTwoIdsAndNeverHttp3() {
    List<ProtocolHandler> handlers = world.server().handlers();

    assertThat(handlers)
        .extracting(ProtocolHandler::alpn)
        .containsExactly(Alpns.H2, Alpns.HTTP_1_1);
    assertThat(world.server().http11().alpn()).isEqualTo(Alpns.HTTP_1_1);
    assertThat(world.server().http2().alpn()).isEqualTo(Alpns.H2);
  }

  /** Serves one side of a pair in memory and returns the stream the other side opens. */
  private record Served(InMemoryConnection client, BiStream stream, CompletionStage<Void> over) {}

  private Served serve(Alpn alpn) {
    InMemoryConnection.Pair pair = InMemoryConnection.pair(alpn);
    CompletionStage<Void> over =
        world
            .server()
            .http11()
            .handle(
                pair.right(),
                new AuthContext(Optional.empty(), alpn, Optional.empty(), Optional.empty()));
    return new Served(pair.left(), Await.result(pair.left().openBi()), over);
  }

  @Test
  void anyByteStreamWillDo() {
    Served served = serve(Alpns.HTTP_1_1);
    write(served.stream(), request("GET /healthz", "Connection: close\r\n", ""));

    assertThat(read(served.stream(), "never")).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\nok");
    Await.result(served.over());
  }

  @Test
  void theEndOfTheConnectionCancelsTheCall() {
    Served served = serve(Alpns.HTTP_1_1);
    write(
        served.stream(),
        request(
            "POST /call", "Content-Type: application/json\r\n", World.call("open/composes", "{}")));
    Await.result(world.below.started());

    served.client().close(CloseCode.NO_ERROR, "");

    Await.result(world.below.cancelled());
    Await.result(served.over());
  }

  @Test
  void aReaderThatStopsStopsTheHandler() {
    Served served = serve(Alpns.HTTP_1_1);
    write(
        served.stream(),
        request(
            "POST /subscribe",
            "Content-Type: application/json\r\n",
            World.call("open/endless", "{}")));
    Await.result(world.endless.started());
    long[] last = {-1, 0};
    Await.until(
        "the handler pauses",
        () -> {
          long now = world.endless.produced();
          last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
          last[0] = now;
          return last[1] > 200;
        });

    assertThat(last[0]).isLessThan(2000);
    served.client().close(CloseCode.NO_ERROR, "");
    Await.result(world.endless.cancelled());
  }

  @Test
  void largeBodiesCrossAStreamInBothDirections() {
    Served served = serve(Alpns.HTTP_1_1);
    String text = "x".repeat(500_000);
    String body = World.call("open/echo", "'" + text + "'");
    CompletionStage<Void> sent =
        served.stream()
            .send()
            .write(
                ByteBuffer.wrap(
                    request("POST /call", "Content-Type: application/json\r\n", body)
                        .getBytes(StandardCharsets.ISO_8859_1)));

    String reply = read(served.stream(), "\"}");
    assertThat(reply).startsWith("HTTP/1.1 200 OK").contains(text);
    Await.result(sent);
  }

  @Test
  void aServerThatHasStoppedServesNoStream() {
    Await.result(world.server().shutdown());
    Served served = serve(Alpns.HTTP_1_1);

    Await.result(served.over());
  }
}
