package org.alknet.http.internal.net;

import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.alknet.call.CallAdapter;
import org.alknet.call.connection.CallConnection;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.Connection;
import org.alknet.core.handler.Admission;
import org.alknet.http.internal.channel.ByteBudget;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.site.Site;
import org.alknet.http.internal.site.SiteSettings;
import org.alknet.http.internal.ws.WebSocketService;
import org.alknet.http.server.Stealth;
import org.jspecify.annotations.Nullable;

/**
 * Everything that runs behind an HTTP server: its threads, its listeners and its connections.
 *
 * <p>Thread-safe. Owns the threads until {@link #shutdown()}.
 */
public final class ServerRuntime {
  private static final long LOOP_STOP_MILLIS = 1000;

  private final Site site;
  private final Face face;
  private final Admission admission;
  private final Workers workers;
  private final EventLoopGroup loops;
  private final List<TcpListener> listeners = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private final CompletableFuture<Void> stopped = new CompletableFuture<>();

  private ServerRuntime(
      Site site, Face face, Admission admission, Workers workers, EventLoopGroup loops) {
    this.site = site;
    this.face = face;
    this.admission = admission;
    this.workers = workers;
    this.loops = loops;
  }

  /**
   * Starts the threads.
   *
   * @param calls serves calls over WebSocket, if they are served
   * @param connected told of every connection over WebSocket
   * @throws IllegalArgumentException if the settings contradict each other
   */
  public static ServerRuntime start(
      SiteSettings settings,
      Optional<CallAdapter> calls,
      Consumer<CallConnection> connected,
      Admission admission,
      int threads) {
    Workers workers = new Workers();
    Site site = new Site(settings, workers);
    ByteBudget budget = new ByteBudget(settings.limits().maxHeldBytes());
    Face face =
        new Face(
            site,
            budget,
            workers,
            new LiveConnections(),
            calls.map(
                adapter ->
                    new WebSocketService(
                        adapter,
                        site::resolve,
                        settings.stealth() == Stealth.CONCEAL,
                        settings.limits(),
                        budget,
                        workers,
                        connected)));
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("alknet-http", true), NioIoHandler.newFactory());
    return new ServerRuntime(site, face, admission, workers, loops);
  }

  /**
   * Listens on one more address.
   *
   * @param tls what to show; without TLS if null
   */
  public CompletionStage<TcpListener> listen(@Nullable SSLContext tls, InetSocketAddress address) {
    if (stopping.get()) {
      throw new IllegalStateException("the server has stopped");
    }
    return TcpListener.bind(loops, address, tls, face, admission)
        .thenApply(
            listener -> {
              listeners.add(listener);
              return listener;
            });
  }

  /**
   * Serves a connection whose first stream is a whole HTTP connection.
   *
   * @return completes when that has ended
   */
  public CompletionStage<Void> serve(Connection connection, boolean http2) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    if (stopping.get()) {
      over.complete(null);
      return over;
    }
    CompletionStage<Void> unused =
        connection
            .acceptBi()
            .handle(
                (stream, failure) -> {
                  if (stream == null) {
                    over.complete(null);
                  } else {
                    serve(stream, connection, http2, over);
                  }
                  return (Void) null;
                });
    Objects.requireNonNull(unused);
    return over;
  }

  private void serve(
      BiStream stream, Connection connection, boolean http2, CompletableFuture<Void> over) {
    StreamChannel channel = new StreamChannel(stream);
    EventLoop loop = loops.next();
    channel.closeFuture().addListener(closed -> over.complete(null));
    loop.register(channel)
        .addListener(
            registered -> {
              if (!registered.isSuccess()) {
                stream.close();
                over.complete(null);
                return;
              }
              face.live().add(channel);
              ChannelPipeline pipeline = channel.pipeline();
              QuicPeer peer = new QuicPeer(connection);
              if (http2) {
                Pipelines.http2(pipeline, face, peer);
              } else {
                Pipelines.http1(pipeline, face, peer);
              }
              channel.read();
            });
    CompletionStage<Void> unused =
        connection.closed().thenAccept(info -> channel.close().addListener(Closing.LOGGED));
    Objects.requireNonNull(unused);
  }

  /** Returns how many connections there are. */
  public int connections() {
    return face.live().size();
  }

  /** Returns how many bytes of bodies and messages are held. */
  public long heldBytes() {
    return face.budget().used();
  }

  /**
   * Stops: accepts nothing more, says goodbye, lets requests under way end for the drain timeout,
   * closes what is left and stops the threads.
   *
   * @return the same stage for every call; completes normally
   */
  public CompletionStage<Void> shutdown() {
    if (stopping.compareAndSet(false, true)) {
      site.drain();
      List<CompletableFuture<Void>> closing =
          listeners.stream().map(listener -> listener.stop().toCompletableFuture()).toList();
      long limit = face.limits().drainTimeout().toMillis();
      CompletionStage<Void> unused =
          CompletableFuture.allOf(closing.toArray(CompletableFuture<?>[]::new))
              .thenCompose(closed -> face.live().drain())
              .toCompletableFuture()
              .orTimeout(limit, TimeUnit.MILLISECONDS)
              .handle(
                  (drained, late) -> {
                    if (late != null) {
                      face.live().closeAll();
                    }
                    workers.close();
                    loops
                        .shutdownGracefully(0, LOOP_STOP_MILLIS, TimeUnit.MILLISECONDS)
                        .addListener(ended -> stopped.complete(null));
                    return (Void) null;
                  });
      Objects.requireNonNull(unused);
    }
    return stopped.minimalCompletionStage();
  }
}
