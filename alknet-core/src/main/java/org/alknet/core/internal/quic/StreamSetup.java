package org.alknet.core.internal.quic;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import org.jspecify.annotations.Nullable;

/** Puts a {@link QuicStream} on every new stream channel, before its first byte is read. */
final class StreamSetup extends ChannelInitializer<QuicStreamChannel> {
  private final @Nullable QuicConnection opener;
  private final boolean accepted;

  StreamSetup(@Nullable QuicConnection opener, boolean accepted) {
    this.opener = opener;
    this.accepted = accepted;
  }

  /** The setup of streams the peer opens; one instance serves all connections. */
  static StreamSetup forAccepted() {
    return new StreamSetup(null, true);
  }

  @Override
  public boolean isSharable() {
    return true;
  }

  @Override
  protected void initChannel(QuicStreamChannel channel) {
    QuicConnection connection = opener;
    if (connection == null) {
      Channel parent = channel.parent();
      connection = QuicConnection.of((QuicChannel) parent);
    }
    if (connection == null) {
      Channels.close(
          channel); // streams come after the handshake; anything else is not ours to serve
      return;
    }
    QuicStream stream = new QuicStream(connection, channel);
    channel.pipeline().addLast(stream);
    if (accepted) {
      connection.streamAccepted(stream);
    }
  }
}
