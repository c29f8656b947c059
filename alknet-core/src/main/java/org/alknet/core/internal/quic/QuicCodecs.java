package org.alknet.core.internal.quic;

import io.netty.channel.ChannelHandler;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicCodecBuilder;
import io.netty.handler.codec.quic.QuicCongestionControlAlgorithm;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.alknet.core.config.TransportConfig;
import org.alknet.core.internal.tls.TlsSetupException;

/**
 * The only place that sets up QUIC codecs. The library's defaults for flow control and stream
 * limits are zero, so every transport parameter is given here; no TLS task executor is, because one
 * shared with others races with the release of connections.
 */
final class QuicCodecs {
  private static final int DATAGRAM_QUEUE = 16;
  private static final int MAX_RECEIVE_PAYLOAD = 65_527;

  private QuicCodecs() {}

  /**
   * Checks that the native library is there.
   *
   * @throws TlsSetupException naming the artifact that is missing
   */
  static void requireNative() throws TlsSetupException {
    if (!Quic.isAvailable()) {
      throw new TlsSetupException(
          "the QUIC library for this platform ("
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + ") cannot be loaded; add netty-codec-native-quic with the platform's classifier, for"
              + " example linux-x86_64, to the class path: "
              + Quic.unavailabilityCause(),
          Quic.unavailabilityCause());
    }
  }

  /**
   * Makes the codec of a listening socket.
   *
   * @param connectionIds makes the ids of its connections, or empty for the library's own
   */
  static ChannelHandler server(
      TransportConfig transport,
      QuicTokenHandler tokens,
      Optional<QuicConnectionIdGenerator> connectionIds,
      Function<QuicChannel, QuicSslEngine> engines,
      ChannelHandler connections) {
    QuicServerCodecBuilder builder = common(new QuicServerCodecBuilder(), transport);
    connectionIds.ifPresent(builder::connectionIdAddressGenerator);
    return builder
        .localConnectionIdLength(LoopRouting.ID_BYTES)
        .tokenHandler(tokens)
        .sslEngineProvider(engines)
        .handler(connections)
        .streamHandler(StreamSetup.forAccepted())
        .build();
  }

  static ChannelHandler client(
      TransportConfig transport, Function<QuicChannel, QuicSslEngine> engines) {
    return common(new QuicClientCodecBuilder(), transport).sslEngineProvider(engines).build();
  }

  private static <B extends QuicCodecBuilder<B>> B common(B builder, TransportConfig transport) {
    return builder
        .maxIdleTimeout(transport.maxIdleTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .initialMaxData(transport.connectionWindowBytes())
        .initialMaxStreamDataBidirectionalLocal(transport.streamWindowBytes())
        .initialMaxStreamDataBidirectionalRemote(transport.streamWindowBytes())
        .initialMaxStreamDataUnidirectional(0)
        .initialMaxStreamsBidirectional(transport.maxBidiStreams())
        .initialMaxStreamsUnidirectional(0)
        .maxSendUdpPayloadSize(transport.maxUdpPayloadBytes())
        .maxRecvUdpPayloadSize(MAX_RECEIVE_PAYLOAD)
        .activeMigration(transport.activeMigration())
        .congestionControlAlgorithm(QuicCongestionControlAlgorithm.CUBIC)
        .datagram(DATAGRAM_QUEUE, DATAGRAM_QUEUE);
  }
}
