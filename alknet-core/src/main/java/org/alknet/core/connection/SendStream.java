package org.alknet.core.connection;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/**
 * The sending half of a stream. Wait for one write before starting the next: its completion is the
 * back-pressure.
 *
 * <p>Failures are {@link StreamException}s: {@code StreamClosed} after an end or reset from either
 * side, {@code ConnectionClosed} or {@code Timeout} when the connection is gone.
 *
 * <p>Thread-safe; writes are sent in the order of the calls.
 */
public interface SendStream {
  /**
   * Sends bytes. They are copied before this method returns, so the caller may reuse the buffer.
   *
   * @return completes when the transport has accepted all of them, which it does no faster than the
   *     peer reads
   */
  CompletionStage<Void> write(ByteBuffer bytes);

  /**
   * Sends the last bytes and the end of the stream together. The preferred way to end a stream.
   *
   * @return as {@link #write}
   */
  CompletionStage<Void> finish(ByteBuffer last);

  /**
   * Sends the end of the stream alone. Does nothing if it was sent before.
   *
   * <p>Over QUIC the peer may never see an end that came alone, if it has acknowledged everything
   * before: no protocol may wait for one. Use {@link #finish(ByteBuffer)}.
   *
   * @return completes when the transport has accepted it
   */
  CompletionStage<Void> finish();

  /**
   * Abandons the half with RESET_STREAM (RFC 9000 section 19.4). Does nothing after the end.
   *
   * @param code application error code, 0 to 2^31 - 1
   */
  void reset(long code);
}
