package org.alknet.http.internal.ws;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.alknet.call.connection.CallConnection;
import org.alknet.call.operation.CallError;
import org.alknet.call.wire.EnvelopeCodec;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.alknet.call.wire.FrameException;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.channel.Farewell;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket: messages become envelopes, in order and one at a time. It reads only while what
 * the other side has to read fits into the channel, so a client that calls and never reads stalls
 * itself and nobody's memory.
 *
 * <p>Confined to its event loop. A large message is parsed on a worker, and nothing else is looked
 * at until that is done.
 */
final class WebSocketHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger(WebSocketHandler.class.getName());
  private static final int QUICK_BYTES = 64 * 1024;
  private static final int GOING_AWAY = 1001;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int POLICY = 1008;
  private static final int TOO_BIG = 1009;
  private static final int TRY_LATER = 1013;
  private static final String TOO_LONG = "message too long";
  private static final int LAST_CODE = 4999;

  /** How long a client that sends too much may still send before the connection is cut. */
  private static final Duration LINGER = Duration.ofSeconds(5);

  private final WebSocketService service;
  private final Caller caller;
  private final Deque<WebSocketFrame> waiting = new ArrayDeque<>();

  private @Nullable ChannelHandlerContext context;
  private @Nullable SocketTransport transport;
  private @Nullable Future<?> heartbeat;
  private byte @Nullable [] message;
  private int length;
  private boolean parsing;
  private boolean closing;
  private long lastFrame;

  WebSocketHandler(WebSocketService service, Caller caller) {
    this.service = service;
    this.caller = caller;
  }

  // ---- the connection

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    lastFrame = System.nanoTime();
    heartbeat =
        ctx.executor()
            .scheduleAtFixedRate(
                this::beat,
                service.limits().pingInterval().toNanos(),
                service.limits().pingInterval().toNanos(),
                TimeUnit.NANOSECONDS);
    SocketTransport made =
        new SocketTransport(
            ctx.channel(),
            service.conceal() ? Optional.of(new Concealment()) : Optional.empty(),
            () -> ctx.executor().execute(() -> close(GOING_AWAY, "")));
    transport = made;
    CallConnection connection = service.calls().serve(made, Optional.of(caller.identity()));
    try {
      service.workers().execute(() -> service.connected().accept(connection));
    } catch (RejectedExecutionException full) {
      close(TRY_LATER, "");
    }
    ctx.read();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (heartbeat != null) {
      heartbeat.cancel(false);
    }
    closing = true;
    forget();
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    caller.forget();
    Objects.requireNonNull(transport).ended();
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Farewell.DRAIN) {
      close(GOING_AWAY, "");
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.log(Level.DEBUG, "event=websocket_failed", cause);
    if (cause instanceof CorruptedWebSocketFrameException broken) {
      // RFC 6455 section 7.1.7. The decoder would throw away what still comes byte by byte.
      ctx.pipeline().remove(WebSocket13FrameDecoder.class);
      int code = broken.closeStatus().code();
      close(code, code == TOO_BIG ? TOO_LONG : broken.closeStatus().reasonText());
    } else {
      closing = true;
      ctx.close().addListener(Closing.LOGGED);
    }
  }

  private void beat() {
    if (System.nanoTime() - lastFrame >= service.limits().silenceTimeout().toNanos()) {
      closing = true;
      Objects.requireNonNull(context).close().addListener(Closing.LOGGED);
    } else if (!caller.isCurrent()) {
      close(POLICY, "credential withdrawn");
    } else if (!closing) {
      Objects.requireNonNull(context)
          .writeAndFlush(new PingWebSocketFrame())
          .addListener(Closing.ON_FAILURE);
    }
  }

  private void close(int code, String reason) {
    if (!closing) {
      closing = true;
      forget();
      ChannelHandlerContext ctx = Objects.requireNonNull(context);
      ChannelFuture said = ctx.writeAndFlush(new CloseWebSocketFrame(code, reason));
      if (code == TOO_BIG || code == TRY_LATER) {
        linger(ctx);
      } else {
        said.addListener(Closing.AFTERWARDS);
      }
    }
  }

  /**
   * Reads on for a moment: the client is in the middle of its message, and a connection that is
   * closed on it is reset, which throws away the reason it was given.
   */
  private static void linger(ChannelHandlerContext ctx) {
    Future<?> end = Closing.after(LINGER, ctx);
    ctx.channel().closeFuture().addListener(closed -> end.cancel(false));
    ctx.read();
  }

  // ---- what comes

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object frame) {
    if (closing || !(frame instanceof WebSocketFrame received)) {
      if (frame instanceof CloseWebSocketFrame) {
        ctx.close().addListener(Closing.LOGGED);
      }
      ReferenceCountUtil.release(frame);
      return;
    }
    lastFrame = System.nanoTime();
    waiting.add(received);
    handleWaiting(ctx);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    readOn(ctx);
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    readOn(ctx);
    ctx.fireChannelWritabilityChanged();
  }

  private void readOn(ChannelHandlerContext ctx) {
    if (closing || (!parsing && ctx.channel().isWritable())) {
      ctx.read();
    }
  }

  private void handleWaiting(ChannelHandlerContext ctx) {
    while (!parsing && !waiting.isEmpty()) {
      WebSocketFrame frame = waiting.remove();
      try {
        if (!closing) {
          handle(ctx, frame);
        }
      } finally {
        frame.release();
      }
    }
  }

  private void handle(ChannelHandlerContext ctx, WebSocketFrame frame) {
    if (frame instanceof BinaryWebSocketFrame || frame instanceof ContinuationWebSocketFrame) {
      collect(ctx, frame);
    } else if (frame instanceof TextWebSocketFrame) {
      close(PROTOCOL_ERROR, "text messages not supported");
    } else if (frame instanceof PingWebSocketFrame) {
      ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()))
          .addListener(Closing.ON_FAILURE);
    } else if (frame instanceof CloseWebSocketFrame end && end.statusCode() > LAST_CODE) {
      close(PROTOCOL_ERROR, "no code for an end");
    } else if (frame instanceof CloseWebSocketFrame) {
      closing = true;
      ctx.writeAndFlush(new CloseWebSocketFrame(true, 0, frame.content().retain()))
          .addListener(Closing.AFTERWARDS);
    }
  }

  private void collect(ChannelHandlerContext ctx, WebSocketFrame frame) {
    int bytes = frame.content().readableBytes();
    if (length + (long) bytes > service.limits().maxMessageBytes()) {
      close(TOO_BIG, TOO_LONG);
      return;
    }
    if (!service.budget().take(bytes)) {
      close(TRY_LATER, "too much at a time");
      return;
    }
    byte[] collected = message == null ? new byte[bytes] : message;
    if (length + bytes > collected.length) {
      collected = Arrays.copyOf(collected, Math.max(length + bytes, 2 * collected.length));
    }
    frame.content().getBytes(frame.content().readerIndex(), collected, length, bytes);
    message = collected;
    length += bytes;
    if (frame.isFinalFragment()) {
      complete(ctx, collected, length);
    }
  }

  private void complete(ChannelHandlerContext ctx, byte[] json, int end) {
    if (end <= QUICK_BYTES) {
      deliver(json, end);
      forget();
      return;
    }
    parsing = true;
    try {
      service
          .workers()
          .execute(
              () -> {
                deliver(json, end);
                ctx.executor()
                    .execute(
                        () -> {
                          parsing = false;
                          forget();
                          handleWaiting(ctx);
                          readOn(ctx);
                        });
              });
    } catch (RejectedExecutionException full) {
      parsing = false;
      close(TRY_LATER, "too much at a time");
    }
  }

  /** Gives back what the message took. */
  private void forget() {
    if (!parsing) {
      service.budget().release(length);
      length = 0;
      message = null;
    }
  }

  /** Reads an envelope and hands it on: on the event loop or on a worker, never on both. */
  private void deliver(byte[] json, int end) {
    ChannelHandlerContext ctx = Objects.requireNonNull(context);
    SocketTransport to = Objects.requireNonNull(transport);
    EventEnvelope envelope;
    try {
      envelope = EnvelopeCodec.decode(json, 0, end);
    } catch (FrameException malformed) {
      ctx.executor().execute(() -> close(PROTOCOL_ERROR, "invalid EventEnvelope"));
      return;
    }
    if (envelope.type().equals(EventTypes.REQUESTED) && !caller.isCurrent()) {
      CallError refusal = CallError.forbidden("the credential was withdrawn");
      to.send(EventEnvelope.error(envelope.id(), refusal))
          .whenComplete(
              (sent, failure) ->
                  ctx.executor().execute(() -> close(POLICY, "credential withdrawn")))
          .toCompletableFuture()
          .isDone();
      return;
    }
    to.received(envelope);
  }
}
