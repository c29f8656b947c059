package org.alknet.core.internal.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.alknet.core.tls.RemoteIdentity;
import org.jspecify.annotations.Nullable;

/**
 * Decides, for one dial, whether the server is the one that was meant (spec/core.md section 10.3).
 * The presence of pins decides, never what the server shows: there is no way from a failed pin to
 * certificate authorities or back.
 *
 * <p>Remembers why it refused, because the TLS stack only reports that it did. The TLS stack asks
 * before it has verified the handshake signature: nothing here may trust the fingerprint yet.
 *
 * <p>Thread-safe.
 */
public final class ServerVerification {
  /** Why a server was refused. */
  public enum Refusal {
    /** None of the pins matches. */
    PIN_MISMATCH,
    /** A raw key, and nothing says which to expect. */
    RAW_KEY_WITHOUT_PIN,
    /** No authority vouches for the certificate. */
    UNTRUSTED,
    /** The certificate is for other names. */
    HOST_NAME
  }

  /**
   * A refusal and its particulars.
   *
   * @param refusal which check failed
   * @param presented what the server showed, if it could be named
   * @param detail for people
   */
  public record Failure(Refusal refusal, Optional<String> presented, String detail) {}

  private final Optional<RemoteIdentity> expected;
  private final AuthorityTrust authorities;
  private final String serverName;
  private volatile @Nullable Failure failure;

  /**
   * Prepares the check of one dial.
   *
   * @param expected pins, or empty for authority and host-name verification
   * @param authorities used only without pins
   * @param serverName the name the certificate must carry, used only without pins
   */
  public ServerVerification(
      Optional<RemoteIdentity> expected, AuthorityTrust authorities, String serverName) {
    this.expected = expected;
    this.authorities = authorities;
    this.serverName = serverName;
  }

  /** Returns why the server was refused, once it was. */
  public Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Checks the chain the server shows.
   *
   * @throws CertificateException if the server is refused
   */
  public void check(X509Certificate[] chain) throws CertificateException {
    Optional<String> presented = PresentedChain.fingerprint(chain);
    if (expected.isPresent()) {
      if (presented.isEmpty() || !expected.get().matches(presented.get())) {
        throw refuse(
            Refusal.PIN_MISMATCH,
            presented,
            "presented "
                + presented.orElse("nothing")
                + ", pinned is "
                + String.join(" or ", expected.get().pins()));
      }
      return;
    }
    if (presented.isEmpty() || PresentedChain.isRawKey(presented.get())) {
      throw refuse(
          Refusal.RAW_KEY_WITHOUT_PIN,
          presented,
          "presented the raw key " + presented.orElse("(none)") + " and no fingerprint is pinned");
    }
    try {
      authorities.checkPath(chain);
    } catch (CertificateException untrusted) {
      throw refuse(Refusal.UNTRUSTED, presented, "certificate not trusted");
    }
    try {
      authorities.checkName(chain, serverName);
    } catch (CertificateException wrongName) {
      throw refuse(Refusal.HOST_NAME, presented, "certificate is not valid for " + serverName);
    }
  }

  private CertificateException refuse(Refusal refusal, Optional<String> presented, String detail) {
    failure = new Failure(refusal, presented, detail);
    return new CertificateException(detail);
  }
}
