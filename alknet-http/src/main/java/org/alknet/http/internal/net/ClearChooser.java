package org.alknet.http.internal.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.util.concurrent.Future;
import java.util.List;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.internal.site.Peer;
import org.jspecify.annotations.Nullable;

/**
 * Tells HTTP/2 with prior knowledge from HTTP/1.1 on a connection without TLS, by its first bytes
 * (RFC 9113 section 3.3). Confined to its event loop.
 */
final class ClearChooser extends ByteToMessageDecoder {
  private final Face face;
  private final Peer peer;
  private @Nullable Future<?> deadline;

  ClearChooser(Face face, Peer peer) {
    this.face = face;
    this.peer = peer;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline = Closing.after(face.limits().headerTimeout(), ctx);
    ctx.fireChannelActive();
    ctx.read();
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
    try {
      int known = Math.min(in.readableBytes(), preface.readableBytes());
      boolean same = in.slice(in.readerIndex(), known).equals(preface.slice(0, known));
      if (same && known < preface.readableBytes()) {
        return;
      }
      if (same) {
        Pipelines.http2(ctx.pipeline(), face, peer);
      } else {
        Pipelines.http1(ctx.pipeline(), face, peer);
      }
    } finally {
      preface.release();
    }
    ctx.pipeline().remove(this); // hands on what it has read
  }
}
