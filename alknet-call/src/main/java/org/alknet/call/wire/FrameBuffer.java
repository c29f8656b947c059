package org.alknet.call.wire;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.alknet.call.connection.CallLimits;

/** Collects a frame that is being written and refuses to grow beyond the longest one. */
final class FrameBuffer extends OutputStream {
  /** The frame is too long. Unchecked, so that it passes through the generator as it is. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super("frame too large", null, false, false);
    }
  }

  private final int prefix;
  private byte[] bytes = new byte[256];
  private int size;

  FrameBuffer(int prefix) {
    this.prefix = prefix;
    this.size = prefix;
  }

  @Override
  public void write(int b) {
    ensure(1);
    bytes[size++] = (byte) b;
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    ensure(count);
    System.arraycopy(from, offset, bytes, size, count);
    size += count;
  }

  private void ensure(int more) {
    if (size - prefix + (long) more > CallLimits.MAX_FRAME_BYTES) {
      throw new TooLarge();
    }
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length * 2));
    }
  }

  /** Returns the frame with its length in front. */
  ByteBuffer frame() {
    ByteBuffer frame = ByteBuffer.wrap(bytes, 0, size);
    frame.putInt(0, size - prefix);
    return frame;
  }
}
