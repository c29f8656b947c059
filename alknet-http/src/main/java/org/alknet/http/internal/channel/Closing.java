package org.alknet.http.internal.channel;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What to do when a write or a close fails, which is what happens when a client goes away. */
public final class Closing {
  private static final Logger LOG = System.getLogger(Closing.class.getName());

  /** Says so. */
  public static final ChannelFutureListener LOGGED =
      future -> {
        if (!future.isSuccess()) {
          log(future);
        }
      };

  /** Closes the channel if it failed. */
  public static final ChannelFutureListener ON_FAILURE =
      future -> {
        if (!future.isSuccess()) {
          log(future);
          future.channel().close().addListener(LOGGED);
        }
      };

  /** Closes the channel either way. */
  public static final ChannelFutureListener AFTERWARDS =
      future -> future.channel().close().addListener(LOGGED);

  private Closing() {}

  /** Closes a channel when the limit has passed, unless what is returned is cancelled before. */
  public static Future<?> after(Duration limit, ChannelHandlerContext ctx) {
    Runnable close = () -> ctx.close().addListener(LOGGED);
    return ctx.executor().schedule(close, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void log(ChannelFuture future) {
    LOG.log(Level.DEBUG, () -> "event=http_write_failed error=" + future.cause());
  }
}
