package org.alknet.bench.call;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * The server certificate of those contenders that have no identity of their own; their clients
 * trust this one and no other.
 */
record Certificates(PrivateKey key, X509Certificate certificate) {
  private static final String PASSWORD = "benchmark";

  /** Makes a key and a certificate with the JDK's own tool. */
  static Certificates generate() throws IOException, GeneralSecurityException {
    Path folder = Files.createTempDirectory("alknet-bench");
    Path file = folder.resolve("server.p12");
    try {
      Process tool =
          new ProcessBuilder(
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
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  PASSWORD)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (tool.waitFor() != 0) {
        throw new IOException("keytool failed");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(file)) {
        store.load(in, PASSWORD.toCharArray());
      }
      return new Certificates(
          (PrivateKey) store.getKey("server", PASSWORD.toCharArray()),
          (X509Certificate) store.getCertificate("server"));
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }
}
