package org.alknet.core.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a node presents itself in the TLS handshake (spec/core.md section 10.1). Pure data; files are
 * read when an endpoint or a dial uses it.
 */
public sealed interface TlsIdentity {
  /**
   * The key is the identity: no authority, no domain, no renewal. The default, not usable by
   * browsers.
   *
   * @param key owned by the caller, who destroys it after the last use
   */
  record RawKey(Ed25519SecretKey key) implements TlsIdentity {
    /** Refuses null. */
    public RawKey {
      Objects.requireNonNull(key, "key");
    }
  }

  /**
   * The same as {@link RawKey} for a key that is kept elsewhere and never handed over.
   *
   * @param signer signs with the key; stays the caller's
   */
  record HeldKey(Ed25519Signer signer) implements TlsIdentity {
    /** Refuses null. */
    public HeldKey {
      Objects.requireNonNull(signer, "signer");
    }
  }

  /**
   * A certificate chain and its private key in PEM files.
   *
   * @param cert chain, leaf first
   * @param key PKCS#8, PKCS#1 (RSA) or SEC1 (EC) private key
   */
  record X509(Path cert, Path key) implements TlsIdentity {
    /** Refuses null. */
    public X509 {
      Objects.requireNonNull(cert, "cert");
      Objects.requireNonNull(key, "key");
    }
  }

  /** A fresh certificate at every start; for development only. */
  record SelfSigned() implements TlsIdentity {}

  /**
   * Certificates from an ACME server; servers only. Needs an add-on and is refused without it.
   *
   * @param domains names to certify, at least one
   * @param cacheDir where certificates and the account key are kept
   * @param directory the server
   * @param contact address for notices, such as {@code mailto:ops@example.org}
   */
  record Acme(
      List<String> domains, Path cacheDir, AcmeDirectory directory, Optional<String> contact)
      implements TlsIdentity {
    /** Copies and refuses an empty list of domains. */
    public Acme {
      domains = List.copyOf(domains);
      if (domains.isEmpty()) {
        throw new IllegalArgumentException("ACME needs at least one domain");
      }
      Objects.requireNonNull(cacheDir, "cacheDir");
      Objects.requireNonNull(directory, "directory");
      Objects.requireNonNull(contact, "contact");
    }
  }
}
