package org.alknet.call.internal.link;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.alknet.call.wire.EnvelopeCodec;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.FrameException;
import org.jspecify.annotations.Nullable;

/**
 * An envelope on its way out. Encoded once, and only for links that need bytes.
 *
 * <p>Not thread-safe: encode before handing it on.
 */
public final class Frame {
  private final EventEnvelope envelope;
  private @Nullable ByteBuffer bytes;

  /** Wraps an envelope. */
  public Frame(EventEnvelope envelope) {
    this.envelope = Objects.requireNonNull(envelope, "envelope");
  }

  /** Returns the envelope. */
  public EventEnvelope envelope() {
    return envelope;
  }

  /**
   * Returns the complete frame, a view of its own each time.
   *
   * @throws FrameException if the envelope breaks a limit of the wire
   */
  public ByteBuffer bytes() throws FrameException {
    if (bytes == null) {
      bytes = EnvelopeCodec.encode(envelope);
    }
    return bytes.duplicate();
  }

  /** Returns how long the frame is, or 0 if it was not encoded yet. */
  public int length() {
    return bytes == null ? 0 : bytes.remaining();
  }
}
