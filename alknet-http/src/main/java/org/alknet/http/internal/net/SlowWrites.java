package org.alknet.http.internal.net;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.timeout.WriteTimeoutException;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.alknet.http.internal.channel.Closing;
import org.jspecify.annotations.Nullable;

/**
 * Closes a channel whose client does not take what is sent within a limit, or at most half a limit
 * later. Netty's own handler has a timer for every write; here there is one for all of them, and
 * only while a flush has left something behind.
 *
 * <p>Confined to its event loop.
 */
final class SlowWrites extends ChannelOutboundHandlerAdapter {
  private final long half;
  private @Nullable Future<?> timer;

  /** Writes that were begun, and those that have ended. */
  private long begun;

  private long done;

  /** How many had been begun at the last look, and at the one before. */
  private long last;

  private long before;

  private final ChannelFutureListener counting = written -> done++;

  SlowWrites(Duration limit) {
    this.half = limit.toNanos() / 2;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    begun++;
    ctx.write(message, promise.unvoid()).addListener(counting);
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    ctx.flush();
    if (timer == null && done < begun) {
      before = done;
      last = begun;
      lookLater(ctx);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void lookLater(ChannelHandlerContext ctx) {
    timer = ctx.executor().schedule(() -> look(ctx), half, TimeUnit.NANOSECONDS);
  }

  /** What had been begun two looks ago has had its time. */
  private void look(ChannelHandlerContext ctx) {
    timer = null;
    if (done < before) {
      ctx.fireExceptionCaught(WriteTimeoutException.INSTANCE);
      ctx.close().addListener(Closing.LOGGED);
    } else if (done < begun) {
      before = last;
      last = begun;
      lookLater(ctx);
    }
  }
}
