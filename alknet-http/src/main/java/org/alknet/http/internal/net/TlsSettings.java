package org.alknet.http.internal.net;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 and 1.2 by the JDK, with the cipher suites that HTTP/2 allows (RFC 9113 section 9.2), and
 * the protocols the server prefers.
 *
 * <p>Thread-safe.
 */
final class TlsSettings {
  /** ALPN id of HTTP/2. */
  static final String H2 = "h2";

  private static final List<String> PREFERENCE = List.of(H2, "http/1.1");
  private static final Duration CLOSE_NOTIFY = Duration.ofSeconds(1);

  private TlsSettings() {}

  static ChannelHandler handler(SSLContext context, Duration handshakeTimeout) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    parameters.setUseCipherSuitesOrder(true);
    parameters.setCipherSuites(
        Arrays.stream(engine.getSupportedCipherSuites())
            .filter(TlsSettings::isModern)
            .toArray(String[]::new));
    engine.setSSLParameters(parameters);
    engine.setHandshakeApplicationProtocolSelector((any, offered) -> select(offered));
    SslHandler handler = new SslHandler(engine);
    handler.setHandshakeTimeout(handshakeTimeout.toMillis(), TimeUnit.MILLISECONDS);
    handler.setCloseNotifyFlushTimeout(CLOSE_NOTIFY.toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  /** Forward secrecy and authenticated encryption only. */
  private static boolean isModern(String suite) {
    return suite.startsWith("TLS_AES_")
        || suite.startsWith("TLS_CHACHA20_")
        || (suite.startsWith("TLS_ECDHE_")
            && (suite.contains("_GCM_") || suite.contains("_CHACHA20_")));
  }

  /** Chooses among the ids a client offers; null for the alert {@code no_application_protocol}. */
  static @Nullable String select(List<String> offered) {
    for (String id : PREFERENCE) {
      if (offered.contains(id)) {
        return id;
      }
    }
    return null;
  }
}
