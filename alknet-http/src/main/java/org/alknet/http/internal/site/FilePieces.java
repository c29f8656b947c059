package org.alknet.http.internal.site;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A file, one piece for each that is asked for, read on workers. As many bytes as were announced,
 * or an error.
 *
 * <p>Thread-safe.
 */
final class FilePieces implements Flow.Publisher<ByteBuffer> {
  private static final int PIECE_BYTES = 32 * 1024;

  private final Path file;
  private final long size;
  private final Executor workers;

  FilePieces(Path file, long size, Executor workers) {
    this.file = file;
    this.size = size;
    this.workers = workers;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Reading reading = new Reading(subscriber);
    subscriber.onSubscribe(reading);
    reading.readOn();
  }

  private final class Reading implements Flow.Subscription {
    private final Flow.Subscriber<? super ByteBuffer> to;
    private final AtomicLong wanted = new AtomicLong();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile long at;

    Reading(Flow.Subscriber<? super ByteBuffer> to) {
      this.to = to;
    }

    @Override
    public void request(long n) {
      wanted.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      readOn();
    }

    @Override
    public void cancel() {
      over.set(true);
    }

    private void readOn() {
      if (!over.get() && (wanted.get() > 0 || at == size) && busy.compareAndSet(false, true)) {
        try {
          workers.execute(this::read);
        } catch (RejectedExecutionException full) {
          fail(full);
        }
      }
    }

    /** Opens the file for every piece: nothing has to be closed when nobody asks any more. */
    private void read() {
      try {
        if (at < size) {
          ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, size - at));
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (piece.hasRemaining()) {
              if (channel.read(piece, at + piece.position()) < 0) {
                throw new EOFException("the file became shorter");
              }
            }
          }
          long next = at + piece.position();
          at = next;
          wanted.decrementAndGet();
          if (!over.get()) {
            to.onNext(piece.flip());
          }
        }
        if (at == size && over.compareAndSet(false, true)) {
          to.onComplete();
        }
      } catch (IOException unreadable) {
        fail(unreadable);
      }
      busy.set(false);
      readOn();
    }

    private void fail(Exception cause) {
      if (over.compareAndSet(false, true)) {
        to.onError(cause);
      }
    }
  }
}
