package org.alknet.core.internal.quic;

import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;

/**
 * Sizes the buffer of the next read to exactly what the reader asked for, one buffer a read, so
 * that nothing is taken out of the transport ahead of demand.
 *
 * <p>Confined to the event loop of its stream.
 */
@SuppressWarnings("deprecation") // the replacement for this interface does not exist yet in Netty 4
final class DemandReceiveAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
  /** More than this is not worth one native call. */
  static final int MAX_BYTES = 64 * 1024;

  private int demand = 1;

  DemandReceiveAllocator() {
    super(1);
  }

  void demand(int bytes) {
    demand = Math.max(1, Math.min(bytes, MAX_BYTES));
  }

  @Override
  public RecvByteBufAllocator.Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public int guess() {
        return demand;
      }
    };
  }
}
