package org.alknet.core.internal.tls;

import java.nio.ByteBuffer;
import java.security.Principal;
import java.security.cert.Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * The least of an {@link SSLEngine} that the JDK's trust manager needs to check a host name: it
 * says "verify as HTTPS does" and names the peer. It moves no bytes.
 */
final class NamedPeer extends SSLEngine {
  private final Session session;

  NamedPeer(String serverName) {
    this.session = new Session(serverName);
  }

  @Override
  public SSLParameters getSSLParameters() {
    SSLParameters parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    return parameters;
  }

  @Override
  public SSLSession getHandshakeSession() {
    return session;
  }

  @Override
  public SSLSession getSession() {
    return session;
  }

  @Override
  public boolean getUseClientMode() {
    return true;
  }

  @Override
  public SSLEngineResult.HandshakeStatus getHandshakeStatus() {
    return SSLEngineResult.HandshakeStatus.NEED_UNWRAP;
  }

  @Override
  public String[] getSupportedProtocols() {
    return new String[] {"TLSv1.3"};
  }

  @Override
  public String[] getEnabledProtocols() {
    return getSupportedProtocols();
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return new String[0];
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return new String[0];
  }

  @Override
  public @Nullable Runnable getDelegatedTask() {
    return null;
  }

  @Override
  public boolean isInboundDone() {
    return false;
  }

  @Override
  public boolean isOutboundDone() {
    return false;
  }

  @Override
  public boolean getNeedClientAuth() {
    return false;
  }

  @Override
  public boolean getWantClientAuth() {
    return false;
  }

  @Override
  public boolean getEnableSessionCreation() {
    return false;
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    throw noConnection();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    throw noConnection();
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {
    throw noConnection();
  }

  @Override
  public void setUseClientMode(boolean mode) {
    throw noConnection();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    throw noConnection();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    throw noConnection();
  }

  @Override
  public void beginHandshake() {
    throw noConnection();
  }

  @Override
  public void closeInbound() {
    throw noConnection();
  }

  @Override
  public void closeOutbound() {
    throw noConnection();
  }

  @Override
  public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) {
    throw noConnection();
  }

  @Override
  public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) {
    throw noConnection();
  }

  private static IllegalStateException noConnection() {
    return new IllegalStateException("this engine only names a peer");
  }

  /**
   * A session that knows the peer's name and nothing else. Deliberately no {@code
   * ExtendedSSLSession}: the trust manager would hold the chain against its list of signature
   * algorithms, which only a real handshake has.
   */
  private static final class Session implements SSLSession {
    private final String peerHost;

    Session(String peerHost) {
      this.peerHost = peerHost;
    }

    @Override
    public String getPeerHost() {
      return peerHost;
    }

    @Override
    public int getPeerPort() {
      return -1;
    }

    @Override
    public String getProtocol() {
      return "TLSv1.3";
    }

    @Override
    public String getCipherSuite() {
      return "TLS_AES_128_GCM_SHA256";
    }

    @Override
    public byte[] getId() {
      return new byte[0];
    }

    @Override
    public @Nullable SSLSessionContext getSessionContext() {
      return null;
    }

    @Override
    public long getCreationTime() {
      return 0;
    }

    @Override
    public long getLastAccessedTime() {
      return 0;
    }

    @Override
    public void invalidate() {
      throw noConnection();
    }

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public void putValue(String name, Object value) {
      throw noConnection();
    }

    @Override
    public @Nullable Object getValue(String name) {
      return null;
    }

    @Override
    public void removeValue(String name) {
      throw noConnection();
    }

    @Override
    public String[] getValueNames() {
      return new String[0];
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
      throw new SSLPeerUnverifiedException("not verified yet");
    }

    @Override
    public Certificate @Nullable [] getLocalCertificates() {
      return null;
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
      throw new SSLPeerUnverifiedException("not verified yet");
    }

    @Override
    public @Nullable Principal getLocalPrincipal() {
      return null;
    }

    @Override
    public int getPacketBufferSize() {
      return 0;
    }

    @Override
    public int getApplicationBufferSize() {
      return 0;
    }
  }
}
