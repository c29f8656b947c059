package org.alknet.core.internal.quic;

import io.netty.handler.codec.quic.QuicChannel;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.tls.PresentedChain;

/**
 * Reads the facts a finished handshake established. Not before: callbacks run ahead of the proof.
 */
final class Handshaken {
  private Handshaken() {}

  /** Returns the protocol that was negotiated, if any. */
  static Optional<Alpn> alpn(QuicChannel channel) {
    SSLEngine engine = channel.sslEngine();
    String negotiated = engine == null ? null : engine.getApplicationProtocol();
    return negotiated == null || negotiated.isEmpty()
        ? Optional.empty()
        : Optional.of(Alpn.of(negotiated));
  }

  /** Returns the fingerprint of what the peer presented and proved, or empty if it did not. */
  static Optional<String> peerFingerprint(QuicChannel channel) {
    SSLEngine engine = channel.sslEngine();
    if (engine == null) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = engine.getSession().getPeerCertificates();
      return PresentedChain.fingerprint(chain);
    } catch (SSLPeerUnverifiedException anonymous) {
      return Optional.empty(); // the normal case of a client without a certificate
    }
  }
}
