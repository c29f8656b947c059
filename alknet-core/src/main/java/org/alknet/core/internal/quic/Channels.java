package org.alknet.core.internal.quic;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Closes channels whose end nobody waits for, without losing a failure to do so. */
final class Channels {
  private static final Logger LOG = System.getLogger(Channels.class.getName());
  private static final ChannelFutureListener LOG_FAILURE = Channels::logFailure;

  private Channels() {}

  static void close(Channel channel) {
    channel.close().addListener(LOG_FAILURE);
  }

  private static void logFailure(ChannelFuture closed) {
    if (!closed.isSuccess()) {
      LOG.log(Level.DEBUG, "event=close_failed", closed.cause());
    }
  }
}
