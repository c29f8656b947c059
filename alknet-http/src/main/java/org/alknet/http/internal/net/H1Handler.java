package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.channel.Countdown;
import org.alknet.http.internal.channel.Farewell;
import org.alknet.http.internal.site.Caller;
import org.alknet.http.internal.site.Pages;
import org.alknet.http.internal.site.Peer;
import org.alknet.http.internal.site.RequestHead;
import org.alknet.http.internal.site.Verdict;
import org.alknet.http.server.HttpReply;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one HTTP/1.1 connection, strictly one after the other (RFC 9112 section 9.3). It
 * reads on while somebody works on a reply, because that is how the end of the connection shows;
 * what a client sends ahead waits, and then nothing more is read.
 *
 * <p>Confined to its event loop.
 */
final class H1Handler extends ChannelInboundHandlerAdapter implements ReplySink {
  private static final Logger LOG = System.getLogger(H1Handler.class.getName());

  /** How long a client may still send after a reply that closes the connection. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private final Face face;
  private final Peer peer;
  private final Deque<Object> waiting = new ArrayDeque<>();

  private @Nullable ChannelHandlerContext context;
  private @Nullable Exchange exchange;
  private @Nullable WebSocketUpgrade upgrade;
  private @Nullable Countdown deadline;
  private boolean headStarted;
  private boolean keepAlive;
  private boolean modern;
  private boolean receiving;
  private boolean lingering;
  private boolean draining;

  H1Handler(Face face, Peer peer) {
    this.face = face;
    this.peer = peer;
  }

  // ---- the connection

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    deadline = new Countdown(face.limits().headerTimeout(), ctx);
    draining = face.live().isDraining();
    within(face.limits().headerTimeout());
    ctx.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Objects.requireNonNull(deadline).stop();
    release();
    if (exchange != null) {
      exchange.lost();
      exchange = null;
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    Objects.requireNonNull(deadline).stop();
    release();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Farewell.DRAIN) {
      draining = true;
      if (exchange == null && !headStarted) {
        ctx.close().addListener(Closing.LOGGED);
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.log(Level.DEBUG, "event=http_connection_failed", cause);
    ctx.close().addListener(Closing.LOGGED);
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (exchange != null && ctx.channel().isWritable()) {
      exchange.writable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  /** Bytes have come, though perhaps no complete header. */
  void bytesArrived() {
    if (exchange == null && !headStarted && !lingering) {
      headStarted = true;
      within(face.limits().headerTimeout());
    }
  }

  private void within(Duration limit) {
    Objects.requireNonNull(deadline).within(limit);
  }

  private void release() {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  // ---- requests

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lingering) {
      ReferenceCountUtil.release(message);
    } else if (isBusy()) {
      waiting.add(message);
    } else {
      handle(ctx, message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (exchange != null) {
      exchange.readSoFar();
    }
    if (lingering || waiting.isEmpty()) {
      ctx.read();
    }
    ctx.fireChannelReadComplete();
  }

  /** Whether a reply is being made or sent and the request is complete. */
  private boolean isBusy() {
    return exchange != null && !receiving;
  }

  private void handle(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        start(ctx, request);
      }
      if (message instanceof HttpContent content && receiving) {
        content(ctx, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void start(ChannelHandlerContext ctx, HttpRequest request) {
    Objects.requireNonNull(deadline).lift();
    headStarted = false;
    receiving = true;
    modern = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
    keepAlive = modern && HttpUtil.isKeepAlive(request);
    RequestHead head;
    try {
      head = Heads.ofHttp1(request, peer);
    } catch (BadRequest bad) {
      LOG.log(Level.DEBUG, "event=http_bad_request reason=\"{0}\"", bad.getMessage());
      refuse(ctx, bad.status());
      return;
    }
    long announced =
        HttpUtil.isTransferEncodingChunked(request) ? -1 : HttpUtil.getContentLength(request, 0L);
    Verdict verdict = face.site().decide(head);
    if (verdict instanceof Verdict.Upgrade wanted) {
      Optional<HttpReply> problem =
          announced == 0 ? WebSocketUpgrade.problem(head) : Optional.of(Pages.of(400));
      if (problem.isEmpty()) {
        upgrade = new WebSocketUpgrade(face.webSockets().orElseThrow(), head, wanted);
        return;
      }
      wanted.token().destroy();
      verdict = new Verdict.Answer(problem.get(), wanted.caller());
    }
    exchange = new Exchange(face, ctx.executor(), head, verdict, this);
    exchange.start(announced);
    if (announced != 0
        && exchange != null
        && exchange.isReceiving()
        && head.fields().contains("Expect")) {
      ctx.writeAndFlush(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER))
          .addListener(Closing.ON_FAILURE);
    }
  }

  /** Answers what is no request, and reads no other. */
  private void refuse(ChannelHandlerContext ctx, int status) {
    keepAlive = false;
    Verdict verdict = new Verdict.Answer(Pages.of(status), Caller.NOBODY);
    exchange = new Exchange(face, ctx.executor(), RequestHead.none(peer), verdict, this);
    exchange.bodyEnded();
  }

  private void content(ChannelHandlerContext ctx, HttpContent content) {
    Exchange current = exchange;
    if (content.decoderResult().isFailure()) {
      if (current != null && current.isReceiving()) {
        current.lost();
        refuse(ctx, 400);
      }
      return;
    }
    if (current != null) {
      current.body(content.content());
    }
    if (content instanceof LastHttpContent) {
      receiving = false;
      if (current != null) {
        current.bodyEnded();
      } else if (upgrade != null) {
        WebSocketUpgrade ready = upgrade;
        upgrade = null;
        ready.perform(ctx);
      }
    }
  }

  // ---- replies

  @Override
  public void whole(HttpReply reply, ByteBuf body) {
    HttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(reply), body);
    describe(response, reply, body.readableBytes());
    finish(response);
  }

  @Override
  public void headOnly(HttpReply reply) {
    HttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(reply), Unpooled.EMPTY_BUFFER);
    describe(
        response, reply, reply.body() instanceof HttpReply.Body.Bytes bytes ? bytes.length() : -1);
    response.headers().remove(HttpHeaderNames.TRANSFER_ENCODING);
    finish(response);
  }

  @Override
  public void begin(HttpReply reply) {
    HttpResponse response = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status(reply));
    describe(response, reply, -1);
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    ctx.writeAndFlush(response).addListener(Closing.ON_FAILURE);
  }

  @Override
  public void piece(ByteBuf bytes) {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    ctx.write(new DefaultHttpContent(bytes)).addListener(Closing.ON_FAILURE);
  }

  @Override
  public void flush() {
    Objects.requireNonNull(context).flush();
  }

  @Override
  public void end() {
    finish(LastHttpContent.EMPTY_LAST_CONTENT);
  }

  @Override
  public void abort() {
    Objects.requireNonNull(context).close().addListener(Closing.LOGGED);
  }

  @Override
  public boolean hasRoom() {
    return Objects.requireNonNull(context).channel().isWritable();
  }

  private static HttpResponseStatus status(HttpReply reply) {
    String reason = Pages.reason(reply.status());
    if (!reason.isEmpty()) {
      return new HttpResponseStatus(reply.status(), reason);
    }
    HttpResponseStatus known = HttpResponseStatus.valueOf(reply.status());
    // The library makes up a phrase for what it does not know, by which it can be told.
    return known.reasonPhrase().endsWith(")") ? new HttpResponseStatus(reply.status(), "") : known;
  }

  /** Fills in the header; a length below zero is not known. */
  private void describe(HttpResponse response, HttpReply reply, long length) {
    boolean framed = length >= 0 || reply.fields().contains("Content-Length");
    keepAlive &= !draining && !receiving && (framed || modern);
    HttpHeaders headers = response.headers();
    headers.set("Server", Pages.SERVER).set("Date", HttpDate.now());
    reply.fields().forEach(headers::add);
    if (reply.status() != 204 && reply.status() != 304) {
      if (length >= 0) {
        headers.set("Content-Length", Long.toString(length));
      } else if (!framed && modern) {
        headers.set("Transfer-Encoding", "chunked");
      }
    }
    String connection = keepAlive ? "keep-alive" : "close";
    headers.set("Connection", reply.status() == 426 ? connection + ", Upgrade" : connection);
  }

  private void finish(Object last) {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    ctx.writeAndFlush(last)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (written.isSuccess()) {
                    replied(ctx);
                  } else {
                    ctx.close().addListener(Closing.LOGGED);
                  }
                });
  }

  private void replied(ChannelHandlerContext ctx) {
    exchange = null;
    if (!keepAlive || draining) {
      if (receiving) {
        // Closing now would throw away a reply that the client has not read yet.
        lingering = true;
        release();
        within(LINGER);
        ctx.read();
      } else {
        ctx.close().addListener(Closing.LOGGED);
      }
      return;
    }
    within(face.limits().idleTimeout());
    while (!waiting.isEmpty() && !isBusy()) {
      handle(ctx, waiting.remove());
    }
    if (exchange != null) {
      exchange.readSoFar();
    }
    if (waiting.isEmpty()) {
      ctx.read();
    }
  }
}
