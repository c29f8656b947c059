package org.alknet.core.internal.tls;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.core.internal.der.CarrierCertificate;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.Ed25519Signer;
import org.alknet.core.tls.TlsIdentity;

/**
 * What one side shows in the handshake and how it proves possession. The seam between identities
 * and the TLS stack: should the stack learn true raw public keys (RFC 7250), only this and {@link
 * PresentedChain} change.
 *
 * @param chain leaf first, never empty
 * @param signer proves possession of the leaf's key
 */
public record PresentedIdentity(List<X509Certificate> chain, HandshakeSigner signer) {
  /** TLS signature scheme {@code ed25519}. */
  public static final int SCHEME_ED25519 = 0x0807;

  /** Copies the chain. */
  public PresentedIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Prepares an identity for use.
   *
   * @throws TlsSetupException if it cannot be used; ACME always, it needs an add-on
   */
  public static PresentedIdentity load(TlsIdentity identity) throws TlsSetupException {
    if (identity instanceof TlsIdentity.RawKey raw) {
      return rawKey(raw.key());
    }
    if (identity instanceof TlsIdentity.HeldKey held) {
      return heldKey(held.signer());
    }
    if (identity instanceof TlsIdentity.X509 x509) {
      return PemIdentity.load(x509.cert(), x509.key());
    }
    if (identity instanceof TlsIdentity.SelfSigned) {
      return SelfSignedIdentity.create();
    }
    throw new TlsSetupException(
        "ACME is unsupported: this build has no ACME add-on; use raw_key or x509", null);
  }

  /** Carries a raw Ed25519 key. */
  public static PresentedIdentity rawKey(Ed25519SecretKey key) throws TlsSetupException {
    return carried(key.publicKey(), key::sign);
  }

  /** Makes a certificate that vouches for itself. */
  public static PresentedIdentity selfSigned(Set<String> hosts, Set<InetAddress> addresses)
      throws TlsSetupException {
    List<byte[]> names = new ArrayList<>();
    hosts.forEach(host -> names.add(SelfSignedIdentity.dns(host)));
    addresses.forEach(address -> names.add(SelfSignedIdentity.ip(address.getAddress())));
    return SelfSignedIdentity.create(names);
  }

  private static PresentedIdentity heldKey(Ed25519Signer signer) throws TlsSetupException {
    PresentedIdentity identity = carried(signer.publicKey(), signer::sign);
    try {
      X509Certificate carrier = identity.chain().get(0);
      carrier.verify(carrier.getPublicKey()); // a signer that does not fit its key is told here
    } catch (GeneralSecurityException misfit) {
      throw cannotSign(misfit);
    }
    return identity;
  }

  private static PresentedIdentity carried(
      byte[] publicKey, CarrierCertificate.Ed25519Signature<GeneralSecurityException> signature)
      throws TlsSetupException {
    X509Certificate carrier;
    try {
      carrier = parse(CarrierCertificate.build(publicKey, signature));
    } catch (GeneralSecurityException | IllegalArgumentException unusable) {
      throw cannotSign(unusable);
    }
    return new PresentedIdentity(
        List.of(carrier),
        (scheme, transcript) -> {
          if (scheme != SCHEME_ED25519) {
            throw new SignatureException("an Ed25519 key cannot sign under scheme " + scheme);
          }
          return signature.over(transcript);
        });
  }

  private static TlsSetupException cannotSign(Exception cause) {
    return new TlsSetupException(
        "the signer of the node key cannot be used: " + cause.getMessage(), cause);
  }

  /** Returns the name under which others know this identity. */
  public String fingerprint() {
    return PresentedChain.fingerprint(chain.toArray(Certificate[]::new))
        .orElseThrow(() -> new AssertionError("a chain is never empty"));
  }

  /** Returns the leaf's key, if it is at hand as a key of the JDK: for X.509 identities. */
  public Optional<PrivateKey> privateKey() {
    return signer instanceof SchemeSigner jdk ? Optional.of(jdk.key()) : Optional.empty();
  }

  /** Returns the JDK's name of the leaf's key type: EdDSA, EC or RSA. */
  public String keyAlgorithm() {
    return chain.get(0).getPublicKey().getAlgorithm();
  }

  static X509Certificate parse(byte[] der) throws TlsSetupException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException malformed) {
      throw new TlsSetupException("not a certificate: " + malformed.getMessage(), malformed);
    }
  }
}
