package org.alknet.core.internal.quic;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.alknet.core.connection.Alpn;
import org.alknet.core.handler.Admission;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;
import org.jspecify.annotations.Nullable;

/**
 * One UDP socket of a listener, on one event loop, with all that a handshake needs: TLS contexts,
 * Retry tokens and connection ids of its own, so that the sockets of a listener share no state.
 *
 * <p>Confined to its event loop, except for the methods that say otherwise.
 */
final class ListenerSocket {
  /** What an admitted connection shakes hands with; a refused one has none. */
  private static final AttributeKey<Engine> ENGINE =
      AttributeKey.valueOf(ListenerSocket.class, "engine");

  /** First packets answered with a refusal at a time; beyond that, silence. */
  private static final int MAX_REFUSING = 256;

  private final QuicListener.Setup setup;
  private final EventLoop loop;
  private final LoopRouting routing;
  private final int index;
  private final Set<QuicChannel> handshaking = ConcurrentHashMap.newKeySet();
  private final QuicSslContext refusal;
  private volatile ServerTls tls;
  private volatile boolean admitting = true;
  private volatile @Nullable Channel udp;
  private int refusing;

  private record Engine(ServerTls tls, QuicSslEngine engine) {
    /** Forgets the engine and says whether its handshake was a full one. */
    boolean finish() {
      return tls.finish(engine);
    }
  }

  /**
   * Creates a socket that is not bound yet.
   *
   * @param index its place among the sockets of the listener
   */
  ListenerSocket(QuicListener.Setup setup, EventLoop loop, LoopRouting routing, int index)
      throws TlsSetupException {
    this.setup = setup;
    this.loop = loop;
    this.routing = routing;
    this.index = index;
    this.tls = new ServerTls(setup.identity(), setup.alpns());
    this.refusal = TlsContexts.refusing(setup.identity(), setup.alpns());
  }

  /**
   * Binds the address. Any thread, once.
   *
   * @param joining whether to join other sockets at the address instead of having it alone
   * @return completes when bound, or exceptionally with an {@link IOException}
   */
  CompletionStage<Void> bind(InetSocketAddress address, boolean joining) {
    CompletableFuture<Void> bound = new CompletableFuture<>();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioDatagramChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    routing.attach(channel, index);
                    channel
                        .pipeline()
                        .addLast(
                            QuicCodecs.server(
                                setup.transport(),
                                new RetryTokens(setup.retryRequired(), setup.nanoTime()),
                                routing.connectionIds(index),
                                ListenerSocket.this::newEngine,
                                new ConnectionSetup(ListenerSocket.this)));
                  }
                });
    if (joining) {
      bootstrap.option(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
    }
    bootstrap
        .bind(address)
        .addListener(
            (ChannelFuture done) -> {
              if (done.isSuccess()) {
                udp = done.channel();
                bound.complete(null);
              } else {
                Throwable cause = done.cause();
                bound.completeExceptionally(
                    cause instanceof IOException ? cause : new IOException(cause));
              }
            });
    return bound;
  }

  /** Lets other sockets of this user join at the address. Any thread, once bound. */
  void share() throws IOException {
    boolean known =
        channel().config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
    if (!known) {
      throw new IOException("this system cannot share a UDP port between sockets");
    }
  }

  /** Returns the address that was bound. Any thread. */
  InetSocketAddress localAddress() {
    return (InetSocketAddress) channel().localAddress();
  }

  private Channel channel() {
    Channel channel = udp;
    if (channel == null) {
      throw new IllegalStateException("not bound");
    }
    return channel;
  }

  /** Presents another identity to connections from now on. Any thread. */
  void present(PresentedIdentity identity) throws TlsSetupException {
    tls = new ServerTls(identity, setup.alpns());
  }

  /** Refuses new connections and aborts handshakes in progress. Any thread. */
  void stopAdmitting() {
    admitting = false;
    handshaking.forEach(Channels::close);
  }

  /** Closes the socket; connections still on it are lost. Any thread. */
  CompletableFuture<Void> close() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Channel channel = udp;
    if (channel == null) {
      done.complete(null);
    } else {
      channel.close().addListener(closed -> done.complete(null));
    }
    return done;
  }

  /**
   * Picks the TLS context of a new connection. Nothing is counted here: should the native library
   * fail to create the connection, nobody would give the place back.
   */
  private QuicSslEngine newEngine(QuicChannel channel) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteSocketAddress();
    if (!admitting || remote == null) {
      return refusal.newEngine(channel.alloc());
    }
    Optional<Admission.Refusal> refused = setup.admission().refusal(remote.getAddress());
    if (refused.isPresent()) {
      setup.events().limited(remote, refused.get());
      return refusal.newEngine(channel.alloc());
    }
    Engine engine = new Engine(tls, tls.newEngine(channel.alloc()));
    channel.attr(ENGINE).set(engine);
    return engine.engine();
  }

  private void accept(QuicChannel channel) {
    InetSocketAddress remote = (InetSocketAddress) channel.remoteSocketAddress();
    Engine engine = channel.attr(ENGINE).get();
    if (engine == null || remote == null) {
      refuse(channel);
      return;
    }
    Optional<Admission.Place> place = setup.admission().admit(remote.getAddress());
    if (place.isEmpty()) {
      Channels.close(channel); // the last place went between the two looks
      return;
    }
    channel.closeFuture().addListener(gone -> place.get().release());
    handshaking.add(channel);
    setup.events().handshakesChanged();
    channel.pipeline().addLast(new Handshake(engine, place.get(), remote));
  }

  private void refuse(QuicChannel channel) {
    if (refusing == MAX_REFUSING) {
      Channels.close(channel);
      return;
    }
    refusing++;
    channel.pipeline().addLast(new Refused());
    ScheduledFuture<?> limit =
        channel
            .eventLoop()
            .schedule(
                () -> Channels.close(channel),
                setup.transport().handshakeTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    channel
        .closeFuture()
        .addListener(
            gone -> {
              refusing--;
              limit.cancel(false);
            });
  }

  private static final class ConnectionSetup extends ChannelInitializer<QuicChannel> {
    private final ListenerSocket socket;

    ConnectionSetup(ListenerSocket socket) {
      this.socket = socket;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    protected void initChannel(QuicChannel channel) {
      socket.accept(channel);
    }
  }

  /** The refusal is a failing handshake, which nobody needs to hear of. */
  private static final class Refused extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      endIfFatal(ctx, cause);
    }
  }

  /**
   * Ends a connection whose handshake has failed, one turn later, when the codec is done with what
   * it is doing. Closing sends the alert, which the codec by itself would only do with the client's
   * next packet, and frees what the connection takes without the time to drain: whoever did not
   * hear the alert starts anew.
   */
  private static void endIfFatal(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof SSLException) {
      endSoon(ctx);
    } // whatever else a packet did, the next one may be in order
  }

  private static void endSoon(ChannelHandlerContext ctx) {
    ctx.executor().execute(() -> Channels.close(ctx.channel()));
  }

  /** Watches one handshake to its end, whichever it is. Confined to the event loop. */
  private final class Handshake extends ChannelInboundHandlerAdapter {
    private final Engine engine;
    private final long began = System.nanoTime();
    private final Admission.Place place;
    private final InetSocketAddress remote;
    private @Nullable ScheduledFuture<?> timeout;
    private String outcome = "closed";
    private boolean established;

    Handshake(Engine engine, Admission.Place place, InetSocketAddress remote) {
      this.engine = engine;
      this.place = place;
      this.remote = remote;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      timeout =
          ctx.executor()
              .schedule(
                  () -> {
                    outcome = "timeout";
                    Channels.close(ctx.channel());
                  },
                  setup.transport().handshakeTimeout().toMillis(),
                  TimeUnit.MILLISECONDS);
      ctx.channel().closeFuture().addListener(gone -> over((QuicChannel) ctx.channel()));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      QuicChannel channel = (QuicChannel) ctx.channel();
      Optional<Alpn> alpn = Handshaken.alpn(channel);
      // A common protocol there always is, or the handshake would have failed.
      if (!engine.finish() || alpn.isEmpty()) {
        outcome = "resumed";
        Channels.close(channel);
        return;
      }
      established = true;
      place.established();
      over(channel);
      QuicConnection connection =
          QuicConnection.attach(
              channel, alpn.get(), Handshaken.peerFingerprint(channel), setup.events());
      channel.pipeline().remove(this);
      setup.events().established(connection, System.nanoTime() - began);
      ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof QuicConnectionCloseEvent) {
        outcome = "refused";
        endSoon(ctx);
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      if (cause instanceof SSLException) {
        outcome = "refused";
      }
      endIfFatal(ctx, cause);
    }

    private void over(QuicChannel channel) {
      if (timeout != null) {
        timeout.cancel(false);
      }
      if (!handshaking.remove(channel)) {
        return; // told already
      }
      setup.events().handshakesChanged();
      if (!established) {
        engine.finish();
        setup.events().handshakeFailed(remote, outcome);
      }
    }
  }
}
