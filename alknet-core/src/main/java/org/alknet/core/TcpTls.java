package org.alknet.core;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;
import org.alknet.core.tls.TlsIdentity;

/**
 * The identities of this project for TLS over TCP, where the JDK's own implementation serves: for
 * services that stock clients reach, such as HTTP. They need an X.509 certificate; a raw key means
 * nothing to a browser.
 *
 * <p>Thread-safe.
 */
public final class TcpTls {
  private TcpTls() {}

  /**
   * Returns a context for servers that shows the identity and asks clients for none. Files are read
   * now; a change shows in the next context.
   *
   * @throws EndpointException.TlsConfig if the identity is a raw key, or cannot be used
   */
  public static SSLContext serverContext(TlsIdentity identity) throws EndpointException {
    Objects.requireNonNull(identity, "identity");
    if (identity instanceof TlsIdentity.RawKey || identity instanceof TlsIdentity.HeldKey) {
      throw new EndpointException.TlsConfig(
          "a raw key cannot be shown to browsers and other stock clients: TLS over TCP needs an"
              + " X.509 certificate");
    }
    try {
      PresentedIdentity presented = PresentedIdentity.load(identity);
      return context(
          presented.chain().toArray(X509Certificate[]::new), presented.privateKey().orElseThrow());
    } catch (TlsSetupException unusable) {
      throw new EndpointException.TlsConfig(new IOException(unusable.problem(), unusable));
    } catch (GeneralSecurityException | IOException unusable) {
      throw new EndpointException.TlsConfig(new IOException("the JDK refuses the key", unusable));
    }
  }

  private static SSLContext context(X509Certificate[] chain, PrivateKey key)
      throws GeneralSecurityException, IOException {
    char[] noPassword = new char[0]; // the store never leaves the memory
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, noPassword);
    keys.setKeyEntry("server", key, noPassword, chain);
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, noPassword);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
