package org.alknet.testkit;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.core.connection.RecvStream;
import org.alknet.core.connection.SendStream;
import org.alknet.core.connection.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream, both its ends.
 *
 * <p>Bytes are counted from the start of the direction. The writer may be {@code capacity} bytes
 * ahead of the reader: a write is accepted, and its stage completes, once its last byte lies inside
 * that window. So the chunks are at the same time the buffer and the queue of waiting writes.
 *
 * <p>All fields are guarded by the pair's lock; stages are completed by the trampolines after it
 * was left.
 */
final class InMemoryPipe implements SendStream, RecvStream {
  private static final int MAX_WAITING_WRITES = 1024;

  private final InMemoryStream stream;
  private final InMemoryConnection writer;
  private final InMemoryConnection reader;
  private final Object lock;
  private final int capacity;

  private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
  private final ArrayDeque<Write> waiting = new ArrayDeque<>();
  private long written;
  private long consumed;
  private @Nullable CompletableFuture<Void> finish;
  private @Nullable Read read;
  private boolean abandoned;

  private record Write(long end, CompletableFuture<Void> done) {}

  private record Read(ByteBuffer into, CompletableFuture<Integer> done) {}

  InMemoryPipe(
      InMemoryStream stream, InMemoryConnection writer, InMemoryConnection reader, int capacity) {
    this.stream = stream;
    this.writer = writer;
    this.reader = reader;
    this.lock = writer.lock;
    this.capacity = capacity;
  }

  @Override
  public CompletionStage<Void> write(ByteBuffer bytes) {
    Objects.requireNonNull(bytes, "bytes");
    CompletionStage<Void> accepted;
    synchronized (lock) {
      accepted = send(bytes, false);
    }
    writer.kick();
    return accepted;
  }

  @Override
  public CompletionStage<Void> finish(ByteBuffer last) {
    Objects.requireNonNull(last, "last");
    CompletionStage<Void> accepted;
    synchronized (lock) {
      accepted = send(last, true);
    }
    writer.kick();
    return accepted;
  }

  @Override
  public CompletionStage<Void> finish() {
    CompletionStage<Void> accepted;
    synchronized (lock) {
      accepted = finish != null ? finish.copy() : send(ByteBuffer.allocate(0), true);
    }
    writer.kick();
    return accepted;
  }

  /** Queues bytes and perhaps the end; called with the lock held. */
  private CompletionStage<Void> send(ByteBuffer bytes, boolean last) {
    CompletableFuture<Void> done = writer.newFuture();
    StreamException gone = writer.failure();
    if (gone == null && (abandoned || finish != null)) {
      gone = new StreamException.StreamClosed();
    }
    if (gone != null) {
      fail(writer, done, gone);
    } else if (!last && waiting.size() >= MAX_WAITING_WRITES) {
      throw new IllegalStateException(
          MAX_WAITING_WRITES + " writes are waiting: wait for one before starting the next");
    } else {
      append(bytes, new Write(written + bytes.remaining(), done));
      finish = last ? done : null;
      settle();
    }
    return done.copy();
  }

  private void append(ByteBuffer bytes, Write write) {
    if (bytes.hasRemaining()) {
      ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
      copy.put(bytes).flip();
      chunks.add(copy);
    }
    written = write.end();
    waiting.add(write);
  }

  @Override
  public void reset(long code) {
    checkCode(code);
    synchronized (lock) {
      boolean endAccepted = finish != null && waiting.isEmpty();
      if (writer.failure() == null && !abandoned && !endAccepted) {
        abandon();
      }
    }
    writer.kick();
  }

  @Override
  public void stop(long code) {
    checkCode(code);
    synchronized (lock) {
      if (reader.failure() == null && !isOver()) {
        abandon();
      }
    }
    reader.kick();
  }

  @Override
  public CompletionStage<Integer> read(ByteBuffer into) {
    Objects.requireNonNull(into, "into");
    if (into.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    if (!into.hasRemaining()) {
      throw new IllegalArgumentException("the buffer to read into is full");
    }
    CompletableFuture<Integer> done = reader.newFuture();
    synchronized (lock) {
      StreamException gone = reader.failure();
      if (gone == null && abandoned) {
        gone = new StreamException.StreamClosed();
      }
      if (gone != null) {
        fail(reader, done, gone);
      } else if (read != null) {
        throw new IllegalStateException("a read is outstanding");
      } else {
        read = new Read(into, done);
        settle();
      }
    }
    reader.kick();
    return done.copy();
  }

  /** Whether nothing will move here any more, so that the stream's credit may return. */
  boolean isOver() {
    return abandoned || (finish != null && consumed == written);
  }

  /** Fails everything that waits because the connection is gone. */
  void connectionGone() {
    failWaiting();
  }

  /** Moves bytes to the reader and accepts what then fits; called with the lock held. */
  private void settle() {
    if (written > 0 || finish != null) {
      stream.announce(writer);
    }
    if (read != null && (consumed < written || finish != null)) {
      Read served = read;
      read = null;
      int count = consumed < written ? copyInto(served.into()) : -1;
      reader.later(() -> served.done().complete(count));
    }
    while (!waiting.isEmpty() && waiting.element().end() <= consumed + capacity) {
      Write accepted = waiting.remove();
      writer.later(() -> accepted.done().complete(null));
    }
    stream.endIfOver();
  }

  private int copyInto(ByteBuffer into) {
    // More than the window can never have arrived, however large the reader's buffer is.
    int count = (int) Math.min(Math.min(into.remaining(), capacity), written - consumed);
    int missing = count;
    while (missing > 0) {
      ByteBuffer chunk = chunks.element();
      int piece = Math.min(missing, chunk.remaining());
      into.put(chunk.slice(chunk.position(), piece));
      chunk.position(chunk.position() + piece);
      if (!chunk.hasRemaining()) {
        chunks.remove();
      }
      missing -= piece;
    }
    consumed += count;
    return count;
  }

  /** Gives the direction up, whichever side wants it; called with the lock held. */
  private void abandon() {
    abandoned = true;
    // QUIC creates a stream at the peer for RESET_STREAM and STOP_SENDING as well.
    stream.announce(stream.opener());
    failWaiting();
    stream.endIfOver();
  }

  private void failWaiting() {
    chunks.clear();
    if (read != null) {
      fail(reader, read.done(), orStreamClosed(reader.failure()));
      read = null;
    }
    for (Write w = waiting.poll(); w != null; w = waiting.poll()) {
      fail(writer, w.done(), orStreamClosed(writer.failure()));
    }
  }

  private static StreamException orStreamClosed(@Nullable StreamException connectionFailure) {
    return connectionFailure != null ? connectionFailure : new StreamException.StreamClosed();
  }

  private static void fail(
      InMemoryConnection end, CompletableFuture<?> future, StreamException failure) {
    end.later(() -> future.completeExceptionally(failure));
  }

  private static void checkCode(long code) {
    if (code < 0 || code > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a stream error code is 0 to 2^31 - 1, not " + code);
    }
  }
}
