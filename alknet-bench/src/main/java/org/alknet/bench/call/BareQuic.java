package org.alknet.bench.call;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.TransportConfig;
import org.jspecify.annotations.Nullable;

/**
 * Netty QUIC with nothing of ours: as many bytes as a call has go to the server, as many as its
 * answer has come back, and nobody looks at them. Everything happens in the read callbacks on two
 * event loops. The measure for what a protocol on top can reach.
 */
final class BareQuic implements Contender {
  private static final int REQUEST = Payloads.requestBytes();
  private static final int RESPONSE = Payloads.responseBytes();

  /** A first byte that asks for a stream of answers instead of one. */
  private static final int SUBSCRIBE = 1;

  private static final int MAX_STREAMS = 4096;

  /** What is done beside moving bytes. */
  enum Shape {
    ONE_STREAM("bare QUIC, one stream"),
    STREAM_PER_CALL("bare QUIC, stream per call"),
    JSON("bare QUIC, one stream, and Jackson");

    private final String title;

    Shape(String title) {
      this.title = title;
    }
  }

  private final Shape shape;
  private final boolean streamPerCall;
  private final @Nullable JsonWork atClient;
  private final @Nullable JsonWork atServer;
  private final EventLoopGroup serverLoop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoopGroup clientLoop =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel serverSocket;
  private final Channel clientSocket;
  private final QuicChannel connection;
  private final Calls shared;
  private final QuicStreamChannel sharedStream;

  BareQuic(Shape shape, Certificates certificates) throws Exception {
    this.shape = shape;
    this.streamPerCall = shape == Shape.STREAM_PER_CALL;
    this.atClient = shape == Shape.JSON ? new JsonWork() : null;
    this.atServer = shape == Shape.JSON ? new JsonWork() : null;
    this.shared = new Calls(atClient);
    QuicSslContext serverTls =
        QuicSslContextBuilder.forServer(certificates.key(), null, certificates.certificate())
            .applicationProtocols("bench")
            .build();
    QuicSslContext clientTls =
        QuicSslContextBuilder.forClient()
            .trustManager(certificates.certificate())
            .applicationProtocols("bench")
            .build();
    serverSocket =
        socket(
            serverLoop,
            parameters(new QuicServerCodecBuilder())
                .sslContext(serverTls)
                .handler(new Quiet())
                .streamHandler(
                    new ChannelInitializer<QuicStreamChannel>() {
                      @Override
                      protected void initChannel(QuicStreamChannel stream) {
                        stream.pipeline().addLast(new Answers());
                      }
                    })
                .build());
    clientSocket =
        socket(
            clientLoop,
            parameters(new QuicClientCodecBuilder())
                .sslEngineProvider(quic -> clientTls.newEngine(quic.alloc(), "localhost", -1))
                .build());
    connection =
        QuicChannel.newBootstrap(clientSocket)
            .handler(new Quiet())
            .streamHandler(new Quiet())
            .remoteAddress(serverSocket.localAddress())
            .connect()
            .get(30, TimeUnit.SECONDS);
    sharedStream = connection.createStream(QuicStreamType.BIDIRECTIONAL, shared).get();
  }

  private static Channel socket(EventLoopGroup loop, ChannelHandler codec) throws Exception {
    return new Bootstrap()
        .group(loop)
        .channel(NioDatagramChannel.class)
        .handler(codec)
        .bind(new InetSocketAddress("127.0.0.1", 0))
        .sync()
        .channel();
  }

  /** The same as ours, but for more streams, so that calls need not queue for credit. */
  private static <B extends QuicCodecBuilder<B>> B parameters(B builder) {
    TransportConfig transport = TransportConfig.defaults();
    return builder
        .maxIdleTimeout(transport.maxIdleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .initialMaxData(transport.connectionWindowBytes())
        .initialMaxStreamDataBidirectionalLocal(transport.streamWindowBytes())
        .initialMaxStreamDataBidirectionalRemote(transport.streamWindowBytes())
        .initialMaxStreamsBidirectional(MAX_STREAMS)
        .maxSendUdpPayloadSize(transport.maxUdpPayloadBytes());
  }

  @Override
  public String name() {
    return shape.title;
  }

  @Override
  public void call(Runnable answered) {
    if (!connection.eventLoop().inEventLoop()) {
      connection.eventLoop().execute(() -> call(answered));
    } else if (streamPerCall) {
      callOnOwnStream(answered);
    } else {
      if (atClient != null) {
        atClient.writeRequest();
      }
      shared.answered.add(answered);
      write(sharedStream, zeros(sharedStream, REQUEST));
    }
  }

  private void callOnOwnStream(Runnable answered) {
    Calls call = new Calls(null);
    call.answered.add(answered);
    connection
        .createStream(QuicStreamType.BIDIRECTIONAL, call)
        .addListener(
            (Future<QuicStreamChannel> created) -> {
              if (created.isSuccess()) {
                QuicStreamChannel stream = created.getNow();
                write(stream, new DefaultQuicStreamFrame(zeros(stream, REQUEST), true));
              } else {
                Contender.broken("no stream", created.cause());
              }
            });
  }

  @Override
  public Runnable subscribe(Runnable element) {
    JsonWork json = atClient;
    Elements elements =
        new Elements(
            json == null
                ? element
                : () -> {
                  json.readResponse();
                  element.run();
                });
    QuicStreamChannel stream =
        connection
            .createStream(QuicStreamType.BIDIRECTIONAL, elements)
            .syncUninterruptibly()
            .getNow();
    write(stream, zeros(stream, REQUEST).setByte(0, SUBSCRIBE));
    return () ->
        stream
            .eventLoop()
            .execute(
                () -> {
                  stream.shutdown(0, stream.newPromise());
                  stream.close();
                });
  }

  private static ByteBuf zeros(Channel channel, int bytes) {
    return channel.alloc().directBuffer(bytes).writeZero(bytes);
  }

  private static void write(Channel channel, Object message) {
    channel
        .writeAndFlush(message)
        .addListener(
            written -> {
              if (!written.isSuccess() && !(written.cause() instanceof IOException)) {
                Contender.broken("a write failed", written.cause());
              }
            });
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    clientSocket.close().syncUninterruptibly();
    serverSocket.close().syncUninterruptibly();
    clientLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    serverLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** The client's end: every so many bytes are the answer to the oldest call. */
  private static final class Calls extends ChannelInboundHandlerAdapter {
    private final Deque<Runnable> answered = new ArrayDeque<>();
    private final @Nullable JsonWork json;
    private int received;

    Calls(@Nullable JsonWork json) {
      this.json = json;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received += bytes.readableBytes();
      bytes.release();
      while (received >= RESPONSE) {
        received -= RESPONSE;
        if (json != null) {
          json.readResponse();
        }
        answered.remove().run();
      }
    }
  }

  /** The client's end of a stream: every so many bytes are an element. */
  private static final class Elements extends ChannelInboundHandlerAdapter {
    private final Runnable element;
    private int received;

    Elements(Runnable element) {
      this.element = element;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      received += bytes.readableBytes();
      bytes.release();
      while (received >= RESPONSE) {
        received -= RESPONSE;
        element.run();
      }
    }
  }

  /** The server's end: every so many bytes are a call. */
  private final class Answers extends ChannelInboundHandlerAdapter {
    private int received;
    private boolean streaming;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ByteBuf bytes = (ByteBuf) message;
      streaming |= received == 0 && bytes.getByte(bytes.readerIndex()) == SUBSCRIBE;
      received += bytes.readableBytes();
      bytes.release();
      if (streaming) {
        stream(ctx.channel());
        return;
      }
      while (received >= REQUEST) {
        received -= REQUEST;
        if (atServer != null) {
          atServer.readRequest();
          atServer.writeResponse();
        }
        ByteBuf answer = zeros(ctx.channel(), RESPONSE);
        write(ctx.channel(), streamPerCall ? new DefaultQuicStreamFrame(answer, true) : answer);
      }
    }

    private void stream(Channel channel) {
      while (channel.isActive() && channel.isWritable()) {
        if (atServer != null) {
          atServer.writeResponse();
        }
        write(channel, zeros(channel, RESPONSE));
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
      if (streaming) {
        stream(ctx.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  /** Events of the connection concern nobody. */
  @ChannelHandler.Sharable
  private static final class Quiet extends ChannelInboundHandlerAdapter {}
}
