package org.alknet.core.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.RecvStream;
import org.alknet.core.connection.SendStream;
import org.alknet.core.connection.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * One bidirectional QUIC stream. Reading is driven by demand (automatic reading is off); writing
 * completes when the transport took the bytes, which it does no faster than the peer grants credit.
 *
 * <p>The channel lives until both halves are done: a half is done when its end was sent or
 * received, or when it was abandoned. Only then is the channel closed, because closing earlier
 * would cut the other half off.
 *
 * <p>All state is confined to the event loop of the connection; calls from other threads hop there
 * in the order in which they were made.
 */
final class QuicStream extends ChannelInboundHandlerAdapter
    implements BiStream, SendStream, RecvStream {
  /** What a closed stream still reads and discards before it asks the peer to stop. */
  private static final int DRAIN_BYTES = 64 * 1024;

  private static final long DRAIN_MILLIS = 1000;

  /** Where the send half stands. */
  private enum Sending {
    /** Bytes may follow. */
    OPEN,
    /** The end was handed to the transport; {@link #finished} says when it was taken. */
    FINISHING,
    /** Abandoned with RESET_STREAM. */
    RESET
  }

  private final QuicConnection connection;
  private final QuicStreamChannel channel;
  private final EventLoop loop;
  private final DemandReceiveAllocator allocator = new DemandReceiveAllocator();
  private final CompletableFuture<Void> finished = new CompletableFuture<>();
  private final AtomicBoolean readOutstanding = new AtomicBoolean();

  private final Deque<CompletableFuture<Void>> writing = new ArrayDeque<>();
  private Sending sending = Sending.OPEN;
  private boolean sendDone;
  private @Nullable ByteBuffer readInto;
  private @Nullable CompletableFuture<Integer> reading;
  private boolean receivedEnd;
  private boolean receiveAbandoned;
  private boolean draining;
  private int drained;
  private @Nullable ScheduledFuture<?> drainLimit;

  QuicStream(QuicConnection connection, QuicStreamChannel channel) {
    this.connection = connection;
    this.channel = channel;
    this.loop = channel.eventLoop();
    channel.config().setAutoRead(false);
    channel.config().setRecvByteBufAllocator(allocator);
  }

  @Override
  public SendStream send() {
    return this;
  }

  @Override
  public RecvStream recv() {
    return this;
  }

  // ---- sending ------------------------------------------------------------------------------

  @Override
  public CompletionStage<Void> write(ByteBuffer bytes) {
    ByteBuf copy = copy(bytes);
    CompletableFuture<Void> written = new CompletableFuture<>();
    if (!onLoop(() -> startWrite(copy, written))) {
      copy.release();
      written.completeExceptionally(new StreamException.ConnectionClosed());
    }
    return written;
  }

  @Override
  public CompletionStage<Void> finish(ByteBuffer last) {
    ByteBuf copy = copy(last);
    CompletableFuture<Void> written = new CompletableFuture<>();
    if (!onLoop(() -> startFinish(copy, written))) {
      copy.release();
      written.completeExceptionally(new StreamException.ConnectionClosed());
    }
    return written;
  }

  @Override
  public CompletionStage<Void> finish() {
    try {
      // A bare FIN issued inside a read callback can get lost; a task of its own is safe.
      loop.execute(
          () -> {
            if (sending == Sending.OPEN) {
              startFinish(Unpooled.EMPTY_BUFFER, finished);
            } else if (sending == Sending.RESET) {
              finished.completeExceptionally(new StreamException.StreamClosed());
            }
          });
    } catch (RejectedExecutionException stopped) {
      finished.completeExceptionally(new StreamException.ConnectionClosed());
    }
    return finished.minimalCompletionStage();
  }

  @Override
  public void reset(long code) {
    int errorCode = checkedCode(code);
    onLoop(
        () -> {
          if (sending == Sending.OPEN) {
            sending = Sending.RESET;
            channel.shutdownOutput(errorCode).addListener(done -> sendHalfDone());
            failWrites();
          }
        });
  }

  private void startWrite(ByteBuf bytes, CompletableFuture<Void> written) {
    if (maySend(bytes, written)) {
      send(bytes, done -> complete(written, done.isSuccess()), written);
    }
  }

  private void startFinish(ByteBuf last, CompletableFuture<Void> written) {
    if (maySend(last, written)) {
      sending = Sending.FINISHING;
      send(
          new DefaultQuicStreamFrame(last, true),
          done -> {
            complete(written, done.isSuccess());
            complete(finished, done.isSuccess());
            sendHalfDone();
          },
          written);
    }
  }

  /** Hands a message to the transport, which takes messages in order. */
  private void send(Object message, ChannelFutureListener then, CompletableFuture<Void> written) {
    writing.add(written);
    ChannelFuture write = channel.writeAndFlush(message);
    write.addListener(done -> writing.poll()).addListener(then);
    if (!write.isDone() && channel.bytesBeforeUnwritable() > 0) {
      stoppedByPeer();
    }
  }

  /**
   * The transport did not take bytes for which it has room: it has forgotten the stream, because
   * the peer asked to stop and has heard that we did. It would keep the bytes for ever.
   */
  private void stoppedByPeer() {
    if (sending != Sending.RESET) {
      sending = Sending.RESET;
      failWrites();
      sendHalfDone();
    }
  }

  private boolean maySend(ByteBuf bytes, CompletableFuture<Void> written) {
    if (sending == Sending.OPEN && !connection.isEnded()) {
      connection.wrote(bytes.readableBytes());
      return true;
    }
    bytes.release();
    written.completeExceptionally(connection.streamFailure());
    return false;
  }

  private void complete(CompletableFuture<Void> stage, boolean success) {
    if (success) {
      stage.complete(null);
    } else {
      stage.completeExceptionally(connection.streamFailure());
    }
  }

  /** Whether bytes wait for credit of the peer. Event loop only. */
  boolean isWriting() {
    return !writing.isEmpty();
  }

  /** Lets go of bytes that wait for credit, on a connection that is about to close. */
  void abandonSending() {
    if (!sendDone && channel.isOpen()) {
      channel.shutdownOutput(0).addListener(done -> sendHalfDone());
    }
  }

  private void failWrites() {
    StreamException failure = connection.streamFailure();
    List<CompletableFuture<Void>> failed = List.copyOf(writing);
    writing.clear();
    failed.forEach(written -> written.completeExceptionally(failure));
    if (sending == Sending.RESET) {
      finished.completeExceptionally(failure);
    }
  }

  private ByteBuf copy(ByteBuffer bytes) {
    return channel.alloc().directBuffer(bytes.remaining()).writeBytes(bytes.duplicate());
  }

  private void sendHalfDone() {
    sendDone = true;
    closeIfDone();
  }

  // ---- receiving ----------------------------------------------------------------------------

  @Override
  public CompletionStage<Integer> read(ByteBuffer into) {
    if (!into.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    if (!readOutstanding.compareAndSet(false, true)) {
      throw new IllegalStateException("a read is outstanding");
    }
    CompletableFuture<Integer> read = new CompletableFuture<>();
    if (!onLoop(() -> startRead(into, read))) {
      readOutstanding.set(false);
      read.completeExceptionally(new StreamException.ConnectionClosed());
    }
    return read;
  }

  private void startRead(ByteBuffer into, CompletableFuture<Integer> read) {
    reading = read;
    readInto = into;
    if (receivedEnd && !draining) {
      endRead(-1);
    } else if (receiveAbandoned || draining || !channel.isOpen() || connection.isEnded()) {
      failRead(connection.streamFailure());
    } else {
      allocator.demand(into.remaining());
      channel.read();
    }
  }

  @Override
  public void stop(long code) {
    int errorCode = checkedCode(code);
    if (errorCode == 0) {
      onLoop(this::drain); // no complaint, just no interest
    } else {
      onLoop(() -> abandonReceiving(errorCode));
    }
  }

  private void abandonReceiving(int errorCode) {
    if (!receivedEnd && !receiveAbandoned) {
      receiveAbandoned = true;
      channel.shutdownInput(errorCode).addListener(done -> closeIfDone());
      failRead(new StreamException.StreamClosed());
      stopDraining();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    try {
      connection.touch();
      ByteBuffer into = readInto;
      int count = bytes.readableBytes();
      if (into == null) {
        discarded(count);
        return;
      }
      ByteBuffer target = into.slice();
      target.limit(count);
      bytes.readBytes(target);
      into.position(into.position() + count);
      endRead(count);
    } finally {
      bytes.release();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == ChannelInputShutdownEvent.INSTANCE) {
      receivedEnd = true;
      endRead(-1);
      closeIfDone();
      stopDraining();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  /** The peer reset the stream, or reading it failed. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    receiveAbandoned = true;
    failRead(connection.streamFailure());
    closeIfDone();
    stopDraining();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    connectionEnded();
    connection.streamDone(this);
    ctx.fireChannelInactive();
  }

  /** Fails what is outstanding on a connection that ended, before the channel notices. */
  void connectionEnded() {
    failRead(connection.streamFailure());
    failWrites();
    stopDraining();
  }

  private void endRead(int count) {
    CompletableFuture<Integer> read = takeRead();
    if (read != null) {
      read.complete(count);
    }
  }

  private void failRead(StreamException failure) {
    CompletableFuture<Integer> read = takeRead();
    if (read != null) {
      read.completeExceptionally(failure);
    }
  }

  /** Clears the outstanding read before its stage completes, so that the next may start in it. */
  private @Nullable CompletableFuture<Integer> takeRead() {
    CompletableFuture<Integer> read = reading;
    reading = null;
    readInto = null;
    if (read != null) {
      readOutstanding.set(false);
    }
    return read;
  }

  // ---- both ---------------------------------------------------------------------------------

  @Override
  public void close() {
    finish();
    onLoop(this::drain);
  }

  /**
   * Reads on for a moment and discards: the end is usually on its way already, and once it was read
   * the transport forgets the stream. A stream it was asked to stop it may remember until the
   * connection ends, so that is left for a peer that goes on sending.
   */
  private void drain() {
    failRead(new StreamException.StreamClosed());
    if (draining || receivedEnd || receiveAbandoned || !channel.isOpen()) {
      return;
    }
    draining = true;
    drainLimit = loop.schedule(() -> abandonReceiving(0), DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    allocator.demand(DRAIN_BYTES);
    channel.config().setAutoRead(true);
  }

  private void discarded(int count) {
    drained += count;
    if (drained > DRAIN_BYTES) {
      abandonReceiving(0);
    }
  }

  private void stopDraining() {
    if (drainLimit != null) {
      drainLimit.cancel(false);
    }
  }

  private void closeIfDone() {
    if (sendDone && (receivedEnd || receiveAbandoned)) {
      channel.close().addListener(closed -> connection.streamDone(this));
    }
  }

  /** Runs a task on the event loop; false if the loop has stopped and the task will not run. */
  private boolean onLoop(Runnable task) {
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

  private static int checkedCode(long code) {
    if (code < 0 || code > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a stream error code is a number from 0 to 2^31 - 1, not " + code);
    }
    return (int) code;
  }
}
