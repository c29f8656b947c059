package org.alknet.call.wire;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.RecvStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads frames from a stream, on demand: nothing is read from the stream before the next frame is
 * asked for, apart from what came along with the one before.
 *
 * <p>Not thread-safe; one frame may be asked for at a time.
 */
public final class FrameReader {
  private static final int PREFIX = 4;
  private static final int INITIAL = 2 * 1024;

  /** A frame as it was read, with its share of the budget. */
  public record Received(EventEnvelope envelope, Lease lease) {}

  private final RecvStream stream;
  private final int maxFrameBytes;
  private final ReadBudget budget;

  /** Bytes read and not used lie between position and limit. */
  private ByteBuffer buffer = ByteBuffer.allocate(INITIAL).limit(0);

  private @Nullable ChunkedBody body;

  /** Reads from a stream. */
  public FrameReader(RecvStream stream, int maxFrameBytes, ReadBudget budget) {
    this.stream = Objects.requireNonNull(stream, "stream");
    this.maxFrameBytes = maxFrameBytes;
    this.budget = Objects.requireNonNull(budget, "budget");
  }

  /**
   * Reads the next frame.
   *
   * @return completes on a transport thread, or is complete already if no reading was needed; fails
   *     with a {@link FrameException}, after which nothing more is to be read
   */
  public CompletableFuture<Received> next() {
    CompletableFuture<Received> result = new CompletableFuture<>();
    pump(result);
    return result;
  }

  /** Whether part of a frame has arrived. */
  public boolean isWithinFrame() {
    return body != null || buffer.hasRemaining();
  }

  /** Gives back what a frame holds that will not be read to its end. */
  public void discard() {
    if (body != null) {
      body.discard();
      body = null;
    }
  }

  private void pump(CompletableFuture<Received> result) {
    try {
      while (true) {
        Received received = take();
        if (received != null) {
          result.complete(received);
          return;
        }
        ByteBuffer space = space();
        CompletionStage<Integer> read = stream.read(space);
        CompletableFuture<Integer> future = read.toCompletableFuture();
        if (!future.isDone()) {
          read.whenComplete(
              (n, failure) -> {
                try {
                  arrived(n, failure);
                  pump(result);
                } catch (FrameException bad) {
                  fail(result, bad);
                }
              });
          return;
        }
        Throwable failure = null;
        Integer n = null;
        try {
          n = future.join();
        } catch (CompletionException wrapped) {
          failure = wrapped.getCause();
        }
        arrived(n, failure);
      }
    } catch (FrameException bad) {
      fail(result, bad);
    }
  }

  private void fail(CompletableFuture<Received> result, FrameException bad) {
    discard();
    result.completeExceptionally(bad);
  }

  /** Takes a complete frame out of what was read. */
  private @Nullable Received take() throws FrameException {
    if (body == null) {
      if (buffer.remaining() < PREFIX) {
        return null;
      }
      long length = Integer.toUnsignedLong(buffer.getInt(buffer.position()));
      if (length == 0 || length > maxFrameBytes) {
        throw FrameException.length(length, maxFrameBytes);
      }
      if (buffer.remaining() >= PREFIX + length) {
        int start = buffer.position() + PREFIX;
        EventEnvelope envelope = EnvelopeCodec.decode(buffer.array(), start, (int) length);
        buffer.position(start + (int) length);
        return new Received(envelope, Lease.NONE);
      }
      if (length <= ChunkedBody.CHUNK) {
        return null;
      }
      buffer.position(buffer.position() + PREFIX);
      body = new ChunkedBody((int) length, budget);
      body.take(buffer);
    }
    if (!body.isComplete()) {
      return null;
    }
    ChunkedBody complete = body;
    EventEnvelope envelope = EnvelopeCodec.decode(complete);
    body = null;
    return new Received(envelope, complete.lease());
  }

  /** Returns where the stream may put the next bytes. */
  private ByteBuffer space() throws FrameException {
    if (body != null) {
      return body.space();
    }
    int unused = buffer.remaining();
    int wanted = INITIAL;
    if (unused >= PREFIX) {
      wanted = Math.max(wanted, PREFIX + buffer.getInt(buffer.position()));
    }
    int capacity = buffer.capacity();
    if (wanted > capacity) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.min(Integer.highestOneBit(wanted) * 2, wanted * 2));
      larger.put(buffer).flip();
      buffer = larger;
    } else {
      buffer.compact().flip();
    }
    return buffer.slice(unused, buffer.capacity() - unused);
  }

  private void arrived(@Nullable Integer n, @Nullable Throwable failure) throws FrameException {
    if (failure != null || n == null) {
      throw FrameException.io(Objects.requireNonNullElseGet(failure, IllegalStateException::new));
    }
    if (n < 0) {
      throw isWithinFrame() ? FrameException.cutOff() : FrameException.end();
    }
    if (body != null) {
      body.received(n);
    } else {
      buffer.limit(buffer.limit() + n);
    }
  }
}
