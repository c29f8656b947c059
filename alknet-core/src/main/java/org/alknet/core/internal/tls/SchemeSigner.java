package org.alknet.core.internal.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** Signs with a JDK private key under the TLS 1.3 schemes it fits (RFC 8446 section 4.2.3). */
final class SchemeSigner implements HandshakeSigner {
  private final PrivateKey key;

  SchemeSigner(PrivateKey key) {
    this.key = key;
  }

  /** Returns the key, for the one other TLS implementation there is. */
  PrivateKey key() {
    return key;
  }

  @Override
  public byte[] sign(int scheme, byte[] transcript) throws GeneralSecurityException {
    Signature signature = forScheme(scheme);
    signature.initSign(key);
    signature.update(transcript);
    return signature.sign();
  }

  static Signature forScheme(int scheme) throws GeneralSecurityException {
    return switch (scheme) {
      case PresentedIdentity.SCHEME_ED25519 -> Signature.getInstance("Ed25519");
      case 0x0403 -> Signature.getInstance("SHA256withECDSA");
      case 0x0503 -> Signature.getInstance("SHA384withECDSA");
      case 0x0804 -> pss("SHA-256", MGF1ParameterSpec.SHA256, 32);
      case 0x0805 -> pss("SHA-384", MGF1ParameterSpec.SHA384, 48);
      case 0x0806 -> pss("SHA-512", MGF1ParameterSpec.SHA512, 64);
      default ->
          throw new SignatureException(
              String.format("unsupported signature scheme 0x%04x", scheme));
    };
  }

  private static Signature pss(String digest, MGF1ParameterSpec mask, int saltBytes)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("RSASSA-PSS");
    signature.setParameter(new PSSParameterSpec(digest, "MGF1", mask, saltBytes, 1));
    return signature;
  }
}
