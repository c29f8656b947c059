package org.alknet.core.internal.quic;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.handler.Admission;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;
import org.jspecify.annotations.Nullable;

/**
 * One UDP address that accepts QUIC connections. Hands every connection on once its handshake is
 * complete, never before; what does not get that far costs a place in the admission until it is
 * gone, and nothing else.
 */
public final class QuicListener {
  /** What an admitted connection shakes hands with; a refused one has none. */
  private static final AttributeKey<Engine> ENGINE =
      AttributeKey.valueOf(QuicListener.class, "engine");

  /** First packets answered with a refusal at a time; beyond that, silence. */
  private static final int MAX_REFUSING = 256;

  private final Setup setup;
  private final AtomicInteger refusing = new AtomicInteger();
  private final Set<QuicChannel> handshaking = ConcurrentHashMap.newKeySet();
  private final QuicSslContext refusal;
  private volatile ServerTls tls;
  private volatile boolean admitting = true;
  private volatile @Nullable Channel udp;

  private record Engine(ServerTls tls, QuicSslEngine engine) {
    /** Forgets the engine and says whether its handshake was a full one. */
    boolean finish() {
      return tls.finish(engine);
    }
  }

  private QuicListener(Setup setup) throws TlsSetupException {
    this.setup = setup;
    this.tls = new ServerTls(setup.identity(), setup.alpns());
    this.refusal = TlsContexts.refusing(setup.identity(), setup.alpns());
  }

  /**
   * What a listener needs.
   *
   * @param identity what it presents
   * @param alpns protocols in order of preference, at least one
   * @param transport QUIC parameters
   * @param admission who may connect
   * @param retryRequired whether an address must be validated, asked for each first packet
   * @param events told what happens
   */
  public record Setup(
      PresentedIdentity identity,
      List<Alpn> alpns,
      TransportConfig transport,
      Admission admission,
      BooleanSupplier retryRequired,
      Events events) {}

  /** Told what happens on a listener, on its event loop. */
  public interface Events extends QuicConnection.Owner {
    /** Takes over a connection whose handshake is complete. */
    void established(QuicConnection connection, long handshakeNanos);

    /**
     * A handshake came to nothing.
     *
     * @param reason from a fixed set: refused, timeout, closed, resumed
     */
    void handshakeFailed(InetSocketAddress remote, String reason);

    /** Somebody was not admitted. */
    void limited(InetSocketAddress remote, Admission.Refusal why);

    /** A handshake began or ended. */
    void handshakesChanged();
  }

  /**
   * Binds an address.
   *
   * @return completes with the listener, or exceptionally with an {@link IOException} if the
   *     address cannot be bound
   * @throws TlsSetupException if the identity cannot be used
   */
  public static CompletionStage<QuicListener> bind(
      EventLoops loops, InetSocketAddress address, Setup setup) throws TlsSetupException {
    QuicCodecs.requireNative();
    QuicListener listener = new QuicListener(setup);
    CompletableFuture<QuicListener> bound = new CompletableFuture<>();
    ChannelHandler codec =
        QuicCodecs.server(
            setup.transport(),
            new RetryTokens(setup.retryRequired(), System::nanoTime),
            listener::newEngine,
            new ConnectionSetup(listener));
    new Bootstrap()
        .group(loops.group())
        .channel(NioDatagramChannel.class)
        .handler(codec)
        .bind(address)
        .addListener(
            (ChannelFuture done) -> {
              if (done.isSuccess()) {
                listener.udp = done.channel();
                bound.complete(listener);
              } else {
                Throwable cause = done.cause();
                bound.completeExceptionally(
                    cause instanceof IOException ? cause : new IOException(cause));
              }
            });
    return bound;
  }

  /** Returns the address that was bound, with the port the system chose if it was zero. */
  public InetSocketAddress localAddress() {
    Channel channel = udp;
    if (channel == null) {
      throw new IllegalStateException("not bound");
    }
    return (InetSocketAddress) channel.localAddress();
  }

  /** Presents another identity to connections from now on. */
  public void present(PresentedIdentity identity) throws TlsSetupException {
    tls = new ServerTls(identity, setup.alpns());
  }

  /** Refuses new connections and aborts handshakes in progress. */
  public void stopAdmitting() {
    admitting = false;
    handshaking.forEach(Channels::close);
  }

  /** Closes the socket; connections still on it are lost. */
  public CompletionStage<Void> close() {
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
    if (refusing.incrementAndGet() > MAX_REFUSING) {
      refusing.decrementAndGet();
      Channels.close(channel);
      return;
    }
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
              refusing.decrementAndGet();
              limit.cancel(false);
            });
  }

  private static final class ConnectionSetup extends ChannelInitializer<QuicChannel> {
    private final QuicListener listener;

    ConnectionSetup(QuicListener listener) {
      this.listener = listener;
    }

    @Override
    public boolean isSharable() {
      return true;
    }

    @Override
    protected void initChannel(QuicChannel channel) {
      listener.accept(channel);
    }
  }

  /** The refusal is a failing handshake, which nobody needs to hear of. */
  private static final class Refused extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {}
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
      }
      ctx.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      outcome = "refused"; // the codec sends the alert and closes; closing here would cut it off
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
