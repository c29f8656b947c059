package org.alknet.core.internal.quic;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.connection.Alpn;
import org.alknet.core.handler.Admission;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;

/**
 * One UDP address that accepts QUIC connections, with a socket on each of the event loops it was
 * given. Hands every connection on once its handshake is complete, never before; what does not get
 * that far costs a place in the admission until it has failed, and nothing else.
 *
 * <p>Thread-safe.
 */
public final class QuicListener {
  private final List<ListenerSocket> sockets;

  private QuicListener(List<ListenerSocket> sockets) {
    this.sockets = sockets;
  }

  /**
   * What a listener needs.
   *
   * @param identity what it presents
   * @param alpns protocols in order of preference, at least one
   * @param transport QUIC parameters
   * @param admission who may connect
   * @param retryRequired whether an address must be validated, asked for each first packet
   * @param nanoTime monotonic clock by which Retry tokens age
   * @param events told what happens
   */
  public record Setup(
      PresentedIdentity identity,
      List<Alpn> alpns,
      TransportConfig transport,
      Admission admission,
      BooleanSupplier retryRequired,
      LongSupplier nanoTime,
      Events events) {}

  /** Told what happens on a listener, on the event loop it happens on. */
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
   * Binds an address on every loop.
   *
   * @return completes with the listener, or exceptionally with an {@link IOException} if the
   *     address cannot be bound, or not by several sockets; nothing stays bound then
   * @throws TlsSetupException if the identity cannot be used
   */
  public static CompletionStage<QuicListener> bind(
      EventLoops loops, InetSocketAddress address, Setup setup) throws TlsSetupException {
    QuicCodecs.requireNative();
    List<EventLoop> each = loops.each();
    Optional<String> unable = PortSharing.obstacle(each.size(), System.getProperty("os.name"));
    if (unable.isPresent()) {
      return CompletableFuture.failedFuture(new IOException(unable.get()));
    }
    LoopRouting routing = new LoopRouting(each.size());
    List<ListenerSocket> sockets = new ArrayList<>();
    for (EventLoop loop : each) {
      sockets.add(new ListenerSocket(setup, loop, routing, sockets.size()));
    }
    QuicListener listener = new QuicListener(List.copyOf(sockets));
    return PortSharing.bind(listener.sockets, address)
        .handle((bound, failure) -> failure)
        .thenCompose(
            failure ->
                failure == null
                    ? CompletableFuture.completedFuture(listener)
                    : listener
                        .close()
                        .thenCompose(closed -> CompletableFuture.failedFuture(failure)));
  }

  /** Returns the address that was bound, with the port the system chose if it was zero. */
  public InetSocketAddress localAddress() {
    return sockets.get(0).localAddress();
  }

  /** Presents another identity to connections from now on. */
  public void present(PresentedIdentity identity) throws TlsSetupException {
    for (ListenerSocket socket : sockets) {
      socket.present(identity);
    }
  }

  /** Refuses new connections and aborts handshakes in progress. */
  public void stopAdmitting() {
    sockets.forEach(ListenerSocket::stopAdmitting);
  }

  /** Closes the sockets; connections still on them are lost. */
  public CompletionStage<Void> close() {
    return CompletableFuture.allOf(
        sockets.stream().map(ListenerSocket::close).toArray(CompletableFuture<?>[]::new));
  }
}
