package org.alknet.http.internal.net;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.alknet.core.handler.Admission;
import org.alknet.core.identity.AuthAttempts;
import org.alknet.http.internal.channel.Farewell;
import org.alknet.http.internal.site.Peer;

/**
 * The other end of a TCP connection, whose refused credentials count against its address.
 *
 * <p>Thread-safe.
 */
final class TcpPeer implements Peer {
  private final Channel channel;
  private final Admission admission;
  private final boolean secure;
  private final AuthAttempts attempts = new AuthAttempts();

  TcpPeer(Channel channel, Admission admission, boolean secure) {
    this.channel = channel;
    this.admission = admission;
    this.secure = secure;
  }

  @Override
  public Optional<InetSocketAddress> address() {
    return channel.remoteAddress() instanceof InetSocketAddress address
        ? Optional.of(address)
        : Optional.empty();
  }

  @Override
  public boolean isLocalCleartext() {
    return !secure
        && channel.localAddress() instanceof InetSocketAddress local
        && local.getAddress().isLoopbackAddress();
  }

  @Override
  public void credentialRejected() {
    address().ifPresent(address -> admission.credentialRejected(address.getAddress()));
    if (attempts.recordRejected(admission.maxAuthAttempts())) {
      // The reply to this request still goes; no other will.
      channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(Farewell.DRAIN));
    }
  }
}
