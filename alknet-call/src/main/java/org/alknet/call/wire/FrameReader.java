package org.alknet.call.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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
  public record Received(ReceivedEnvelope envelope, Lease lease) {}

  private final RecvStream stream;
  private final int maxFrameBytes;
  private final ReadBudget budget;
  private final Executor largeFrames;

  private byte[] buffer = new byte[INITIAL];

  /** Bytes read and not used lie between these. */
  private int from;

  private int to;

  private @Nullable ChunkedBody body;

  /**
   * Reads from a stream.
   *
   * @param largeFrames where frames of more than 64 KiB are looked at, which takes too long for the
   *     transport's thread; refuses nothing
   */
  public FrameReader(
      RecvStream stream, int maxFrameBytes, ReadBudget budget, Executor largeFrames) {
    this.stream = Objects.requireNonNull(stream, "stream");
    this.maxFrameBytes = maxFrameBytes;
    this.budget = Objects.requireNonNull(budget, "budget");
    this.largeFrames = Objects.requireNonNull(largeFrames, "largeFrames");
  }

  /**
   * Reads the next frame.
   *
   * @return completes on a transport thread, after a large frame on the executor for those, or is
   *     complete already if no reading was needed; fails with a {@link FrameException}, after which
   *     nothing more is to be read
   */
  public CompletableFuture<Received> next() {
    CompletableFuture<Received> result = new CompletableFuture<>();
    pump(result);
    return result;
  }

  /** Whether part of a frame has arrived. */
  public boolean isWithinFrame() {
    return body != null || from < to;
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
        ChunkedBody large = body;
        if (large != null && large.isComplete()) {
          body = null;
          largeFrames.execute(() -> finish(large, result));
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

  private static void finish(ChunkedBody large, CompletableFuture<Received> result) {
    ReceivedEnvelope envelope;
    try {
      byte[] whole = large.join();
      envelope = EnvelopeCodec.scan(whole, 0, whole.length);
    } catch (FrameException bad) {
      large.discard();
      result.completeExceptionally(bad);
      return;
    } catch (OutOfMemoryError full) {
      large.discard();
      result.completeExceptionally(FrameException.overBudget());
      return;
    }
    result.complete(new Received(envelope, large.lease()));
  }

  private void fail(CompletableFuture<Received> result, FrameException bad) {
    discard();
    result.completeExceptionally(bad);
  }

  /** Takes a complete frame out of what was read, unless it is a large one. */
  private @Nullable Received take() throws FrameException {
    if (body == null) {
      int available = to - from;
      if (available < PREFIX) {
        return null;
      }
      long length = frameLength();
      if (length == 0 || length > maxFrameBytes) {
        throw FrameException.length(length, maxFrameBytes);
      }
      if (available >= PREFIX + length) {
        int start = from + PREFIX;
        from = start + (int) length;
        // A copy: the buffer is used again, and the payload may wait for its handler.
        byte[] frame = Arrays.copyOfRange(buffer, start, from);
        return new Received(EnvelopeCodec.scan(frame, 0, frame.length), Lease.NONE);
      }
      if (length <= ChunkedBody.CHUNK) {
        return null;
      }
      body = new ChunkedBody((int) length, budget);
      body.take(ByteBuffer.wrap(buffer, from + PREFIX, available - PREFIX));
      from = to;
    }
    return null;
  }

  /** Returns where the stream may put the next bytes. */
  private ByteBuffer space() throws FrameException {
    if (body != null) {
      return body.space();
    }
    int unused = to - from;
    int wanted = INITIAL;
    if (unused >= PREFIX) {
      wanted = Math.max(wanted, PREFIX + (int) frameLength());
    }
    byte[] target = wanted > buffer.length ? new byte[wanted] : buffer;
    System.arraycopy(buffer, from, target, 0, unused);
    buffer = target;
    from = 0;
    to = unused;
    return ByteBuffer.wrap(buffer, to, buffer.length - to);
  }

  /** Returns what the next four bytes say; never negative. */
  private long frameLength() {
    return Integer.toUnsignedLong(ByteBuffer.wrap(buffer, from, PREFIX).getInt());
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
      to += n;
    }
  }
}
