package org.alknet.core.internal.quic;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.tls.ServerVerification;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to reach one address. Owns a UDP socket of its own: connected, so that the system can
 * report a port on which nobody listens, and closed on every path, with the connection or without
 * it.
 *
 * <p>Confined to its event loop after {@link #start}.
 */
final class QuicDial {
  private static final int TLS_NO_APPLICATION_PROTOCOL = 120;

  private final EventLoopGroup group;
  private final TransportConfig transport;
  private final ClientTls tls;
  private final ServerVerification verification;
  private final Optional<String> serverName;
  private final Alpn alpn;
  private final InetSocketAddress target;
  private final Duration limit;
  private final CompletableFuture<QuicConnection> result = new CompletableFuture<>();
  private @Nullable QuicSslEngine engine;
  private @Nullable QuicChannel channel;
  private @Nullable QuicConnectionCloseEvent refusal;

  QuicDial(
      EventLoopGroup group,
      TransportConfig transport,
      ClientTls tls,
      ServerVerification verification,
      Optional<String> serverName,
      Alpn alpn,
      InetSocketAddress target,
      Duration limit) {
    this.group = group;
    this.transport = transport;
    this.tls = tls;
    this.verification = verification;
    this.serverName = serverName;
    this.alpn = alpn;
    this.target = target;
    this.limit = limit;
  }

  /** Starts the attempt; completing the future from outside gives it up. */
  CompletableFuture<QuicConnection> start() {
    new Bootstrap()
        .group(group)
        .channel(NioDatagramChannel.class)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel udp) {
                udp.pipeline()
                    .addLast(QuicCodecs.client(transport, quic -> newEngine()))
                    .addLast(new Unreachable());
              }
            })
        .connect(target)
        .addListener((ChannelFuture done) -> socketReady(done));
    return result;
  }

  private QuicSslEngine newEngine() {
    QuicSslEngine created = tls.newEngine(verification, serverName);
    engine = created;
    return created;
  }

  private void socketReady(ChannelFuture done) {
    Channel udp = done.channel();
    if (!done.isSuccess()) {
      fail(new DialFailure(DialFailure.Kind.UNREACHABLE, "no way to send there", done.cause()));
      Channels.close(udp);
      return;
    }
    ScheduledFuture<?> timer =
        udp.eventLoop().schedule(this::timedOut, limit.toMillis(), TimeUnit.MILLISECONDS);
    CompletionStage<QuicConnection> watched = result;
    watched.whenComplete(
        (connection, failure) ->
            udp.eventLoop()
                .execute(
                    () -> {
                      timer.cancel(false);
                      if (engine != null) {
                        tls.release(engine);
                      }
                      if (failure != null) {
                        abandon(udp);
                      }
                    }));
    QuicChannel.newBootstrap(udp)
        .handler(new Setup())
        .streamHandler(StreamSetup.forAccepted())
        .remoteAddress(target)
        .connect()
        .addListener((Future<QuicChannel> connected) -> connected(udp, connected));
  }

  private void connected(Channel udp, Future<QuicChannel> connected) {
    if (!connected.isSuccess()) {
      fail(reason(connected.cause())); // abandons the socket, once what is to be said is sent
      return;
    }
    QuicChannel quic = connected.getNow();
    quic.closeFuture().addListener(gone -> closeSocket(udp));
    Optional<Alpn> negotiated = Handshaken.alpn(quic);
    if (negotiated.isEmpty() || !negotiated.get().equals(alpn)) {
      fail(
          new DialFailure(
              DialFailure.Kind.NO_COMMON_ALPN, "the remote did not agree to " + alpn, null));
      return;
    }
    QuicConnection connection =
        QuicConnection.attach(
            quic,
            alpn,
            Handshaken.peerFingerprint(quic),
            // A server that fails to authenticate is not a client to be limited.
            QuicConnection.Owner.NOBODY);
    if (!transport.keepAlive().isZero()) {
      connection.keepAlive(transport.keepAlive());
    }
    if (!result.complete(connection)) {
      Channels.close(quic); // given up meanwhile
    }
  }

  private void abandon(Channel udp) {
    QuicChannel quic = channel;
    if (quic != null) {
      quic.close().addListener(gone -> closeSocket(udp));
    } else {
      Channels.close(udp);
    }
  }

  /**
   * Closes the socket, which is this connection's alone, one turn later: the last packet of the
   * connection is still on its way to the socket when its future completes.
   */
  private static void closeSocket(Channel udp) {
    udp.eventLoop().execute(() -> Channels.close(udp));
  }

  private void timedOut() {
    fail(
        new DialFailure(
            DialFailure.Kind.TIMEOUT, "no answer within " + limit.toMillis() + " ms", null));
  }

  private void fail(DialFailure failure) {
    result.completeExceptionally(failure);
  }

  private DialFailure reason(@Nullable Throwable cause) {
    Optional<ServerVerification.Failure> refused = verification.failure();
    if (refused.isPresent()) {
      return new DialFailure(refused.get());
    }
    QuicConnectionCloseEvent close = refusal;
    if (close != null && close.isTlsError()) {
      int alert = QuicConnectionCloseEvent.extractTlsError(close.error());
      return alert == TLS_NO_APPLICATION_PROTOCOL
          ? new DialFailure(
              DialFailure.Kind.NO_COMMON_ALPN, "the remote does not offer " + alpn, cause)
          : new DialFailure(
              DialFailure.Kind.REFUSED,
              "the remote refused the connection (TLS alert " + alert + ")",
              cause);
    }
    return new DialFailure(DialFailure.Kind.REFUSED, "the handshake failed", cause);
  }

  /** Prepares the QUIC channel and notices why it might come to nothing. */
  private final class Setup extends ChannelInboundHandlerAdapter {
    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      channel = (QuicChannel) ctx.channel();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof QuicConnectionCloseEvent close && !result.isDone()) {
        refusal = close;
        fail(reason(null)); // the channel itself takes its time to notice
      }
      ctx.fireUserEventTriggered(event);
    }

    /** The connect future tells the same; after the handshake the connection has its own ear. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (QuicConnection.of((QuicChannel) ctx.channel()) != null) {
        ctx.fireExceptionCaught(cause);
      } else {
        fail(reason(cause));
      }
    }
  }

  /** Hears from the system that nobody listens there; believed only until somebody answered. */
  private final class Unreachable extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof PortUnreachableException && !result.isDone()) {
        fail(new DialFailure(DialFailure.Kind.UNREACHABLE, "nothing listens there", cause));
      } else {
        System.getLogger(QuicDial.class.getName())
            .log(System.Logger.Level.DEBUG, "event=socket_error remote_addr=" + target, cause);
      }
    }
  }
}
