package org.alknet.core.connection;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * The receiving half of a stream. Nothing is read ahead of demand, so a reader that pauses holds
 * the peer back through flow control.
 *
 * <p>Thread-safe; at most one read may be outstanding.
 */
public interface RecvStream {
  /**
   * Reads at least one byte into the buffer, which belongs to the stream until the stage completes.
   *
   * @param into has at least one byte remaining
   * @return completes with the number of bytes read, or -1 at the end of the stream; exceptionally
   *     with {@link StreamException.StreamClosed} if the peer reset the stream or this side stopped
   *     it, {@code ConnectionClosed} or {@code Timeout} if the connection is gone
   * @throws IllegalStateException if a read is outstanding
   * @throws IllegalArgumentException if the buffer is full
   */
  CompletionStage<Integer> read(ByteBuffer into);

  /**
   * Asks the peer to stop sending (RFC 9000 section 19.5) and fails an outstanding read. Does
   * nothing after the end.
   *
   * @param code application error code, 0 to 2^31 - 1; with 0 the transport may read on for a
   *     moment and discard, since the end is usually on its way, before it asks the peer
   */
  void stop(long code);
}
