package org.alknet.core.internal.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.HexFormat;
import java.util.Optional;
import org.alknet.core.identity.Fingerprints;
import org.alknet.core.internal.der.CarrierCertificate;

/** Reads what the other side showed in the handshake. */
public final class PresentedChain {
  private PresentedChain() {}

  /**
   * Names the credential at the head of a chain. A raw key is a carrier that stands alone; a
   * carrier with company is an ordinary certificate.
   *
   * @return empty for an empty chain
   */
  public static Optional<String> fingerprint(Certificate[] chain) {
    if (chain.length == 0) {
      return Optional.empty();
    }
    byte[] leaf;
    try {
      leaf = chain[0].getEncoded();
    } catch (CertificateEncodingException unreadable) {
      return Optional.empty();
    }
    if (chain.length > 1 && CarrierCertificate.recognise(leaf).isPresent()) {
      return Optional.of(Fingerprints.X509_PREFIX + HexFormat.of().formatHex(sha256(leaf)));
    }
    return Fingerprints.ofCertificate(leaf);
  }

  /** Whether a fingerprint names a raw key. */
  public static boolean isRawKey(String fingerprint) {
    return fingerprint.startsWith(Fingerprints.ED25519_PREFIX);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every JDK has SHA-256", impossible);
    }
  }
}
