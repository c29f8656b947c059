package org.alknet.core.internal.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Brings each datagram to the event loop that owns its connection. The system spreads datagrams
 * over the sockets of a port by their addresses, which is right as long as a client stays where it
 * is; after it has moved, or while sockets join, its datagrams arrive at another loop. The loop of
 * a connection can be told from every connection id it gave out: the first byte, modulo the number
 * of loops. The rest of an id is random.
 *
 * <p>An id the client chose for its first packet leads to some loop, the same for each repetition.
 * What is handed over between loops is bounded; beyond that it is lost, as datagrams may be.
 *
 * <p>Thread-safe.
 */
final class LoopRouting {
  /** The length of the ids we give out; any other is a client's choice. */
  static final int ID_BYTES = 20;

  /** Datagrams on their way to a loop at a time. */
  static final int MAX_HANDED_OVER = 1_024;

  private static final int LONG_HEADER = 0x80;
  private static final int LONG_ID_LENGTH_AT = 5;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AtomicReferenceArray<@Nullable Port> ports;

  /** Routes between this many loops, 1 to 256. */
  LoopRouting(int loops) {
    this.ports = new AtomicReferenceArray<>(loops);
  }

  /** Makes a socket a part of the routing, unless it is the only one. */
  void attach(Channel channel, int index) {
    if (ports.length() > 1) {
      channel.pipeline().addLast(new Port(index));
    }
  }

  /** Returns what makes the connection ids of a loop, or nothing if there is only one. */
  Optional<QuicConnectionIdGenerator> connectionIds(int index) {
    return ports.length() == 1 ? Optional.empty() : Optional.of(new Ids(index, ports.length()));
  }

  /** Returns the loop a datagram belongs to, or -1 if any will do. */
  static int owner(ByteBuf datagram, int loops) {
    int at = datagram.readerIndex();
    int bytes = datagram.readableBytes();
    if (bytes == 0) {
      return -1;
    }
    int idAt = at + 1;
    if ((datagram.getByte(at) & LONG_HEADER) != 0) {
      if (bytes <= LONG_ID_LENGTH_AT
          || datagram.getUnsignedByte(at + LONG_ID_LENGTH_AT) != ID_BYTES) {
        return -1;
      }
      idAt = at + LONG_ID_LENGTH_AT + 1;
    }
    return idAt + ID_BYTES <= at + bytes ? datagram.getUnsignedByte(idAt) % loops : -1;
  }

  /** Stands before the codec of one socket. */
  private final class Port extends ChannelInboundHandlerAdapter {
    private final int index;
    private final AtomicInteger handedOver = new AtomicInteger();
    private @Nullable ChannelHandlerContext context;

    Port(int index) {
      this.index = index;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      context = ctx;
      ports.set(index, this); // publishes the context
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
      ports.set(index, null);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      int owner =
          message instanceof DatagramPacket packet ? owner(packet.content(), ports.length()) : -1;
      Port other = owner < 0 || owner == index ? null : ports.get(owner);
      if (other == null) {
        ctx.fireChannelRead(message);
      } else {
        other.handOver(message);
      }
    }

    /** Takes a datagram that arrived elsewhere. Any thread. */
    private void handOver(Object datagram) {
      ChannelHandlerContext ctx = context;
      boolean room = handedOver.incrementAndGet() <= MAX_HANDED_OVER;
      if (ctx == null || !room) {
        discard(datagram);
        return;
      }
      try {
        ctx.executor().execute(() -> deliver(ctx, datagram));
      } catch (RejectedExecutionException stopped) {
        discard(datagram);
      }
    }

    private void deliver(ChannelHandlerContext ctx, Object datagram) {
      if (ctx.isRemoved()) {
        discard(datagram);
        return;
      }
      handedOver.decrementAndGet();
      ctx.fireChannelRead(datagram);
      ctx.fireChannelReadComplete();
    }

    private void discard(Object datagram) {
      handedOver.decrementAndGet();
      ReferenceCountUtil.release(datagram);
    }
  }

  /** Random ids that lead to one loop. */
  private static final class Ids implements QuicConnectionIdGenerator {
    private final int index;
    private final int loops;

    Ids(int index, int loops) {
      this.index = index;
      this.loops = loops;
    }

    @Override
    public ByteBuffer newId(int length) {
      byte[] id = new byte[length];
      RANDOM.nextBytes(id);
      int values = (255 - index) / loops + 1; // first bytes that lead here
      id[0] = (byte) (index + loops * RANDOM.nextInt(values));
      return ByteBuffer.wrap(id);
    }

    @Override
    public ByteBuffer newId(ByteBuffer input, int length) {
      return newId(length);
    }

    @Override
    public int maxConnectionIdLength() {
      return ID_BYTES;
    }

    @Override
    public boolean isIdempotent() {
      return false;
    }
  }
}
