package org.alknet.http.internal.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.site.Pages;
import org.alknet.http.internal.site.RequestHead;
import org.alknet.http.internal.site.Verdict;
import org.alknet.http.internal.ws.WebSocketService;
import org.alknet.http.server.HttpReply;

/**
 * Turns a connection of HTTP/1.1 (RFC 6455 section 4.2) or a stream of HTTP/2 (RFC 8441) into a
 * WebSocket.
 *
 * <p>Confined to its event loop.
 */
final class WebSocketUpgrade {
  private static final String VERSION = "13";
  private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final int KEY_BYTES = 16;

  private final WebSocketService service;
  private final RequestHead head;
  private final Verdict.Upgrade wanted;

  WebSocketUpgrade(WebSocketService service, RequestHead head, Verdict.Upgrade wanted) {
    this.service = service;
    this.head = head;
    this.wanted = wanted;
  }

  /** Returns what is wrong with a handshake over HTTP/1.1. */
  static Optional<HttpReply> problem(RequestHead head) {
    return versionProblem(head)
        .or(() -> isKey(head) ? Optional.empty() : Optional.of(Pages.of(400)));
  }

  /** Returns what is wrong with the version. */
  static Optional<HttpReply> versionProblem(RequestHead head) {
    return head.fields().all("Sec-WebSocket-Version").equals(List.of(VERSION))
        ? Optional.empty()
        : Optional.of(
            HttpReply.empty(426)
                .with("Upgrade", "websocket")
                .with("Sec-WebSocket-Version", VERSION));
  }

  private static boolean isKey(RequestHead head) {
    List<String> keys = head.fields().all("Sec-WebSocket-Key");
    try {
      return keys.size() == 1 && Base64.getDecoder().decode(keys.get(0)).length == KEY_BYTES;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /** Switches a connection of HTTP/1.1. */
  void perform(ChannelHandlerContext ctx) {
    HttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
    response
        .headers()
        .set("Server", Pages.SERVER)
        .set("Date", HttpDate.now())
        .set("Upgrade", "websocket")
        .set("Connection", "Upgrade")
        .set("Sec-WebSocket-Accept", accept(head.fields().all("Sec-WebSocket-Key").get(0)));
    wanted.protocol().ifPresent(name -> response.headers().set("Sec-WebSocket-Protocol", name));
    ctx.writeAndFlush(response).addListener(Closing.ON_FAILURE);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.remove(HttpResponseEncoder.class);
    pipeline.remove(BytesSeen.class);
    pipeline.addLast(handlers());
    pipeline.remove(ctx.handler());
    pipeline.remove(StrictDecoder.class); // hands on what came ahead
  }

  /** Switches a stream of HTTP/2. */
  void performOnStream(ChannelHandlerContext ctx) {
    Http2Headers headers = H2StreamHandler.headersOf(HttpReply.empty(200), -1);
    wanted.protocol().ifPresent(name -> headers.set("sec-websocket-protocol", name));
    ctx.channel().config().setAutoRead(false);
    ctx.writeAndFlush(new DefaultHttp2HeadersFrame(headers, false)).addListener(Closing.ON_FAILURE);
    ctx.pipeline().addLast(new StreamBytes()).addLast(handlers());
    ctx.pipeline().remove(ctx.handler());
  }

  private ChannelHandler[] handlers() {
    return service.handlers(wanted.caller().identity().orElseThrow(), wanted.token());
  }

  /** Shows the client that its request was understood; SHA-1 is no secret's guard here. */
  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((key + ACCEPT_SUFFIX).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JVM has SHA-1", impossible);
    }
  }
}
