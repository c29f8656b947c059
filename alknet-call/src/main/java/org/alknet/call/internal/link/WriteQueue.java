package org.alknet.call.internal.link;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The frames that wait for a stream, in order and bounded, and how many of them go out together.
 *
 * <p>Not thread-safe: whoever owns it holds its lock.
 */
final class WriteQueue {
  /** Frames waiting to be written before the stream is given up as not being read. */
  static final int MAX_QUEUED = 4096;

  /** Frames are joined up to this size; copying more costs more than it saves. */
  private static final int MAX_BATCH_BYTES = 64 * 1024;

  /** What may wait for the transport while a subscription goes on producing. */
  private static final int ROOM_BYTES = 8 * 1024;

  /** A frame on its way; its length is kept, because writing may use the buffer up. */
  record Write(ByteBuffer bytes, int length, boolean end, CompletableFuture<Void> done) {}

  private final ArrayDeque<Write> waiting = new ArrayDeque<>();

  /** Bytes of frames that wait or are being written. */
  private long unaccepted;

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  boolean isFull() {
    return waiting.size() >= MAX_QUEUED;
  }

  /** Whether the transport keeps up. */
  boolean hasRoom() {
    return unaccepted < ROOM_BYTES;
  }

  /** Appends a frame. */
  void add(ByteBuffer bytes, boolean end, CompletableFuture<Void> done) {
    waiting.add(new Write(bytes, bytes.remaining(), end, done));
    unaccepted += bytes.remaining();
  }

  /** Removes what goes out next: the first, and what follows while the batch stays small. */
  List<Write> takeBatch() {
    List<Write> batch = new ArrayList<>();
    int bytes = 0;
    while (!waiting.isEmpty()) {
      bytes += waiting.element().length;
      if (!batch.isEmpty() && bytes > MAX_BATCH_BYTES) {
        break;
      }
      batch.add(waiting.remove());
    }
    return batch;
  }

  /** The transport is done with a batch, one way or the other. */
  void accepted(List<Write> batch) {
    for (Write write : batch) {
      unaccepted -= write.length;
    }
  }

  /** Removes everything that waits. */
  List<Write> giveUp() {
    List<Write> lost = List.copyOf(waiting);
    waiting.clear();
    accepted(lost);
    return lost;
  }

  /** Returns a batch as one buffer. */
  static ByteBuffer joined(List<Write> batch) {
    if (batch.size() == 1) {
      return batch.get(0).bytes;
    }
    int bytes = 0;
    for (Write write : batch) {
      bytes += write.length;
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    for (Write write : batch) {
      all.put(write.bytes);
    }
    return all.flip();
  }
}
