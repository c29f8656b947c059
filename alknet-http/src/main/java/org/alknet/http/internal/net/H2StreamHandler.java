package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.site.Caller;
import org.alknet.http.internal.site.Pages;
import org.alknet.http.internal.site.Peer;
import org.alknet.http.internal.site.RequestHead;
import org.alknet.http.internal.site.Verdict;
import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;

/**
 * One request of an HTTP/2 connection, which is one stream.
 *
 * <p>Confined to its event loop.
 */
final class H2StreamHandler extends ChannelInboundHandlerAdapter implements ReplySink {
  private static final Logger LOG = System.getLogger(H2StreamHandler.class.getName());

  /** Fields about a connection, which a stream must not have (RFC 9113 section 8.2.2). */
  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private final Face face;
  private final Peer peer;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Exchange exchange;
  private boolean received;

  H2StreamHandler(Face face, Peer peer) {
    this.face = face;
    this.peer = peer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.lost();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.log(Level.DEBUG, "event=http_stream_failed", cause);
    if (cause instanceof Http2Exception malformed) {
      // Otherwise the channel says CANCEL, which means that nobody is to blame.
      send(new DefaultHttp2ResetFrame(malformed.error()));
    }
    ctx.close().addListener(Closing.LOGGED);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && ctx.channel().isWritable()) {
      exchange.writable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof Http2HeadersFrame frame) {
        headers(ctx, frame);
      } else if (message instanceof Http2DataFrame data && exchange != null) {
        exchange.body(data.content());
        ended(data.isEndStream());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.readSoFar();
    }
    ctx.fireChannelReadComplete();
  }

  private void headers(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
    if (exchange != null) {
      ended(frame.isEndStream()); // trailers, which mean nothing here
      return;
    }
    RequestHead head;
    Verdict verdict;
    try {
      head = Heads.ofHttp2(frame.headers(), peer);
      verdict = face.site().decide(head);
    } catch (BadRequest bad) {
      LOG.log(Level.DEBUG, "event=http_bad_request reason=\"{0}\"", bad.getMessage());
      head = RequestHead.none(peer);
      verdict = new Verdict.Answer(Pages.of(bad.status()), Caller.NOBODY);
    }
    if (verdict instanceof Verdict.Upgrade wanted) {
      Optional<HttpReply> problem =
          frame.isEndStream() ? Optional.of(Pages.of(400)) : WebSocketUpgrade.versionProblem(head);
      if (problem.isEmpty()) {
        new WebSocketUpgrade(face.webSockets().orElseThrow(), head, wanted).performOnStream(ctx);
        return;
      }
      wanted.token().destroy();
      verdict = new Verdict.Answer(problem.get(), wanted.caller());
    }
    exchange = new Exchange(face, ctx.executor(), head, verdict, this);
    if (frame.isEndStream()) {
      ended(true);
    } else if (head.webSocket()) {
      exchange.bodyEnded(); // a tunnel that is refused has no body to wait for
    } else {
      // A length of nothing says no more than that the end of the stream is still to come.
      long announced = frame.headers().getLong("content-length", 0);
      exchange.start(announced == 0 ? -1 : announced);
    }
  }

  private void ended(boolean end) {
    if (end && !received) {
      received = true;
      Objects.requireNonNull(exchange).bodyEnded();
    }
  }

  // ---- the reply

  @Override
  public void whole(HttpReply reply, ByteBuf body) {
    int length = body.readableBytes();
    if (length == 0) {
      body.release();
      head(reply, 0, true);
    } else {
      // One flush for both, and so one record of TLS.
      Objects.requireNonNull(context)
          .write(new DefaultHttp2HeadersFrame(headersOf(reply, length), false))
          .addListener(Closing.ON_FAILURE);
      send(new DefaultHttp2DataFrame(body, true));
    }
    stopRequest();
  }

  @Override
  public void headOnly(HttpReply reply) {
    head(reply, reply.body() instanceof HttpReply.Body.Bytes bytes ? bytes.length() : -1, true);
    stopRequest();
  }

  @Override
  public void begin(HttpReply reply) {
    head(reply, -1, false);
  }

  @Override
  public void piece(ByteBuf bytes) {
    Objects.requireNonNull(context)
        .write(new DefaultHttp2DataFrame(bytes, false))
        .addListener(Closing.ON_FAILURE);
  }

  @Override
  public void flush() {
    Objects.requireNonNull(context).flush();
  }

  @Override
  public void end() {
    send(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true));
    stopRequest();
  }

  @Override
  public void abort() {
    send(new DefaultHttp2ResetFrame(Http2Error.INTERNAL_ERROR));
  }

  @Override
  public boolean hasRoom() {
    return Objects.requireNonNull(context).channel().isWritable();
  }

  private void head(HttpReply reply, long length, boolean end) {
    send(new DefaultHttp2HeadersFrame(headersOf(reply, length), end));
  }

  static Http2Headers headersOf(HttpReply reply, long length) {
    Http2Headers headers = new DefaultHttp2Headers();
    headers.status(Integer.toString(reply.status()));
    headers.set("server", Pages.SERVER).set("date", HttpDate.now());
    reply
        .fields()
        .forEach(
            (name, value) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!OF_CONNECTIONS.contains(lower)) {
                headers.add(lower, value);
              }
            });
    if (length >= 0 && reply.status() != 204 && reply.status() != 304) {
      headers.set("content-length", Long.toString(length));
    }
    return headers;
  }

  /** The reply is complete; what is left of the request is not wanted (RFC 9113 section 8.1). */
  private void stopRequest() {
    if (!received) {
      send(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
    }
  }

  private void send(Object frame) {
    Objects.requireNonNull(context).writeAndFlush(frame).addListener(Closing.ON_FAILURE);
  }
}
