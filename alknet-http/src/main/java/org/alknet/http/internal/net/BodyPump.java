package org.alknet.http.internal.net;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves the pieces of a body to the client. They are asked for one at a time and only while there
 * is room, so whoever makes them waits for the slowest reader. Of events, which are small, some may
 * wait for the event loop: it takes all that are there and sends them together, and meanwhile their
 * maker goes on.
 *
 * <p>Signals may come from anywhere; everything that touches the client happens on the event loop.
 */
final class BodyPump implements Flow.Subscriber<ByteBuffer> {
  private static final Logger LOG = System.getLogger(BodyPump.class.getName());
  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

  /** Events that may wait for the event loop; with as many, or as many bytes, none is asked for. */
  static final int MAX_WAITING = 32;

  /** As much as a connection may have to send before it counts as slow. */
  static final int MAX_WAITING_BYTES = 64 * 1024;

  private final EventExecutor loop;
  private final ReplySink sink;
  private final Runnable ended;
  private final int maxWaiting;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private long waitingBytes;

  @GuardedBy("lock")
  private Flow.@Nullable Subscription from;

  /** A piece was asked for and has not come. */
  @GuardedBy("lock")
  private boolean asked;

  /** What the sink said when it was last looked at. */
  @GuardedBy("lock")
  private boolean room = true;

  /** The event loop is about to look. */
  @GuardedBy("lock")
  private boolean scheduled;

  @GuardedBy("lock")
  private @Nullable End end;

  /** Nobody wants anything any more, or everything was sent. */
  @GuardedBy("lock")
  private boolean over;

  // Confined to the event loop.
  private @Nullable Future<?> timer;
  private long lastSent;

  /** How a body ended; without a failure it is complete. */
  private record End(@Nullable Throwable failure) {}

  /**
   * Pumps into a sink.
   *
   * @param keepAlive how long a stream of events may be silent; empty for any other body
   * @param ended called on the event loop when the body is complete or cut off
   */
  BodyPump(EventExecutor loop, ReplySink sink, Optional<Duration> keepAlive, Runnable ended) {
    this.loop = loop;
    this.sink = sink;
    this.ended = ended;
    this.maxWaiting = keepAlive.isPresent() ? MAX_WAITING : 1;
    this.lastSent = System.nanoTime();
    keepAlive.ifPresent(this::watch);
  }

  private void watch(Duration silence) {
    long left = silence.toNanos() - (System.nanoTime() - lastSent);
    timer =
        loop.schedule(
            () -> {
              if (isOver()) {
                return;
              }
              if (System.nanoTime() - lastSent >= silence.toNanos() && sink.hasRoom()) {
                lastSent = System.nanoTime();
                sink.piece(Unpooled.wrappedBuffer(COMMENT));
                sink.flush();
              }
              watch(silence);
            },
            Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)),
            TimeUnit.NANOSECONDS);
  }

  // ---- the client's side, on the event loop

  /** There is room again. */
  void writable() {
    ask();
  }

  /** Nobody wants the body any more. */
  void cancel() {
    Flow.Subscription nobodys;
    synchronized (lock) {
      nobodys = over ? null : from;
    }
    stop();
    if (nobodys != null) {
      nobodys.cancel();
    }
  }

  private void stop() {
    synchronized (lock) {
      over = true;
      waiting.clear();
    }
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private boolean isOver() {
    synchronized (lock) {
      return over;
    }
  }

  private void ask() {
    boolean roomy = sink.hasRoom();
    Flow.Subscription next;
    synchronized (lock) {
      room = roomy;
      next = next();
    }
    if (next != null) {
      next.request(1);
    }
  }

  /** Sends what waits, in one go. */
  private void send() {
    ArrayDeque<ByteBuffer> pieces;
    End last;
    synchronized (lock) {
      scheduled = false;
      if (over) {
        return;
      }
      pieces = waiting;
      waiting = new ArrayDeque<>();
      waitingBytes = 0;
      last = end;
    }
    pieces.forEach(piece -> sink.piece(Unpooled.wrappedBuffer(piece)));
    if (last == null) {
      lastSent = System.nanoTime();
      ask(); // first, so that the next ones are made while these are sent
      sink.flush();
      return;
    }
    stop();
    if (last.failure() == null) {
      sink.end();
    } else {
      LOG.log(Level.DEBUG, "event=http_body_failed", last.failure());
      sink.flush();
      sink.abort();
    }
    ended.run();
  }

  // ---- the maker's side

  /** Takes the right to ask for a piece; whoever gets the subscription has to use it. */
  @GuardedBy("lock")
  private Flow.@Nullable Subscription next() {
    if (asked
        || !room
        || over
        || end != null
        || from == null
        || waiting.size() >= maxWaiting
        || waitingBytes >= MAX_WAITING_BYTES) {
      return null;
    }
    asked = true;
    return from;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    Flow.Subscription next = null;
    boolean unwanted;
    synchronized (lock) {
      unwanted = from != null || over;
      if (!unwanted) {
        from = subscription;
        next = next();
      }
    }
    if (unwanted) {
      subscription.cancel();
    } else if (next != null) {
      next.request(1);
    }
  }

  @Override
  public void onNext(ByteBuffer piece) {
    Flow.Subscription next;
    boolean unasked;
    synchronized (lock) {
      if (over || end != null) {
        return;
      }
      unasked = !asked;
      asked = false;
      if (unasked) {
        // Nothing bounds what somebody sends who does not wait to be asked.
        end = new End(new IllegalStateException("a piece that nobody asked for"));
        next = from;
      } else {
        waiting.add(piece);
        waitingBytes += piece.remaining();
        next = next();
      }
    }
    schedule();
    if (unasked && next != null) {
      next.cancel();
    } else if (next != null) {
      next.request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    end(failure);
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable Throwable failure) {
    synchronized (lock) {
      end = end == null ? new End(failure) : end;
    }
    schedule();
  }

  private void schedule() {
    synchronized (lock) {
      if (scheduled || over) {
        return;
      }
      scheduled = true;
    }
    loop.execute(this::send);
  }
}
