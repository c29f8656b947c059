package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.alknet.http.internal.channel.Closing;

/**
 * Lets a client of TLS 1.2 make one handshake and no other: each costs the server a signature and
 * the client next to nothing (RFC 5246 section 7.4.1.1). Looks at the headers of records only; in
 * TLS 1.3 none of this kind comes after the handshake.
 *
 * <p>Confined to its event loop.
 */
final class HandshakeGuard extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger(HandshakeGuard.class.getName());
  private static final int HEADER_BYTES = 5;
  private static final int HANDSHAKE_RECORD = 22;

  private boolean over;
  private int headerSeen;
  private int length;
  private int left;

  /** The first handshake is complete. */
  void handshakeIsOver() {
    over = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf bytes && startsHandshake(bytes) && over) {
      LOG.log(Level.DEBUG, "event=http_renegotiation_refused");
      ReferenceCountUtil.release(message);
      ctx.close().addListener(Closing.LOGGED);
      return;
    }
    ctx.fireChannelRead(message);
  }

  /** Follows the records, and says whether one of a handshake starts here. */
  private boolean startsHandshake(ByteBuf bytes) {
    boolean found = false;
    int at = bytes.readerIndex();
    while (at < bytes.writerIndex()) {
      if (left > 0) {
        int skipped = Math.min(left, bytes.writerIndex() - at);
        left -= skipped;
        at += skipped;
        continue;
      }
      int b = bytes.getUnsignedByte(at++);
      switch (headerSeen++) {
        case 0 -> found |= b == HANDSHAKE_RECORD;
        case 3 -> length = b << 8;
        case HEADER_BYTES - 1 -> {
          left = length | b;
          headerSeen = 0;
        }
        default -> {}
      }
    }
    return found;
  }
}
