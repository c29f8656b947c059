package org.alknet.http.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.alknet.http.client.ClientSetupException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * What a client trusts and shows. Authorities are added to the system's, never put in their place.
 */
final class ClientTls {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*)-----END PRIVATE KEY-----");

  private ClientTls() {}

  static SSLContext context(HttpClientConfig config) throws ClientSetupException {
    TrustManager @Nullable [] trust =
        config.caBundle().isPresent() ? trust(config.caBundle().get()) : null;
    KeyManager @Nullable [] keys =
        config.clientCertificate().isPresent() ? keys(config.clientCertificate().get()) : null;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, trust, null);
      return context;
    } catch (GeneralSecurityException impossible) {
      throw new ClientSetupException(Kind.BUILD, "no TLS for the HTTP client", impossible);
    }
  }

  private static TrustManager[] trust(Path bundle) throws ClientSetupException {
    byte[] pem = read(bundle, Kind.CA_BUNDLE_READ, "the bundle of authorities ");
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate system : systemAuthorities()) {
        store.setCertificateEntry("system-" + number++, system);
      }
      Collection<? extends Certificate> added = certificates(pem);
      for (Certificate authority : added) {
        store.setCertificateEntry("added-" + number++, authority);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      return managers.getTrustManagers();
    } catch (GeneralSecurityException | IOException unreadable) {
      throw new ClientSetupException(
          Kind.CA_BUNDLE_PARSE, "no certificates of authorities in " + bundle, unreadable);
    }
  }

  private static X509Certificate[] systemAuthorities() throws GeneralSecurityException {
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init((KeyStore) null);
    for (TrustManager manager : managers.getTrustManagers()) {
      if (manager instanceof X509TrustManager system) {
        return system.getAcceptedIssuers();
      }
    }
    throw new GeneralSecurityException("the system has no authorities");
  }

  private static KeyManager[] keys(HttpClientConfig.ClientCertificate shown)
      throws ClientSetupException {
    byte[] chain = read(shown.cert(), Kind.CLIENT_CERT_READ, "the client's certificate ");
    byte[] pem = read(shown.key(), Kind.CLIENT_CERT_READ, "the client's key ");
    char[] none = new char[0]; // the store never leaves the memory
    try {
      Certificate[] certificates = certificates(chain).toArray(Certificate[]::new);
      PrivateKey key = key(pem, certificates[0].getPublicKey().getAlgorithm());
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, none);
      store.setKeyEntry("client", key, none, certificates);
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, none);
      return managers.getKeyManagers();
    } catch (GeneralSecurityException | IOException | IllegalArgumentException unreadable) {
      // Without the cause: a parser may quote the key.
      throw new ClientSetupException(
          Kind.CLIENT_CERT_PARSE,
          "no certificate with its PKCS#8 key in " + shown.cert() + " and " + shown.key(),
          new GeneralSecurityException(unreadable.getClass().getSimpleName()));
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  private static PrivateKey key(byte[] pem, String algorithm) throws GeneralSecurityException {
    Matcher block = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    if (!block.find()) {
      throw new GeneralSecurityException("no key");
    }
    byte[] der = Base64.getMimeDecoder().decode(block.group(1));
    try {
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  private static Collection<? extends Certificate> certificates(byte[] pem)
      throws GeneralSecurityException {
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem));
    if (found.isEmpty()) {
      throw new GeneralSecurityException("no certificate");
    }
    return found;
  }

  private static byte[] read(Path file, Kind kind, String what) throws ClientSetupException {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new ClientSetupException(kind, what + file + " cannot be read", unreadable);
    }
  }
}
