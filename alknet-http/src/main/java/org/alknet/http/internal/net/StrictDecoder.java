package org.alknet.http.internal.net;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import org.alknet.http.server.HttpLimits;

/**
 * Reads requests and refuses one that states its length in two ways instead of choosing one (RFC
 * 9112 section 6.3): the server in front may have chosen the other. Confined to its event loop.
 */
final class StrictDecoder extends HttpRequestDecoder {
  StrictDecoder(HttpLimits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxRequestLineBytes())
            .setMaxHeaderSize(limits.maxHeaderBytes())
            .setAllowDuplicateContentLengths(false)
            .setStrictLineParsing(true));
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("a length and chunks");
  }
}
