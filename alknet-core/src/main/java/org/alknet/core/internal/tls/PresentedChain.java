package org.alknet.core.internal.tls;

import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.core.identity.Fingerprints;

/** Reads what the other side showed in the handshake. */
public final class PresentedChain {
  private PresentedChain() {}

  /**
   * Names the credential at the head of a chain.
   *
   * @return empty for an empty or unreadable chain
   */
  public static Optional<String> fingerprint(Certificate[] chain) {
    List<byte[]> encoded = new ArrayList<>(chain.length);
    try {
      for (Certificate certificate : chain) {
        encoded.add(certificate.getEncoded());
      }
    } catch (CertificateEncodingException unreadable) {
      return Optional.empty();
    }
    return Fingerprints.ofChain(encoded);
  }

  /** Whether a fingerprint names a raw key. */
  static boolean isRawKey(String fingerprint) {
    return fingerprint.startsWith(Fingerprints.ED25519_PREFIX);
  }
}
