package org.alknet.http.internal.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLContext;
import org.alknet.core.handler.Admission;
import org.alknet.core.observe.LogLine;
import org.alknet.http.internal.channel.Closing;
import org.jspecify.annotations.Nullable;

/**
 * Accepts TCP connections, within the limits of the node, and leads each to its protocol.
 *
 * <p>Thread-safe.
 */
public final class TcpListener {
  private static final Logger LOG = System.getLogger(TcpListener.class.getName());
  private static final int BACKLOG = 1024;
  private static final int LOW_WATER = 32 * 1024;
  private static final int HIGH_WATER = 64 * 1024;

  private final Channel channel;
  private final boolean secure;
  private volatile @Nullable SSLContext context;

  private TcpListener(Channel channel, @Nullable SSLContext context) {
    this.channel = channel;
    this.context = context;
    this.secure = context != null;
  }

  /** Binds; completes when it listens, and fails with the system's reason. */
  static CompletionStage<TcpListener> bind(
      EventLoopGroup loops,
      InetSocketAddress address,
      @Nullable SSLContext context,
      Face face,
      Admission admission) {
    CompletableFuture<TcpListener> listening = new CompletableFuture<>();
    // Connections that come before the listener exists use the context it was made with.
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(() -> socket(address))
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel accepted) {
                    TcpListener listener = listening.getNow(null);
                    accept(
                        accepted, listener == null ? context : listener.context, face, admission);
                  }
                });
    bootstrap
        .bind(address)
        .addListener(
            (io.netty.channel.ChannelFutureListener)
                bound -> {
                  if (bound.isSuccess()) {
                    listening.complete(new TcpListener(bound.channel(), context));
                  } else {
                    listening.completeExceptionally(bound.cause());
                  }
                });
    return listening;
  }

  /** Of the family of the address: whoever asks for any IPv4 address gets no IPv6 one with it. */
  private static NioServerSocketChannel socket(InetSocketAddress address) {
    return new NioServerSocketChannel(
        SelectorProvider.provider(),
        address.getAddress() instanceof Inet4Address
            ? SocketProtocolFamily.INET
            : SocketProtocolFamily.INET6);
  }

  private static void accept(
      SocketChannel accepted, @Nullable SSLContext tls, Face face, Admission admission) {
    Optional<Admission.Place> place = admission.admit(accepted.remoteAddress().getAddress());
    if (place.isEmpty() || face.live().isDraining()) {
      place.ifPresent(Admission.Place::release);
      LOG.log(
          Level.DEBUG,
          () ->
              LogLine.event("http_connection_refused")
                  .field("remote", String.valueOf(accepted.remoteAddress()))
                  .toString());
      accepted.close().addListener(Closing.LOGGED);
      return;
    }
    accepted.closeFuture().addListener(closed -> place.get().release());
    face.live().add(accepted);
    TcpPeer peer = new TcpPeer(accepted, admission, tls != null);
    if (tls == null) {
      place.get().established();
      accepted.pipeline().addLast(new ClearChooser(face, peer));
    } else {
      accepted
          .pipeline()
          .addLast(new HandshakeGuard())
          .addLast(TlsSettings.handler(tls, face.limits().headerTimeout()))
          .addLast(new ProtocolChooser(face, peer, place.get()));
    }
  }

  /** Returns where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Shows another identity to connections from now on. */
  public void reload(SSLContext other) {
    if (!secure) {
      throw new IllegalStateException("this listener has no TLS");
    }
    context = other;
  }

  /** Accepts no more connections. */
  CompletionStage<Void> stop() {
    CompletableFuture<Void> stopped = new CompletableFuture<>();
    channel.close().addListener(closed -> stopped.complete(null));
    return stopped;
  }
}
