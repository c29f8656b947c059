package org.alknet.bench.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Netty and nothing else: answers every request on the event loop with the header and as many bytes
 * as the gateway answers with; a request to {@code /subscribe} gets the same event again and again,
 * as many as the connection takes at a time and then one flush for all of them. With {@link
 * JsonEcho} it does besides what JSON and handlers that may block cost anybody.
 */
final class BareHttp implements AutoCloseable {
  private final Answer answer;
  private final Optional<JsonEcho> json;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(
          Math.min(4, Runtime.getRuntime().availableProcessors()), NioIoHandler.newFactory());
  private final int secure;
  private final int clear;

  /** What the gateway answered once. */
  record Answer(List<Map.Entry<String, String>> fields, byte[] body) {}

  BareHttp(SSLContext tls, Answer answer, Optional<JsonEcho> json) throws InterruptedException {
    this.answer = answer;
    this.json = json;
    this.secure = bind(tls);
    this.clear = bind(null);
  }

  int port(boolean tls) {
    return tls ? secure : clear;
  }

  private int bind(SSLContext tls) throws InterruptedException {
    Channel channel =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    if (tls != null) {
                      SSLEngine engine = tls.createSSLEngine();
                      engine.setUseClientMode(false);
                      engine.setHandshakeApplicationProtocolSelector(
                          (any, offered) -> offered.get(0));
                      accepted.pipeline().addLast(new SslHandler(engine));
                    }
                    accepted.pipeline().addLast(new Chooser());
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    loops.shutdownGracefully();
    json.ifPresent(JsonEcho::close);
  }

  /** Answers on the event loop, which is where it was asked. */
  private void echo(ChannelHandlerContext ctx, byte[] request, Consumer<byte[]> answered) {
    if (json.isPresent()) {
      json.get().call(request, ctx.executor(), answered);
    } else {
      answered.accept(answer.body());
    }
  }

  private ByteBuf event() {
    return Unpooled.wrappedBuffer(json.isPresent() ? json.get().event() : Gateway.EVENT);
  }

  /**
   * Tells HTTP/2 by its first byte: no method of HTTP/1.1 that is used here begins with P and R.
   */
  private final class Chooser extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      if (bytes.getByte(bytes.readerIndex() + 1) == 'R') {
        ctx.pipeline()
            .addLast(
                Http2FrameCodecBuilder.forServer().build(),
                new Http2MultiplexHandler(
                    new ChannelInitializer<>() {
                      @Override
                      protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new Version2());
                      }
                    }));
      } else {
        ctx.pipeline()
            .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new Version1());
      }
      ctx.fireChannelRead(message);
      ctx.pipeline().remove(this);
    }
  }

  private final class Version1 extends SimpleChannelInboundHandler<FullHttpRequest> {
    private boolean flooding;

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      if (request.uri().equals("/subscribe")) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        head.headers().set("content-type", "text/event-stream").set("transfer-encoding", "chunked");
        ctx.writeAndFlush(head).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        flooding = true;
        flood(ctx);
        return;
      }
      byte[] echoed = new byte[request.content().readableBytes()];
      request.content().readBytes(echoed); // an echo has to have read what it answers
      echo(ctx, echoed, body -> reply(ctx, body));
    }

    private void reply(ChannelHandlerContext ctx, byte[] body) {
      FullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      answer.fields().forEach(field -> response.headers().set(field.getKey(), field.getValue()));
      ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      flood(ctx);
    }

    private void flood(ChannelHandlerContext ctx) {
      while (flooding && ctx.channel().isActive() && ctx.channel().isWritable()) {
        while (ctx.channel().isWritable()) {
          ctx.write(new DefaultHttpContent(event()))
              .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        ctx.flush();
      }
    }
  }

  private final class Version2 extends ChannelInboundHandlerAdapter {
    private boolean flooding;
    private boolean events;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      if (frame instanceof io.netty.handler.codec.http2.Http2HeadersFrame head) {
        events = "/subscribe".contentEquals(head.headers().path());
      }
      if (frame instanceof Http2DataFrame data) {
        byte[] echoed = new byte[data.content().readableBytes()];
        data.content().readBytes(echoed);
        if (data.isEndStream() && events) {
          subscribe(ctx);
        } else if (data.isEndStream()) {
          echo(ctx, echoed, body -> reply(ctx, body));
        }
      }
      ReferenceCountUtil.release(frame);
    }

    private void subscribe(ChannelHandlerContext ctx) {
      Http2Headers headers =
          new DefaultHttp2Headers().status("200").set("content-type", "text/event-stream");
      ctx.writeAndFlush(new DefaultHttp2HeadersFrame(headers))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      flooding = true;
      flood(ctx);
    }

    private void reply(ChannelHandlerContext ctx, byte[] body) {
      Http2Headers headers = new DefaultHttp2Headers().status("200");
      answer.fields().stream()
          .filter(field -> !field.getKey().equals("connection"))
          .forEach(field -> headers.set(field.getKey(), field.getValue()));
      ctx.write(new DefaultHttp2HeadersFrame(headers))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
      ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true))
          .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      flood(ctx);
    }

    private void flood(ChannelHandlerContext ctx) {
      while (flooding && ctx.channel().isActive() && ctx.channel().isWritable()) {
        while (ctx.channel().isWritable()) {
          ctx.write(new DefaultHttp2DataFrame(event()))
              .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
        }
        ctx.flush();
      }
    }
  }
}
