package org.alknet.http.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Tells when bytes come, before anybody knows what they are. */
final class BytesSeen extends ChannelInboundHandlerAdapter {
  private final H1Handler handler;

  BytesSeen(H1Handler handler) {
    this.handler = handler;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    handler.bytesArrived();
    ctx.fireChannelRead(message);
  }
}
