package org.alknet.http.testing;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.alknet.testkit.Await;
import tools.jackson.databind.JsonNode;

/** The JDK's WebSocket client, with envelopes as JSON. */
public final class Socket implements WebSocket.Listener {
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final CompletableFuture<String> closed = new CompletableFuture<>();
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();

  private Socket() {}

  /** Opens with a token in the header. */
  public static Socket open(World world, Client client, String token) {
    Socket socket = new Socket();
    Await.result(
        client
            .raw()
            .newWebSocketBuilder()
            .header("Authorization", "Bearer " + token)
            .buildAsync(uri(world, "/alknet/call"), socket));
    return socket;
  }

  /** Opens as a page does, with the token among the subprotocols. */
  public static Socket openLikeAPage(World world, Client client, String... protocols) {
    Socket socket = new Socket();
    Await.result(
        client
            .raw()
            .newWebSocketBuilder()
            .subprotocols(protocols[0], Arrays.copyOfRange(protocols, 1, protocols.length))
            .buildAsync(uri(world, "/alknet/call"), socket));
    return socket;
  }

  /** An address of the server. */
  public static URI uri(World world, String path) {
    return URI.create("wss://localhost:" + world.secure().getPort() + path);
  }

  /** The socket itself. */
  public WebSocket raw() {
    return Await.result(opened);
  }

  /** Sends an envelope. */
  public Socket send(String type, String id, String payload) {
    return send(
        Json.json("{'type':'" + type + "','id':'" + id + "','payload':" + payload + "}")
            .toString()
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a request. */
  public Socket request(String id, String operation, String input) {
    return send("call.requested", id, "{'operationId':'/" + operation + "','input':" + input + "}");
  }

  /** Sends a binary message. */
  public Socket send(byte[] message) {
    Await.result(raw().sendBinary(ByteBuffer.wrap(message), true));
    return this;
  }

  /** Waits for the next envelope. */
  public JsonNode next() {
    try {
      JsonNode envelope = received.poll(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
      if (envelope == null) {
        throw new AssertionError("nothing came; closed: " + closed.getNow("no"));
      }
      return envelope;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** How many envelopes wait. */
  public int waiting() {
    return received.size();
  }

  /** Waits for the end: code and reason, or the failure. */
  public String closed() {
    return Await.result(closed);
  }

  @Override
  public void onOpen(WebSocket socket) {
    opened.complete(socket);
    socket.request(1);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    partial.writeBytes(bytes);
    if (last) {
      received.add(Json.parse(partial.toString(StandardCharsets.UTF_8)));
      partial.reset();
    }
    socket.request(1);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    closed.complete(reason.isEmpty() ? "" + code : code + " " + reason);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    closed.complete(error.toString());
  }
}
