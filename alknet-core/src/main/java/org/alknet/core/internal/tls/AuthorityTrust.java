package org.alknet.core.internal.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificate authorities and host names, checked by the JDK: the default trust store, or a PEM
 * bundle in its place. Loaded at the first use. An empty store trusts nobody.
 *
 * <p>Thread-safe.
 */
public final class AuthorityTrust {
  /** The JDK calls it unknown when the handshake names no key exchange, as TLS 1.3 does. */
  private static final String AUTH_TYPE = "UNKNOWN";

  private final Optional<Path> bundle;
  private volatile @Nullable X509ExtendedTrustManager manager;

  /** Uses the bundle, or the JDK's default store without one. */
  public AuthorityTrust(Optional<Path> bundle) {
    this.bundle = bundle;
  }

  /**
   * Loads the authorities, to find problems before the first dial that needs them.
   *
   * @throws TlsSetupException if the store cannot be read or is empty
   */
  public void load() throws TlsSetupException {
    manager();
  }

  void checkPath(X509Certificate[] chain) throws CertificateException {
    managerOrRefuse().checkServerTrusted(chain, AUTH_TYPE);
  }

  void checkName(X509Certificate[] chain, String serverName) throws CertificateException {
    managerOrRefuse().checkServerTrusted(chain, AUTH_TYPE, new NamedPeer(serverName));
  }

  private X509ExtendedTrustManager managerOrRefuse() throws CertificateException {
    try {
      return manager();
    } catch (TlsSetupException unusable) {
      throw new CertificateException(unusable.problem(), unusable);
    }
  }

  private X509ExtendedTrustManager manager() throws TlsSetupException {
    X509ExtendedTrustManager loaded = manager;
    if (loaded == null) {
      loaded = read();
      manager = loaded; // twice by two threads at worst, with equal results
    }
    return loaded;
  }

  private X509ExtendedTrustManager read() throws TlsSetupException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(bundle.isPresent() ? readBundle(bundle.get()) : null);
      for (TrustManager candidate : factory.getTrustManagers()) {
        if (candidate instanceof X509ExtendedTrustManager extended) {
          if (extended.getAcceptedIssuers().length == 0) {
            throw new TlsSetupException("the store of certificate authorities is empty", null);
          }
          return extended;
        }
      }
      throw new TlsSetupException("this JDK offers no X.509 trust manager", null);
    } catch (GeneralSecurityException | IOException unreadable) {
      throw new TlsSetupException(
          "cannot read the certificate authorities"
              + bundle.map(path -> " in " + path).orElse("")
              + ": "
              + unreadable.getMessage(),
          unreadable);
    }
  }

  private static KeyStore readBundle(Path path) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream pem = Files.newInputStream(path)) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      int index = 0;
      for (Certificate certificate : certificates) {
        store.setCertificateEntry("authority-" + index++, certificate);
      }
    }
    return store;
  }
}
