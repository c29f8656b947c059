package org.alknet.http.internal.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2Exception;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.Set;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.channel.Countdown;
import org.alknet.http.internal.channel.Farewell;
import org.alknet.http.internal.site.Peer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection: closes it when no stream was open for a while, and with GOAWAY when the
 * server stops (RFC 9113 section 6.8).
 *
 * <p>Confined to its event loop.
 */
final class H2Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger(H2Connection.class.getName());

  private final Face face;
  private final Peer peer;
  private final Set<Channel> open = new HashSet<>();
  private @Nullable Countdown idle;

  H2Connection(Face face, Peer peer) {
    this.face = face;
    this.peer = peer;
  }

  /** Returns what sets up each stream the client opens. */
  ChannelHandler streams() {
    return new ChannelInitializer<Channel>() {
      @Override
      protected void initChannel(Channel stream) {
        opened(stream);
        stream
            .pipeline()
            .addLast(new SlowWrites(face.limits().writeTimeout()))
            .addLast(new H2StreamHandler(face, peer));
      }
    };
  }

  private void opened(Channel stream) {
    open.add(stream);
    if (idle != null) {
      idle.lift();
    }
    stream
        .closeFuture()
        .addListener(
            closed -> {
              open.remove(stream);
              if (open.isEmpty()) {
                arm();
              }
            });
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    idle = new Countdown(face.limits().idleTimeout(), ctx);
    arm();
    if (face.live().isDraining()) {
      ctx.close().addListener(Closing.LOGGED);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (idle != null) {
      idle.stop();
      idle = null;
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == Farewell.DRAIN) {
      for (Channel stream : Set.copyOf(open)) {
        stream.pipeline().fireUserEventTriggered(event);
      }
      // The codec says GOAWAY and lets open streams finish, for as long as it was told.
      ctx.close().addListener(Closing.LOGGED);
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.log(Level.DEBUG, "event=http_connection_failed", cause);
    if (!(cause instanceof Http2Exception)) {
      ctx.close().addListener(Closing.LOGGED);
    } // else the codec is about to say goodbye with the code that fits
  }

  private void arm() {
    if (idle != null) {
      idle.within(face.limits().idleTimeout());
    }
  }
}
