package org.alknet.http.internal.net;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import org.alknet.http.internal.channel.Closing;
import org.alknet.http.server.HttpReply;

/**
 * Answers a header that is too long like everything else: the library's own answer has a status and
 * nothing more, which no web server says. Confined to its event loop.
 */
final class H2Codec extends Http2FrameCodec {
  private H2Codec(
      Http2ConnectionEncoder encoder, Http2ConnectionDecoder decoder, Http2Settings settings) {
    super(encoder, decoder, settings, false, true);
  }

  /** Returns a builder of the server's side. */
  static Http2FrameCodecBuilder builder() {
    return new Builder();
  }

  @Override
  protected void handleServerHeaderDecodeSizeError(ChannelHandlerContext ctx, Http2Stream stream) {
    encoder()
        .writeHeaders(
            ctx,
            stream.id(),
            H2StreamHandler.headersOf(HttpReply.empty(431), -1),
            0,
            true,
            ctx.newPromise())
        .addListener(Closing.ON_FAILURE);
  }

  private static final class Builder extends Http2FrameCodecBuilder {
    Builder() {
      server(true);
      gracefulShutdownTimeoutMillis(0);
    }

    @Override
    protected Http2FrameCodec build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      H2Codec codec = new H2Codec(encoder, decoder, settings);
      codec.gracefulShutdownTimeoutMillis(gracefulShutdownTimeoutMillis());
      return codec;
    }
  }
}
