package org.alknet.http.internal.ws;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.alknet.call.wire.EnvelopeCodec;
import org.alknet.call.wire.EnvelopeTransport;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.FrameException;

/**
 * A WebSocket as the call protocol sees it: one binary message for one envelope, without the length
 * that a QUIC stream needs (spec/http.md section 15.2).
 *
 * <p>Thread-safe.
 */
final class SocketTransport implements EnvelopeTransport {
  /** The length in front of an envelope on a QUIC stream. */
  private static final int PREFIX_BYTES = 4;

  private final Channel channel;
  private final Runnable closing;
  private final Optional<Concealment> concealment;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile Consumer<EventEnvelope> consumer = envelope -> {};

  /**
   * Sends over a channel.
   *
   * @param concealment hides what the caller may not use, if anything is hidden
   * @param closing ends the WebSocket; may be called from any thread
   */
  SocketTransport(Channel channel, Optional<Concealment> concealment, Runnable closing) {
    this.channel = channel;
    this.concealment = concealment;
    this.closing = closing;
  }

  @Override
  public CompletionStage<Void> send(EventEnvelope said) {
    EventEnvelope envelope = concealment.map(conceal -> conceal.shown(said)).orElse(said);
    CompletableFuture<Void> sent = new CompletableFuture<>();
    ByteBuffer frame;
    try {
      frame = EnvelopeCodec.encode(envelope);
    } catch (FrameException broken) {
      sent.completeExceptionally(broken);
      return sent;
    }
    if (closed.isDone()) {
      sent.completeExceptionally(new ClosedChannelException());
      return sent;
    }
    frame.position(frame.position() + PREFIX_BYTES);
    channel
        .writeAndFlush(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(frame)))
        .addListener(
            written -> {
              if (written.isSuccess()) {
                sent.complete(null);
              } else {
                sent.completeExceptionally(written.cause());
              }
            });
    return sent;
  }

  @Override
  public void onEnvelope(Consumer<EventEnvelope> to) {
    consumer = to;
  }

  /** Hands over an envelope that came. One at a time. */
  void received(EventEnvelope envelope) {
    concealment.ifPresent(conceal -> conceal.received(envelope));
    consumer.accept(envelope);
  }

  /** Says that nothing comes any more. */
  void ended() {
    closed.complete(null);
  }

  @Override
  public CompletionStage<Void> closed() {
    return closed.minimalCompletionStage();
  }

  @Override
  public void close() {
    closing.run();
  }
}
