package org.alknet.http.internal.net;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import org.alknet.http.internal.site.Peer;
import org.alknet.http.server.HttpLimits;

/** Sets up a connection for the protocol that was negotiated, whatever carries it. */
final class Pipelines {
  private static final int RESET_WINDOW_SECONDS = 30;
  private static final int MAX_EMPTY_DATA_FRAMES = 2;
  private static final int MAX_SMALL_CONTINUATIONS = 16;

  private Pipelines() {}

  /** Speaks HTTP/1.1. */
  static void http1(ChannelPipeline pipeline, Face face, Peer peer) {
    HttpLimits limits = face.limits();
    pipeline.channel().config().setAutoRead(false);
    H1Handler handler = new H1Handler(face, peer);
    pipeline
        .addLast(new SlowWrites(limits.writeTimeout()))
        .addLast(new BytesSeen(handler))
        .addLast(new StrictDecoder(limits))
        .addLast(new HttpResponseEncoder())
        .addLast(handler);
  }

  /** Speaks HTTP/2. */
  static void http2(ChannelPipeline pipeline, Face face, Peer peer) {
    HttpLimits limits = face.limits();
    Http2Settings settings =
        new Http2Settings()
            .maxConcurrentStreams(limits.maxConcurrentStreams())
            .maxHeaderListSize(limits.maxHeaderBytes());
    if (face.webSockets().isPresent()) {
      settings.connectProtocolEnabled(true);
    }
    Http2FrameCodec codec =
        H2Codec.builder()
            .initialSettings(settings)
            .decoderEnforceMaxRstFramesPerWindow(limits.maxResets(), RESET_WINDOW_SECONDS)
            .encoderEnforceMaxRstFramesPerWindow(limits.maxResets(), RESET_WINDOW_SECONDS)
            .decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES)
            .decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS)
            .gracefulShutdownTimeoutMillis(limits.drainTimeout().toMillis())
            .build();
    H2Connection connection = new H2Connection(face, peer);
    pipeline.addLast(codec, new Http2MultiplexHandler(connection.streams()), connection);
    pipeline.channel().config().setAutoRead(true);
  }
}
