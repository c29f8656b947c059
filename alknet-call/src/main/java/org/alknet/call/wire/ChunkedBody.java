package org.alknet.call.wire;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a large frame while it arrives, in chunks that are allocated only when there are
 * bytes for them, however long the peer says the frame is.
 *
 * <p>Not thread-safe.
 */
final class ChunkedBody {
  /** Size of one chunk. */
  static final int CHUNK = 64 * 1024;

  private static final byte[] EMPTY = new byte[0];

  private final int length;
  private final ReadBudget budget;
  private final List<byte[]> full = new ArrayList<>();

  /** What is being filled; its array becomes the next full chunk. */
  private @Nullable ByteBuffer current;

  private int received;
  private long reserved;

  ChunkedBody(int length, ReadBudget budget) {
    this.length = length;
    this.budget = budget;
  }

  boolean isComplete() {
    return received == length;
  }

  /** Takes over as many bytes as belong to this frame. */
  void take(ByteBuffer from) throws FrameException {
    while (from.hasRemaining() && !isComplete()) {
      ByteBuffer space = space();
      int n = Math.min(from.remaining(), space.remaining());
      ByteBuffer part = from.slice(from.position(), n);
      space.put(part);
      from.position(from.position() + n);
      received(n);
    }
  }

  /** Returns where the next bytes go; never longer than the rest of the frame. */
  ByteBuffer space() throws FrameException {
    if (current == null) {
      int size = Math.min(CHUNK, length - received);
      if (!budget.reserve(size)) {
        throw FrameException.overBudget();
      }
      reserved += size;
      current = ByteBuffer.allocate(size);
    }
    return current;
  }

  /** Notes that bytes were put into the space. */
  @SuppressWarnings("ByteBufferBackingArray") // allocated here, with an array of its own
  void received(int n) {
    received += n;
    if (current != null && !current.hasRemaining()) {
      full.add(current.array());
      current = null;
    }
  }

  /** Hands the reservation to whoever deals with the frame. */
  Lease lease() {
    Lease lease = new Lease(budget, reserved);
    reserved = 0;
    return lease;
  }

  /** Gives everything back. */
  void discard() {
    lease().release();
    full.clear();
    current = null;
  }

  /** Returns the whole body in one piece and keeps nothing of it. */
  byte[] join() {
    byte[] whole = new byte[length];
    int at = 0;
    for (int i = 0; i < full.size(); i++) {
      byte[] chunk = full.set(i, EMPTY);
      System.arraycopy(chunk, 0, whole, at, chunk.length);
      at += chunk.length;
    }
    full.clear();
    return whole;
  }
}
