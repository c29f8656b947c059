package org.alknet.call.wire;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.SendStream;

/**
 * Writes frames to a stream, each in one piece. The caller waits for one before writing the next.
 *
 * <p>Thread-safe as far as the stream is.
 */
public final class FrameWriter {
  private final SendStream stream;

  /** Writes to a stream. */
  public FrameWriter(SendStream stream) {
    this.stream = Objects.requireNonNull(stream, "stream");
  }

  /**
   * Writes one envelope.
   *
   * @return completes when the transport accepted it; fails with a {@link FrameException} if it
   *     breaks a limit, in which case nothing was written
   */
  public CompletionStage<Void> write(EventEnvelope envelope) {
    try {
      return stream.write(EnvelopeCodec.encode(envelope));
    } catch (FrameException failure) {
      return CompletableFuture.failedStage(failure);
    }
  }

  /** Writes one envelope and the end of the stream together. */
  public CompletionStage<Void> finish(EventEnvelope envelope) {
    try {
      return stream.finish(EnvelopeCodec.encode(envelope));
    } catch (FrameException failure) {
      return CompletableFuture.failedStage(failure);
    }
  }
}
