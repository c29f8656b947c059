package org.alknet.http.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.alknet.canary.Canaries;
import org.alknet.core.tls.TlsIdentity;
import org.jspecify.annotations.Nullable;

/** A certificate for the loopback interface, made once for all tests by the JDK's own tool. */
public final class TestCertificate {
  private static final char[] PASSWORD = "of no importance".toCharArray();
  private static final TestCertificate SHARED = new TestCertificate();

  private final TlsIdentity.X509 identity;
  private final Certificate certificate;
  private final Key key;

  private TestCertificate() {
    try {
      Path folder = Files.createTempDirectory("alknet-http-test");
      Path store = folder.resolve("keys.p12");
      Process tool =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                      "-genkeypair",
                      "-alias",
                      "server",
                      "-keyalg",
                      "EC",
                      "-groupname",
                      "secp256r1",
                      "-dname",
                      "CN=localhost",
                      "-ext",
                      "san=dns:localhost,ip:127.0.0.1",
                      "-validity",
                      "30",
                      "-storetype",
                      "PKCS12",
                      "-keystore",
                      store.toString(),
                      "-storepass",
                      new String(PASSWORD)))
              .redirectErrorStream(true)
              .start();
      String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (tool.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + said);
      }
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      certificate = keys.getCertificate("server");
      key = keys.getKey("server", PASSWORD);
      Canaries.register("the key of the HTTP server", key.getEncoded());
      identity =
          new TlsIdentity.X509(
              pem(folder.resolve("server.crt"), "CERTIFICATE", certificate.getEncoded()),
              pem(folder.resolve("server.key"), "PRIVATE KEY", key.getEncoded()));
      for (Path file : List.of(store, identity.cert(), identity.key(), folder)) {
        file.toFile().deleteOnExit();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path pem(Path file, String label, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
  }

  /** What a server shows. */
  public static TlsIdentity.X509 identity() {
    return SHARED.identity;
  }

  /** A client's context that trusts this certificate and no other. */
  public static SSLContext trusting() {
    return context(null);
  }

  /** A context that trusts this certificate and no other, and shows it. */
  public static SSLContext mutual() {
    try {
      KeyStore own = KeyStore.getInstance("PKCS12");
      own.load(null, null);
      own.setKeyEntry("server", SHARED.key, PASSWORD, new Certificate[] {SHARED.certificate});
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(own, PASSWORD);
      return context(managers.getKeyManagers());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(KeyManager @Nullable [] shown) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("server", SHARED.certificate);
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(shown, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
