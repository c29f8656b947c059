package org.alknet.call.internal.link;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.alknet.call.internal.link.WriteQueue.Write;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.wire.FrameException;
import org.alknet.call.wire.FrameReader;
import org.alknet.core.connection.BiStream;
import org.alknet.core.connection.CloseCode;
import org.alknet.core.connection.StreamException;
import org.jspecify.annotations.Nullable;

/**
 * One QUIC stream. A reading loop delivers frames as they come and never waits for handlers; a
 * bounded queue writes frames in order, each in one piece.
 *
 * <p>The end of our direction goes out with the last frame there is to send. On a stream the peer
 * opened, that is the last answer we owe once the peer has ended its direction; nothing waits for
 * the peer's end, and nothing is concluded from it but that.
 *
 * <p>Thread-safe. The lock is held for bookkeeping only, never while the stream or the owner is
 * called.
 */
public final class StreamLink implements Link {
  private static final long PROTOCOL_ERROR = CloseCode.PROTOCOL_ERROR.value();

  /** Who opened the stream, and for what. */
  public enum Role {
    /** The peer opened it. */
    ACCEPTED,
    /** We opened it for one request. */
    DEDICATED,
    /** We opened it for many requests. */
    SHARED,
    /** We opened it for answers that could not take the stream of their request. */
    REPLY
  }

  private enum Reading {
    /** The loop runs or waits for bytes. */
    ACTIVE,
    /** The loop stops after the frame it is at. */
    PAUSING,
    /** The loop has stopped. */
    PAUSED,
    /** Nothing more is read. */
    OVER
  }

  private final BiStream stream;
  private final Role role;
  private final FrameReader reader;
  private final LinkOwner owner;
  private final LongSupplier ticker;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Reading reading = Reading.ACTIVE;

  @GuardedBy("lock")
  private final WriteQueue queue = new WriteQueue();

  @GuardedBy("lock")
  private boolean writing;

  /** Whether the end of our direction was sent or our direction given up. */
  @GuardedBy("lock")
  private boolean sendOver;

  /** Whether the peer has ended its direction. */
  @GuardedBy("lock")
  private boolean peerEnded;

  /** Whether our direction is to end as soon as nothing is left to send. */
  @GuardedBy("lock")
  private boolean ending;

  @GuardedBy("lock")
  private int owed;

  /** How many answers were ever owed. */
  @GuardedBy("lock")
  private long requests;

  @GuardedBy("lock")
  private boolean finishedTold;

  private volatile long lastActivity;

  /** Wraps a stream; nothing is read before {@link #start()}. */
  public StreamLink(
      BiStream stream, Role role, FrameReader reader, LinkOwner owner, LongSupplier ticker) {
    this.stream = Objects.requireNonNull(stream, "stream");
    this.role = Objects.requireNonNull(role, "role");
    this.reader = Objects.requireNonNull(reader, "reader");
    this.owner = Objects.requireNonNull(owner, "owner");
    this.ticker = Objects.requireNonNull(ticker, "ticker");
    this.lastActivity = ticker.getAsLong();
  }

  /** Starts reading. */
  public void start() {
    readOn();
  }

  // ---- reading

  @Override
  public void readOn() {
    while (true) {
      CompletableFuture<FrameReader.Received> next = reader.next();
      if (!next.isDone()) {
        // The rest of the loop, on the transport's thread.
        Stages.listen(
            next,
            (received, failure) -> {
              if (deliver(received, failure)) {
                readOn();
              }
            });
        return;
      }
      FrameReader.Received received = null;
      Throwable failure = null;
      try {
        received = next.join();
      } catch (CompletionException wrapped) {
        failure = wrapped.getCause();
      }
      if (!deliver(received, failure)) {
        return;
      }
    }
  }

  /** Hands on what was read; whether to read on. */
  private boolean deliver(FrameReader.@Nullable Received received, @Nullable Throwable failure) {
    if (received == null) {
      readingFailed(failure);
      return false;
    }
    synchronized (lock) {
      if (reading == Reading.OVER) {
        received.lease().release();
        return false;
      }
    }
    lastActivity = ticker.getAsLong();
    owner.received(this, received.envelope(), received.lease());
    synchronized (lock) {
      if (reading == Reading.PAUSING) {
        reading = Reading.PAUSED;
        return false;
      }
      return reading == Reading.ACTIVE;
    }
  }

  private void readingFailed(@Nullable Throwable failure) {
    FrameException problem = failure instanceof FrameException frame ? frame : null;
    boolean first;
    boolean clean =
        problem != null
            && problem.kind() == FrameException.Kind.CONNECTION_CLOSED
            && !problem.isOffence();
    synchronized (lock) {
      first = reading != Reading.OVER;
      reading = Reading.OVER;
      if (clean) {
        peerEnded = true;
      }
    }
    if (!first) {
      return;
    }
    if (clean) {
      owner.ended(this, LinkEnd.CLEAN);
      writeOn();
    } else if (problem != null && problem.isOffence()) {
      abandon(PROTOCOL_ERROR);
      owner.ended(this, LinkEnd.OFFENCE);
    } else if (problem != null && problem.kind() == FrameException.Kind.OVER_BUDGET) {
      abandon(CloseCode.RATE_LIMITED.value());
      owner.ended(this, LinkEnd.RESET);
    } else {
      // The peer gave its direction up, or the connection is gone. What we owe is still owed.
      synchronized (lock) {
        peerEnded = true;
      }
      owner.ended(this, isConnectionGone(failure) ? LinkEnd.CONNECTION : LinkEnd.RESET);
      writeOn();
    }
    tellFinished();
  }

  /** Whether a failure says that the whole connection is gone. */
  public static boolean isConnectionGone(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException || cause instanceof FrameException) {
      cause = cause.getCause();
    }
    return cause instanceof StreamException.ConnectionClosed
        || cause instanceof StreamException.Timeout;
  }

  /** Returns who opened the stream, and for what. */
  public Role role() {
    return role;
  }

  @Override
  public boolean isDedicated() {
    return role == Role.DEDICATED;
  }

  /** A stream with one request may be all the peer listens to, whatever it carries later. */
  @Override
  public boolean isShared() {
    synchronized (lock) {
      return role == Role.ACCEPTED && requests > 1 && !peerEnded;
    }
  }

  @Override
  public void pause() {
    synchronized (lock) {
      if (reading == Reading.ACTIVE) {
        reading = Reading.PAUSING;
      }
    }
  }

  @Override
  public boolean unpause() {
    synchronized (lock) {
      boolean stopped = reading == Reading.PAUSED;
      if (stopped || reading == Reading.PAUSING) {
        reading = Reading.ACTIVE;
      }
      return stopped;
    }
  }

  // ---- writing

  @Override
  public CompletionStage<Void> send(Frame frame) {
    return enqueue(frame, false, false);
  }

  @Override
  public CompletionStage<Void> sendOnly(Frame frame) {
    return enqueue(frame, true, false);
  }

  @Override
  public void owe() {
    synchronized (lock) {
      owed++;
      requests++;
    }
  }

  @Override
  public CompletionStage<Void> answer(Frame frame) {
    return enqueue(frame, false, false);
  }

  @Override
  public boolean hasRoom() {
    synchronized (lock) {
      return queue.hasRoom();
    }
  }

  @Override
  public CompletionStage<Void> answerLast(Frame frame) {
    return enqueue(frame, false, true);
  }

  @Override
  public void forgive() {
    synchronized (lock) {
      owed--;
    }
    writeOn();
  }

  private CompletionStage<Void> enqueue(Frame frame, boolean end, boolean settles) {
    ByteBuffer bytes;
    try {
      bytes = frame.bytes();
    } catch (FrameException broken) {
      return CompletableFuture.failedFuture(broken);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    boolean full;
    boolean over;
    synchronized (lock) {
      if (settles) {
        owed--;
      }
      over = sendOver || ending;
      full = queue.isFull();
      if (!over && !full) {
        queue.add(bytes, end, done);
        ending = end;
      }
    }
    if (over) {
      done.completeExceptionally(new StreamException.StreamClosed());
      return done;
    }
    if (full) {
      // The peer does not read what it asked for.
      reset(CloseCode.RATE_LIMITED.value());
      done.completeExceptionally(new StreamException.StreamClosed());
      return done;
    }
    lastActivity = ticker.getAsLong();
    writeOn();
    return done;
  }

  /**
   * Hands what waits to the stream, or its end, if there is something and nothing is on its way. So
   * all frames that came while the transport was busy go out together, in as few packets as hold
   * them.
   */
  private void writeOn() {
    while (true) {
      List<Write> batch;
      boolean end;
      synchronized (lock) {
        if (writing || sendOver) {
          return;
        }
        batch = queue.takeBatch();
        end = queue.isEmpty() && (endsWith(batch) || nothingLeft());
        if (batch.isEmpty() && !end) {
          return;
        }
        writing = true;
        if (end) {
          sendOver = true;
        }
      }
      CompletionStage<Void> accepted =
          batch.isEmpty()
              ? stream.send().finish()
              : end
                  ? stream.send().finish(WriteQueue.joined(batch))
                  : stream.send().write(WriteQueue.joined(batch));
      CompletableFuture<Void> future = accepted.toCompletableFuture();
      if (!future.isDone()) {
        Stages.listen(
            accepted,
            (nothing, failure) -> {
              written(batch, failure);
              writeOn();
            });
        return;
      }
      Throwable failure = null;
      try {
        future.join();
      } catch (CompletionException wrapped) {
        failure = wrapped.getCause();
      }
      written(batch, failure);
    }
  }

  private static boolean endsWith(List<Write> batch) {
    return !batch.isEmpty() && batch.get(batch.size() - 1).end();
  }

  /** Whether our direction can end: the peer has ended its own and is owed nothing. */
  @GuardedBy("lock")
  private boolean nothingLeft() {
    return ending
        || (role == Role.ACCEPTED && peerEnded && owed == 0)
        || (role == Role.REPLY && owed == 0);
  }

  private void written(List<Write> batch, @Nullable Throwable failure) {
    List<Write> lost = List.of();
    synchronized (lock) {
      writing = false;
      queue.accepted(batch);
      if (failure != null) {
        sendOver = true;
        lost = queue.giveUp();
      }
    }
    if (failure == null) {
      lastActivity = ticker.getAsLong();
      batch.forEach(write -> write.done().complete(null));
    } else {
      batch.forEach(write -> write.done().completeExceptionally(failure));
      lost.forEach(write -> write.done().completeExceptionally(failure));
    }
    tellFinished();
  }

  @Override
  public boolean canSend() {
    synchronized (lock) {
      return !sendOver && !ending;
    }
  }

  @Override
  public boolean canReceive() {
    synchronized (lock) {
      return reading != Reading.OVER;
    }
  }

  // ---- the end

  @Override
  public void reset(long code) {
    boolean wasReading;
    synchronized (lock) {
      wasReading = reading != Reading.OVER;
      reading = Reading.OVER;
    }
    abandon(code);
    if (wasReading) {
      owner.ended(this, LinkEnd.RESET);
    }
    tellFinished();
  }

  /** Gives up both directions. */
  private void abandon(long code) {
    List<Write> lost;
    boolean wasOpen;
    synchronized (lock) {
      wasOpen = !sendOver;
      sendOver = true;
      lost = queue.giveUp();
    }
    if (wasOpen) {
      stream.send().reset(code);
    }
    stream.recv().stop(code);
    lost.forEach(write -> write.done().completeExceptionally(new StreamException.StreamClosed()));
  }

  @Override
  public void close() {
    boolean stop;
    synchronized (lock) {
      stop = reading != Reading.OVER;
      reading = Reading.OVER;
      ending = true;
    }
    if (stop) {
      stream.recv().stop(CloseCode.NO_ERROR.value());
    }
    writeOn();
    tellFinished();
  }

  private void tellFinished() {
    synchronized (lock) {
      if (finishedTold || reading != Reading.OVER || !sendOver || writing) {
        return;
      }
      finishedTold = true;
    }
    owner.finished(this);
  }

  @Override
  public boolean isIdleSince(long nanos) {
    synchronized (lock) {
      return owed == 0 && queue.isEmpty() && !writing && lastActivity - nanos <= 0;
    }
  }
}
