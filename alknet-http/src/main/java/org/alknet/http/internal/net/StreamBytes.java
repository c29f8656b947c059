package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;
import org.alknet.http.internal.channel.Closing;

/** The bytes of a stream's DATA frames, in both directions. Confined to its event loop. */
final class StreamBytes extends ChannelDuplexHandler {
  private boolean ended;

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof Http2DataFrame data) {
      ctx.fireChannelRead(data.content());
      if (data.isEndStream()) {
        ctx.pipeline().close().addListener(Closing.LOGGED);
      }
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      ctx.write(new DefaultHttp2DataFrame(bytes, false), promise).addListener(Closing.ON_FAILURE);
    } else {
      ctx.write(message, promise).addListener(Closing.ON_FAILURE);
    }
  }

  @Override
  public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
    if (ended || !ctx.channel().isActive()) {
      ctx.close(promise).addListener(Closing.LOGGED);
      return;
    }
    ended = true;
    ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true))
        .addListener(sent -> ctx.close(promise).addListener(Closing.LOGGED));
  }
}
