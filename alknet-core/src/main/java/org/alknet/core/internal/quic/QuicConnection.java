package org.alknet.core.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicDatagramExtensionEvent;
import io.netty.handler.codec.quic.QuicPathEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamLimitChangedEvent;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.alknet.core.connection.Alpn;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.CloseInfo;
import org.alknet.core.connection.Connection;
import org.alknet.core.connection.ConnectionId;
import org.alknet.core.connection.IdentityAlreadySetException;
import org.alknet.core.connection.StreamException;
import org.alknet.core.identity.Identity;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;

/**
 * An established QUIC connection. Exists only after the handshake: its ALPN and the fingerprint of
 * the peer are proven facts.
 *
 * <p>Queues and the end of the connection are confined to the event loop. The end is decided by its
 * first cause: our close, the peer's CONNECTION_CLOSE (at once, although the channel stays for a
 * while to drain), or the channel going away.
 */
public final class QuicConnection extends ChannelInboundHandlerAdapter implements Connection {
  private static final AttributeKey<QuicConnection> ATTRIBUTE =
      AttributeKey.valueOf(QuicConnection.class, "connection");
  private static final AtomicLong IDS = new AtomicLong();
  private static final int MAX_REASON_BYTES = 256;

  /** What surely fits into any congestion window: eight packets. */
  private static final int UNCROWDED_BYTES = 8 * 1200;

  /** A pause in sending after which the window counts as free again. */
  private static final long RECENT_NANOS = Duration.ofMillis(250).toNanos();

  private static final long ROOM_MILLIS = 50;

  private final QuicChannel channel;
  private final EventLoop loop;
  private final ConnectionId id;
  private final Alpn alpn;
  private final Optional<InetSocketAddress> remoteAddress;
  private final Optional<String> remoteFingerprint;
  private final Owner owner;
  private final AtomicReference<@Nullable Identity> identity = new AtomicReference<>();
  private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();

  private final Deque<QuicStream> unaccepted = new ArrayDeque<>();
  private final Deque<CompletableFuture<BiStream>> accepting = new ArrayDeque<>();
  private final Deque<CompletableFuture<BiStream>> opening = new ArrayDeque<>();
  private final Set<QuicStream> streams = new HashSet<>();
  private @Nullable ScheduledFuture<?> keepAlive;
  private boolean datagrams;

  private volatile @Nullable CloseInfo end;
  private long lastActivity = System.nanoTime();
  private long recentBytes;

  private QuicConnection(
      QuicChannel channel, Alpn alpn, Optional<String> remoteFingerprint, Owner owner) {
    this.channel = channel;
    this.loop = channel.eventLoop();
    this.id = new ConnectionId("c" + IDS.incrementAndGet());
    this.alpn = alpn;
    this.remoteAddress = Optional.ofNullable((InetSocketAddress) channel.remoteSocketAddress());
    this.remoteFingerprint = remoteFingerprint;
    this.owner = owner;
  }

  /** Told what concerns more than this connection. */
  public interface Owner {
    /** The owner of dialled connections, whom none of it concerns. */
    Owner NOBODY = connection -> {};

    /** Counts one refused credential on this connection. Any thread. */
    void credentialRejected(QuicConnection connection);

    /** The number of open streams has changed by this much. Event loop. */
    default void streamsChanged(int by) {}

    /** The peer continues from another address. Event loop. */
    default void peerMoved(QuicConnection connection, InetAddress to) {}
  }

  /** Wraps a channel whose handshake is complete. Event loop only. */
  static QuicConnection attach(
      QuicChannel channel, Alpn alpn, Optional<String> remoteFingerprint, Owner owner) {
    QuicConnection connection = new QuicConnection(channel, alpn, remoteFingerprint, owner);
    channel.attr(ATTRIBUTE).set(connection);
    channel.pipeline().addLast(connection);
    channel.closeFuture().addListener(done -> connection.channelGone());
    return connection;
  }

  /** Finds the connection of a channel, if its handshake is complete. */
  static @Nullable QuicConnection of(QuicChannel channel) {
    return channel.attr(ATTRIBUTE).get();
  }

  @Override
  public ConnectionId id() {
    return id;
  }

  @Override
  public Alpn alpn() {
    return alpn;
  }

  @Override
  public Optional<InetSocketAddress> remoteAddress() {
    return remoteAddress;
  }

  @Override
  public Optional<String> remoteFingerprint() {
    return remoteFingerprint;
  }

  @Override
  public void setIdentity(Identity proven) throws IdentityAlreadySetException {
    if (!identity.compareAndSet(null, Objects.requireNonNull(proven, "identity"))) {
      throw new IdentityAlreadySetException();
    }
  }

  @Override
  public Optional<Identity> identity() {
    return Optional.ofNullable(identity.get());
  }

  @Override
  public void credentialRejected() {
    owner.credentialRejected(this);
  }

  // ---- streams ------------------------------------------------------------------------------

  @Override
  public CompletionStage<BiStream> acceptBi() {
    CompletableFuture<BiStream> waiter = new CompletableFuture<>();
    onLoop(waiter, () -> accept(waiter));
    return waiter;
  }

  private void accept(CompletableFuture<BiStream> waiter) {
    if (end != null) {
      waiter.completeExceptionally(streamFailure());
      return;
    }
    QuicStream stream = unaccepted.poll();
    if (stream == null) {
      enqueue(accepting, waiter);
    } else if (!waiter.complete(stream)) {
      unaccepted.addFirst(stream); // cancelled meanwhile: the stream goes to the next in line
    }
  }

  /** A stream the peer opened. */
  void streamAccepted(QuicStream stream) {
    track(stream);
    CompletableFuture<BiStream> waiter;
    while ((waiter = accepting.poll()) != null) {
      if (waiter.complete(stream)) {
        return;
      }
    }
    unaccepted.add(stream);
  }

  @Override
  public CompletionStage<BiStream> openBi() {
    CompletableFuture<BiStream> waiter = new CompletableFuture<>();
    onLoop(
        waiter,
        () -> {
          enqueue(opening, waiter);
          openWaiting();
        });
    return waiter;
  }

  /**
   * Opens streams for those who wait, as far as the peer's credit goes. Credit is asked for first:
   * an attempt beyond it fails and still uses up a stream id.
   */
  private void openWaiting() {
    while (!opening.isEmpty()
        && (end != null || channel.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0)) {
      CompletableFuture<BiStream> waiter = opening.poll();
      if (waiter == null || waiter.isDone()) {
        continue;
      }
      if (end != null) {
        waiter.completeExceptionally(streamFailure());
        continue;
      }
      channel
          .createStream(QuicStreamType.BIDIRECTIONAL, new StreamSetup(this, false))
          .addListener((Future<QuicStreamChannel> created) -> opened(created, waiter));
    }
  }

  private void opened(Future<QuicStreamChannel> created, CompletableFuture<BiStream> waiter) {
    if (!created.isSuccess()) {
      waiter.completeExceptionally(streamFailure());
      return;
    }
    QuicStream stream = created.getNow().pipeline().get(QuicStream.class);
    track(stream);
    if (!waiter.complete(stream)) {
      stream.close();
    }
  }

  private void track(QuicStream stream) {
    if (streams.add(stream)) {
      owner.streamsChanged(1);
    }
  }

  void streamDone(QuicStream stream) {
    if (streams.remove(stream)) {
      owner.streamsChanged(-1);
    }
    unaccepted.remove(stream);
  }

  private void enqueue(
      Deque<CompletableFuture<BiStream>> queue, CompletableFuture<BiStream> waiter) {
    queue.add(waiter);
    CompletionStage<BiStream> watched = waiter;
    watched.whenComplete(
        (stream, failure) -> {
          if (waiter.isCancelled()) {
            execute(() -> queue.removeIf(queued -> queued == waiter));
          }
        });
  }

  // ---- the end ------------------------------------------------------------------------------

  @Override
  public void close(CloseCode code, String reason) {
    if (code.value() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("this transport carries close codes up to 2^31 - 1");
    }
    byte[] bytes = cutReason(reason);
    CloseInfo info =
        new CloseInfo(code, new String(bytes, StandardCharsets.UTF_8), CloseInfo.By.LOCAL);
    execute(
        () -> {
          List<QuicStream> writing = streams.stream().filter(QuicStream::isWriting).toList();
          boolean crowded = recentBytes > UNCROWDED_BYTES || !writing.isEmpty();
          if (!markEnded(info)) {
            return;
          }
          if (crowded) {
            // The codec sends a close packet at once or never, and never is when the congestion
            // window is full. What waits to be sent is abandoned; a round trip later there is room.
            writing.forEach(QuicStream::abandonSending);
            ScheduledFuture<?> later =
                loop.schedule(() -> closeNow(info, bytes), ROOM_MILLIS, TimeUnit.MILLISECONDS);
            channel.closeFuture().addListener(gone -> later.cancel(false));
          } else {
            closeNow(info, bytes);
          }
        });
  }

  private void closeNow(CloseInfo info, byte[] reason) {
    channel
        .close(true, (int) info.code().value(), Unpooled.wrappedBuffer(reason))
        .addListener(done -> closed.complete(info));
  }

  @Override
  public CompletionStage<CloseInfo> closed() {
    return closed.minimalCompletionStage();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof QuicConnectionCloseEvent close) {
      CloseInfo info = closedByPeer(close);
      if (markEnded(info)) {
        closed.complete(info);
      }
    } else if (event instanceof QuicStreamLimitChangedEvent) {
      openWaiting();
    } else if (event instanceof QuicDatagramExtensionEvent) {
      datagrams = true;
    } else if (event instanceof QuicPathEvent.PeerMigrated moved) {
      owner.peerMoved(this, moved.remote().getAddress()); // the library swaps the port's bytes
    }
    ctx.fireUserEventTriggered(event);
  }

  /** Datagrams only keep the connection alive; what they carry means nothing. */
  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf) {
      ReferenceCountUtil.release(message);
    } else {
      ctx.fireChannelRead(message);
    }
  }

  /** Packets that do not decrypt, frames that break the rules: quiche closes if it must. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    System.getLogger(QuicConnection.class.getName())
        .log(System.Logger.Level.DEBUG, () -> "event=transport_error conn_id=" + id, cause);
  }

  private void channelGone() {
    CloseInfo info =
        channel.isTimedOut()
            ? new CloseInfo(CloseCode.NO_ERROR, "idle timeout", CloseInfo.By.TIMEOUT)
            : new CloseInfo(CloseCode.NO_ERROR, "", CloseInfo.By.LOCAL);
    markEnded(info);
    closed.complete(Objects.requireNonNull(end));
  }

  /** Records the first cause and fails everything that waits. Event loop only. */
  private boolean markEnded(CloseInfo info) {
    if (end != null) {
      return false;
    }
    end = info;
    if (keepAlive != null) {
      keepAlive.cancel(false);
    }
    List<CompletableFuture<BiStream>> waiters = new ArrayList<>(accepting);
    waiters.addAll(opening);
    accepting.clear();
    opening.clear();
    unaccepted.clear();
    waiters.forEach(waiter -> waiter.completeExceptionally(streamFailure()));
    List.copyOf(streams).forEach(QuicStream::connectionEnded);
    return true;
  }

  boolean isEnded() {
    return end != null;
  }

  /** What a stream operation that failed now failed of. */
  StreamException streamFailure() {
    CloseInfo info = end;
    if (info == null && channel.isOpen()) {
      return new StreamException.StreamClosed();
    }
    boolean timeout = info == null ? channel.isTimedOut() : info.by() == CloseInfo.By.TIMEOUT;
    return timeout ? new StreamException.Timeout() : new StreamException.ConnectionClosed();
  }

  private static CloseInfo closedByPeer(QuicConnectionCloseEvent close) {
    // A transport error is no application code: whatever its number, the connection just ended.
    if (!close.isApplicationClose() || close.error() < 0) {
      return new CloseInfo(CloseCode.NO_ERROR, "transport error", CloseInfo.By.REMOTE);
    }
    return new CloseInfo(new CloseCode(close.error()), reasonOf(close), CloseInfo.By.REMOTE);
  }

  private static String reasonOf(QuicConnectionCloseEvent close) {
    byte[] bytes;
    try {
      bytes = close.reason();
    } catch (NullPointerException noReason) {
      return ""; // the library keeps null when no reason was sent
    }
    return LogLine.escape(new String(bytes, StandardCharsets.UTF_8));
  }

  private static byte[] cutReason(String reason) {
    byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= MAX_REASON_BYTES) {
      return bytes;
    }
    int end = MAX_REASON_BYTES;
    while ((bytes[end] & 0xc0) == 0x80) {
      end--; // never inside a character
    }
    return Arrays.copyOf(bytes, end);
  }

  // ---- keep-alive ---------------------------------------------------------------------------

  /** Notes that a stream moved, which makes a keep-alive unnecessary. Event loop only. */
  void touch() {
    long now = System.nanoTime();
    if (now - lastActivity > RECENT_NANOS) {
      recentBytes = 0;
    }
    lastActivity = now;
  }

  /** Notes that bytes were handed to the transport. Event loop only. */
  void wrote(int bytes) {
    touch();
    recentBytes += bytes;
  }

  /** Sends a one-byte datagram after every interval in which no stream moved. Event loop only. */
  void keepAlive(Duration interval) {
    long nanos = interval.toNanos();
    keepAlive =
        loop.scheduleAtFixedRate(
            () -> {
              if (datagrams && System.nanoTime() - lastActivity >= nanos) {
                channel
                    .writeAndFlush(channel.alloc().directBuffer(1).writeByte(0))
                    .addListener(sent -> datagrams &= sent.isSuccess());
              }
            },
            nanos,
            nanos,
            TimeUnit.NANOSECONDS);
  }

  // ---- threads ------------------------------------------------------------------------------

  private void onLoop(CompletableFuture<BiStream> waiter, Runnable task) {
    if (!execute(task)) {
      waiter.completeExceptionally(new StreamException.ConnectionClosed());
    }
  }

  private boolean execute(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
      return true;
    }
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException stopped) {
      return false; // a loop stops only after all its connections ended
    }
  }

  @Override
  public String toString() {
    return "QuicConnection[" + id + " " + alpn + "]";
  }
}
