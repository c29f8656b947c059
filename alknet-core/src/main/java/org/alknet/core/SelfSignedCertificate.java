package org.alknet.core;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.alknet.core.internal.tls.PresentedIdentity;
import org.alknet.core.internal.tls.TlsSetupException;

/**
 * A fresh certificate that vouches for itself, and its key, to be kept in files: for a node without
 * a certificate of an authority, whose users are handed this one to trust. ECDSA on P-256, good for
 * a year.
 *
 * <p>Thread-safe. Holds the key until {@link #close()}.
 */
public final class SelfSignedCertificate implements AutoCloseable {
  private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private final X509Certificate certificate;
  private final byte[] key;

  private SelfSignedCertificate(X509Certificate certificate, byte[] key) {
    this.certificate = certificate;
    this.key = key;
  }

  /**
   * Makes a certificate.
   *
   * @param hosts names it is for, in ASCII, such as {@code localhost}
   * @param addresses addresses it is for
   * @throws IllegalArgumentException without any, or if a name is not ASCII
   */
  public static SelfSignedCertificate create(Set<String> hosts, Set<InetAddress> addresses) {
    if (hosts.isEmpty() && addresses.isEmpty()) {
      throw new IllegalArgumentException("a certificate is for one name at least");
    }
    for (String host : hosts) {
      if (host.isEmpty() || !StandardCharsets.US_ASCII.newEncoder().canEncode(host)) {
        throw new IllegalArgumentException("no host name of a certificate: " + host);
      }
    }
    try {
      PresentedIdentity made = PresentedIdentity.selfSigned(hosts, addresses);
      PrivateKey key = made.privateKey().orElseThrow();
      return new SelfSignedCertificate(made.chain().get(0), key.getEncoded());
    } catch (TlsSetupException impossible) {
      throw new IllegalStateException("the JDK has no ECDSA", impossible);
    }
  }

  /** Returns the certificate. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Returns the certificate as a PEM file. */
  public byte[] certificatePem() {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate that was parsed has its bytes", impossible);
    }
  }

  /** Reveals the key as a PEM file, PKCS#8, which the caller wipes. */
  public synchronized byte[] revealKeyPem() {
    return pem("PRIVATE KEY", key);
  }

  private static byte[] pem(String label, byte[] der) {
    byte[] head = ("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] foot = ("\n-----END " + label + "-----\n").getBytes(StandardCharsets.US_ASCII);
    byte[] body = LINES.encode(der);
    byte[] pem = Arrays.copyOf(head, head.length + body.length + foot.length);
    System.arraycopy(body, 0, pem, head.length, body.length);
    System.arraycopy(foot, 0, pem, head.length + body.length, foot.length);
    Arrays.fill(body, (byte) 0);
    return pem;
  }

  /** Wipes the key. */
  @Override
  public synchronized void close() {
    Arrays.fill(key, (byte) 0);
  }

  @Override
  public String toString() {
    return "SelfSignedCertificate[" + certificate.getSubjectX500Principal() + "]";
  }
}
