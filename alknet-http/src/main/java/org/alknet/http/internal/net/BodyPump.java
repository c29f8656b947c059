package org.alknet.http.internal.net;

import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Moves the pieces of a body to the client: one is asked for when there is room for it, so whoever
 * makes them waits for the slowest reader and nothing piles up here.
 *
 * <p>State is confined to the event loop; signals may come from anywhere.
 */
final class BodyPump implements Flow.Subscriber<ByteBuffer> {
  private static final Logger LOG = System.getLogger(BodyPump.class.getName());
  private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

  private final EventExecutor loop;
  private final ReplySink sink;
  private final Runnable ended;

  private Flow.@Nullable Subscription from;
  private @Nullable Future<?> timer;
  private boolean asked;
  private boolean over;
  private long lastSent;

  /**
   * Pumps into a sink.
   *
   * @param ended called on the event loop when the body is complete or cut off
   */
  BodyPump(EventExecutor loop, ReplySink sink, Optional<Duration> keepAlive, Runnable ended) {
    this.loop = loop;
    this.sink = sink;
    this.ended = ended;
    this.lastSent = System.nanoTime();
    keepAlive.ifPresent(this::watch);
  }

  private void watch(Duration silence) {
    long left = silence.toNanos() - (System.nanoTime() - lastSent);
    timer =
        loop.schedule(
            () -> {
              if (over) {
                return;
              }
              if (System.nanoTime() - lastSent >= silence.toNanos() && sink.hasRoom()) {
                lastSent = System.nanoTime();
                sink.piece(Unpooled.wrappedBuffer(COMMENT));
              }
              watch(silence);
            },
            Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)),
            TimeUnit.NANOSECONDS);
  }

  /** There is room again. */
  void writable() {
    ask();
  }

  /** Nobody wants the body any more. */
  void cancel() {
    if (stop() && from != null) {
      from.cancel();
    }
  }

  private boolean stop() {
    if (over) {
      return false;
    }
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    return true;
  }

  private void ask() {
    if (!over && !asked && from != null && sink.hasRoom()) {
      asked = true;
      from.request(1);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    loop.execute(
        () -> {
          if (from != null || over) {
            subscription.cancel();
            return;
          }
          from = subscription;
          ask();
        });
  }

  @Override
  public void onNext(ByteBuffer piece) {
    loop.execute(
        () -> {
          if (!over) {
            asked = false;
            lastSent = System.nanoTime();
            sink.piece(Unpooled.wrappedBuffer(piece));
            ask();
          }
        });
  }

  @Override
  public void onError(Throwable failure) {
    loop.execute(
        () -> {
          if (stop()) {
            LOG.log(Level.DEBUG, "event=http_body_failed", failure);
            sink.abort();
            ended.run();
          }
        });
  }

  @Override
  public void onComplete() {
    loop.execute(
        () -> {
          if (stop()) {
            sink.end();
            ended.run();
          }
        });
  }
}
