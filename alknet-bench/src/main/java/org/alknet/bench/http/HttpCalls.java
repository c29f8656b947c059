package org.alknet.bench.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.alknet.bench.call.Contender;

/**
 * Clients of one server, each with a connection of its own and one request at a time. They look for
 * the end of a reply and at nothing else, so that little of what is measured is theirs.
 */
final class HttpCalls implements Contender {
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final String name;
  private final Callable<Connection> connect;
  private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();

  /** A connection that serves one request at a time. */
  private interface Connection {
    void request(String path, byte[] body, Runnable answered, Runnable event);

    void cancel();

    void close();
  }

  /** What a turn is about. */
  record Way(boolean http2, boolean tls) {
    @Override
    public String toString() {
      return (http2 ? "HTTP/2" : "HTTP/1.1") + (tls ? " with TLS" : " without TLS");
    }
  }

  HttpCalls(String name, Way way, int port, int connections, SSLContext tls, EventLoopGroup loops)
      throws Exception {
    this.name = name;
    this.connect =
        () -> {
          Channel channel = connect(way, port, tls, loops);
          return way.http2() ? new Two(channel) : channel.pipeline().get(One.class);
        };
    for (int i = 0; i < connections; i++) {
      idle.add(connect.call());
    }
  }

  private static Channel connect(Way way, int port, SSLContext tls, EventLoopGroup loops)
      throws InterruptedException {
    return new Bootstrap()
        .group(loops)
        .channel(NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                if (way.tls()) {
                  SSLEngine engine = tls.createSSLEngine("localhost", port);
                  engine.setUseClientMode(true);
                  SSLParameters parameters = engine.getSSLParameters();
                  parameters.setApplicationProtocols(
                      new String[] {way.http2() ? "h2" : "http/1.1"});
                  parameters.setEndpointIdentificationAlgorithm("HTTPS");
                  engine.setSSLParameters(parameters);
                  channel.pipeline().addLast(new SslHandler(engine));
                }
                if (way.http2()) {
                  channel
                      .pipeline()
                      .addLast(
                          Http2FrameCodecBuilder.forClient()
                              .initialSettings(
                                  Http2Settings.defaultSettings().initialWindowSize(1 << 20))
                              .build(),
                          new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                } else {
                  channel.pipeline().addLast(new One());
                }
              }
            })
        .connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        .sync()
        .channel();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void call(Runnable answered) {
    Connection connection = idle.remove();
    connection.request(
        "/call",
        Gateway.CALL,
        () -> {
          idle.add(connection);
          answered.run();
        },
        () -> {});
  }

  @Override
  public Runnable subscribe(Runnable element) {
    // A server does not keep a connection for long that asks for nothing.
    Connection connection;
    try {
      connection = connect.call();
    } catch (Exception failed) {
      throw new IllegalStateException("cannot connect", failed);
    }
    connection.request(
        "/subscribe",
        Gateway.SUBSCRIPTION,
        () -> Contender.broken("an endless subscription ended", null),
        element);
    return () -> {
      connection.cancel();
      connection.close();
    };
  }

  @Override
  public void close() {
    idle.forEach(Connection::close);
  }

  /** HTTP/1.1: the request is constant, and so is the length of the reply. */
  private static final class One extends ChannelInboundHandlerAdapter implements Connection {
    private ChannelHandlerContext context;
    private Runnable answered = () -> {};
    private Runnable event = () -> {};
    private int replyBytes;
    private long received;
    private boolean streaming;
    private boolean over;
    private final StringBuilder first = new StringBuilder();

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      context = ctx;
    }

    @Override
    public void request(String path, byte[] body, Runnable toAnswer, Runnable toEvent) {
      byte[] head =
          ("POST "
                  + path
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  + "Content-Length: "
                  + body.length
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII);
      context
          .executor()
          .execute(
              () -> {
                answered = toAnswer;
                event = toEvent;
                received = 0;
                streaming = path.equals("/subscribe");
                context
                    .writeAndFlush(Unpooled.wrappedBuffer(head, body))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
              });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      try {
        if (streaming) {
          count(bytes);
        } else {
          if (replyBytes == 0) {
            measure(bytes);
          }
          received += bytes.readableBytes();
          if (replyBytes > 0 && received >= replyBytes) {
            received = 0;
            answered.run();
          }
        }
      } finally {
        bytes.release();
      }
    }

    /** Every event ends with the only two line feeds in a row that there are. */
    private void count(ByteBuf bytes) {
      for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
        byte one = bytes.getByte(i);
        if (one == '\n') {
          received++;
          if (received == 2) {
            event.run();
          }
        } else {
          received = 0;
        }
      }
    }

    private void measure(ByteBuf bytes) {
      first.append(bytes.toString(StandardCharsets.US_ASCII));
      int end = first.indexOf(new String(END_OF_HEAD, StandardCharsets.US_ASCII));
      if (end >= 0) {
        String head = first.substring(0, end).toLowerCase(java.util.Locale.ROOT);
        if (!head.startsWith("http/1.1 200")) {
          Contender.broken("the reply is " + first, null);
        }
        int length = head.indexOf("content-length: ") + "content-length: ".length();
        int lineEnd = head.indexOf('\r', length);
        replyBytes =
            end
                + END_OF_HEAD.length
                + Integer.parseInt(
                    head.substring(length, lineEnd < 0 ? head.length() : lineEnd).trim());
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      if (!over) {
        Contender.broken("a connection ended", null);
      }
    }

    @Override
    public void cancel() {
      close();
    }

    @Override
    public void close() {
      context
          .executor()
          .execute(
              () -> {
                over = true;
                context.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
              });
    }
  }

  /** HTTP/2: one stream after the other. */
  private static final class Two implements Connection {
    private final Channel connection;
    private volatile Http2StreamChannel stream;

    Two(Channel connection) {
      this.connection = connection;
    }

    @Override
    public void request(String path, byte[] body, Runnable answered, Runnable event) {
      new Http2StreamChannelBootstrap(connection)
          .handler(new Reading(answered, event))
          .open()
          .addListener(
              opened -> {
                if (!opened.isSuccess()) {
                  Contender.broken("no stream", opened.cause());
                }
                Http2StreamChannel channel = (Http2StreamChannel) opened.getNow();
                stream = channel;
                Http2Headers headers =
                    new DefaultHttp2Headers()
                        .method("POST")
                        .scheme("https")
                        .authority("localhost")
                        .path(path)
                        .set("content-type", "application/json");
                channel
                    .write(new DefaultHttp2HeadersFrame(headers))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
                channel
                    .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true))
                    .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
              });
    }

    @Override
    public void cancel() {
      stream.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    @Override
    public void close() {
      connection.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
  }

  private static final class Reading extends ChannelInboundHandlerAdapter {
    private final Runnable answered;
    private final Runnable event;
    private int feeds;

    Reading(Runnable answered, Runnable event) {
      this.answered = answered;
      this.event = event;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
      try {
        if (frame instanceof Http2HeadersFrame head
            && !"200".contentEquals(head.headers().status())) {
          Contender.broken("the reply is " + head.headers(), null);
        }
        if (frame instanceof Http2DataFrame data) {
          count(data.content());
          if (data.isEndStream()) {
            answered.run();
          }
        }
      } finally {
        ReferenceCountUtil.release(frame);
      }
    }

    private void count(ByteBuf bytes) {
      for (int i = bytes.readerIndex(); i < bytes.writerIndex(); i++) {
        feeds = bytes.getByte(i) == '\n' ? feeds + 1 : 0;
        if (feeds == 2) {
          event.run();
        }
      }
    }
  }
}
