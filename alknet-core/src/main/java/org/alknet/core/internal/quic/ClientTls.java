package org.alknet.core.internal.quic;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslEngine;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.ServerVerification;
import org.alknet.core.internal.tls.TlsSetupException;

/**
 * One client TLS context, shared by the dials that present the same identity and want the same
 * protocol. Which server is acceptable differs from dial to dial, so each engine brings its own
 * verification; an engine without one accepts nobody.
 *
 * <p>Thread-safe.
 */
final class ClientTls {
  private final Map<SSLEngine, ServerVerification> verifications = new ConcurrentHashMap<>();
  private final QuicSslContext context;

  ClientTls(Optional<PresentedIdentity> identity, Alpn alpn) throws TlsSetupException {
    this.context = TlsContexts.client(identity, alpn, new PerDialTrust());
  }

  /**
   * Makes the engine of one dial.
   *
   * @param serverName sent as SNI if present
   */
  QuicSslEngine newEngine(ServerVerification verification, Optional<String> serverName) {
    QuicSslEngine engine =
        serverName.isPresent()
            ? context.newEngine(ByteBufAllocator.DEFAULT, serverName.get(), -1)
            : context.newEngine(ByteBufAllocator.DEFAULT);
    verifications.put(engine, verification);
    return engine;
  }

  /** Forgets the engine of a dial that is over. */
  void release(SSLEngine engine) {
    verifications.remove(engine);
  }

  private final class PerDialTrust extends X509ExtendedTrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      ServerVerification verification = verifications.get(engine);
      if (verification == null) {
        throw new CertificateException("this dial is over");
      }
      verification.check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("a server is verified with its engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("a server is verified with its engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this trust is for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("this trust is for clients only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("this trust is for clients only");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
