package org.alknet.core.internal.quic;

import io.netty.handler.codec.quic.BoringSSLAsyncPrivateKeyMethod;
import io.netty.handler.codec.quic.BoringSSLContextOption;
import io.netty.handler.codec.quic.BoringSSLKeylessManagerFactory;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.alknet.core.connection.Alpn;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;

/**
 * The only place that makes TLS contexts for QUIC. What all of them share is a security decision:
 * TLS 1.3, our signature schemes, private keys behind a callback, no early data, and clients that
 * keep no session (a resumed handshake would skip the trust manager). What servers do about
 * sessions is in {@link ServerTls}.
 */
final class TlsContexts {
  private static final String[] SIGNATURE_ALGORITHMS = {
    "ed25519",
    "ecdsa_secp256r1_sha256",
    "ecdsa_secp384r1_sha384",
    "rsa_pss_rsae_sha256",
    "rsa_pss_rsae_sha384",
    "rsa_pss_rsae_sha512"
  };

  /** The names under which BoringSSL asks for a server key; all lead to the one key there is. */
  private static final List<String> AUTH_METHODS =
      List.of(
          "RSA",
          "DHE_RSA",
          "ECDHE_RSA",
          "ECDHE_ECDSA",
          "ECDH_RSA",
          "ECDH_ECDSA",
          "DH_RSA",
          "UNKNOWN",
          "GENERIC");

  private TlsContexts() {}

  /**
   * A server that asks for a client certificate and takes any, or none.
   *
   * @param signed told of each engine for which the identity was proven, on the event loop
   */
  static QuicSslContext server(
      PresentedIdentity identity, List<Alpn> alpns, Consumer<SSLEngine> signed)
      throws TlsSetupException {
    String type = identity.keyAlgorithm();
    QuicSslContextBuilder builder =
        QuicSslContextBuilder.forServer(keyManagers(identity, signed), null)
            .clientAuth(ClientAuth.OPTIONAL)
            .trustManager(new RequestOnlyClientTrust())
            .option(
                BoringSSLContextOption.SERVER_KEY_TYPES,
                AUTH_METHODS.stream().collect(Collectors.toMap(method -> method, method -> type)));
    return common(builder, alpns);
  }

  /**
   * A server that has no certificate for anybody: it answers a first packet with a TLS alert, which
   * costs no signature, and so tells a client at once that it is not welcome.
   */
  static QuicSslContext refusing(PresentedIdentity identity, List<Alpn> alpns)
      throws TlsSetupException {
    QuicSslContextBuilder builder =
        QuicSslContextBuilder.forServer(keyManagers(identity, engine -> {}), null)
            .clientAuth(ClientAuth.NONE)
            .trustManager(new RequestOnlyClientTrust())
            .option(BoringSSLContextOption.SERVER_KEY_TYPES, Map.of());
    return common(builder, alpns);
  }

  /** A client that offers one protocol and asks the trust manager about the server. */
  static QuicSslContext client(
      Optional<PresentedIdentity> identity, Alpn alpn, X509ExtendedTrustManager trust)
      throws TlsSetupException {
    QuicSslContextBuilder builder = QuicSslContextBuilder.forClient().trustManager(trust);
    if (identity.isPresent()) {
      builder
          .keyManager(keyManagers(identity.get(), engine -> {}), null)
          .option(BoringSSLContextOption.CLIENT_KEY_TYPES, Set.of(identity.get().keyAlgorithm()));
    }
    return common(builder, List.of(alpn));
  }

  private static QuicSslContext common(QuicSslContextBuilder builder, List<Alpn> alpns)
      throws TlsSetupException {
    try {
      return builder
          .option(BoringSSLContextOption.SIGNATURE_ALGORITHMS, SIGNATURE_ALGORITHMS)
          .applicationProtocols(alpns.stream().map(TlsContexts::text).toArray(String[]::new))
          .earlyData(false)
          .sessionCacheSize(0)
          .build();
    } catch (RuntimeException unusable) {
      throw new TlsSetupException(
          "the TLS library refuses the configuration: " + unusable.getMessage(), unusable);
    }
  }

  static String text(Alpn alpn) {
    return new String(alpn.toBytes(), StandardCharsets.US_ASCII);
  }

  private static KeyManagerFactory keyManagers(
      PresentedIdentity identity, Consumer<SSLEngine> signed) throws TlsSetupException {
    try {
      return BoringSSLKeylessManagerFactory.newKeyless(
          new Callback(identity, signed), identity.chain().toArray(X509Certificate[]::new));
    } catch (GeneralSecurityException | IOException unusable) {
      throw new TlsSetupException(
          "the certificate chain cannot be used: " + unusable.getMessage(), unusable);
    }
  }

  private static final class Callback implements BoringSSLAsyncPrivateKeyMethod {
    private final PresentedIdentity identity;
    private final Consumer<SSLEngine> signed;

    Callback(PresentedIdentity identity, Consumer<SSLEngine> signed) {
      this.identity = identity;
      this.signed = signed;
    }

    @Override
    public Future<byte[]> sign(SSLEngine engine, int signatureAlgorithm, byte[] input) {
      try {
        byte[] signature = identity.signer().sign(signatureAlgorithm, input);
        signed.accept(engine);
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(signature);
      } catch (GeneralSecurityException | RuntimeException cannotSign) {
        return ImmediateEventExecutor.INSTANCE.newFailedFuture(cannotSign);
      }
    }

    @Override
    public Future<byte[]> decrypt(SSLEngine engine, byte[] input) {
      return ImmediateEventExecutor.INSTANCE.newFailedFuture(
          new GeneralSecurityException("TLS 1.3 never decrypts with a certificate's key"));
    }
  }

  /**
   * Takes any client certificate: the trust anchor is the list of peers, asked after the handshake
   * has proven possession. For servers only, and reachable from nowhere else.
   */
  private static final class RequestOnlyClientTrust extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      throw noClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
      throw noClient();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
      throw noClient();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0]; // no hints: any authority, or none, will do
    }

    private static IllegalStateException noClient() {
      return new IllegalStateException("this trust is for servers only");
    }
  }
}
