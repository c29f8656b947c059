package org.alknet.http.internal.channel;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose time is up, for limits that are set and lifted several times for every
 * request: its timer is not taken back and set anew each time, but looks when it is due whether
 * there is a limit still, and by when.
 *
 * <p>Confined to its event loop.
 */
public final class Countdown {
  private final long usual;
  private final ChannelHandlerContext context;
  private @Nullable Future<?> timer;
  private boolean limited;
  private long end;
  private long due;

  /**
   * Creates one without a limit.
   *
   * @param usual the shortest of the limits that are set often; a shorter one is kept as exactly
   */
  public Countdown(Duration usual, ChannelHandlerContext context) {
    this.usual = usual.toNanos();
    this.context = context;
  }

  /** Closes the connection when so much time has passed from now, whatever was said before. */
  public void within(Duration limit) {
    limited = true;
    end = now() + limit.toNanos();
    if (timer == null || due - end > 0) {
      lookAfter(limit.toNanos());
    }
  }

  /** Lifts the limit. */
  public void lift() {
    limited = false;
  }

  /** Lifts the limit and leaves nothing behind. */
  public void stop() {
    limited = false;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private long now() {
    return context.executor().ticker().nanoTime();
  }

  private void lookAfter(long nanos) {
    if (timer != null) {
      timer.cancel(false);
    }
    long delay = Math.min(nanos, usual);
    due = now() + delay;
    timer = context.executor().schedule(this::look, delay, TimeUnit.NANOSECONDS);
  }

  private void look() {
    timer = null;
    if (!limited) {
      return;
    }
    long left = end - now();
    if (left > 0) {
      lookAfter(left);
    } else {
      context.close().addListener(Closing.LOGGED);
    }
  }
}
