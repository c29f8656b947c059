package org.alknet.core;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Why a dial did not end in a connection. */
public abstract sealed class DialException extends Exception {
  private static final long serialVersionUID = 1L;

  private DialException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The host name has no address. */
  public static final class UnknownHost extends DialException {
    private static final long serialVersionUID = 1L;

    /** Names the host. */
    public UnknownHost(String host, @Nullable Throwable cause) {
      super("unknown host: " + host, cause);
    }
  }

  /** Nothing answered in time. QUIC cannot tell a dead port from a silent one. */
  public static final class Timeout extends DialException {
    private static final long serialVersionUID = 1L;

    /** Says who did not answer and for how long. */
    public Timeout(String message) {
      super(message, null);
    }
  }

  /** The remote answered and refused, or the transport failed before a connection was made. */
  public static final class Refused extends DialException {
    private static final long serialVersionUID = 1L;

    /** Describes the refusal. */
    public Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The remote does not speak the protocol that was asked for. */
  public static final class NoCommonAlpn extends DialException {
    private static final long serialVersionUID = 1L;

    /** Describes what was offered. */
    public NoCommonAlpn(String message) {
      super(message, null);
    }
  }

  /** The local identity or the trust store cannot be used, or dialling this peer is not allowed. */
  public static final class LocalSetup extends DialException {
    private static final long serialVersionUID = 1L;

    /** Describes what is wrong on this side. */
    public LocalSetup(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The remote is not who it should be. */
  public static final class PeerVerification extends DialException {
    private static final long serialVersionUID = 1L;

    /** Which row of the verification table failed (spec/core.md section 10.3). */
    public enum Reason {
      /** None of the pins matches what the remote presented. */
      PIN_MISMATCH,
      /** The remote has a raw key, and nothing says which key to expect. */
      RAW_KEY_WITHOUT_PIN,
      /** No certificate authority vouches for the certificate. */
      UNTRUSTED_CERTIFICATE,
      /** The certificate is valid for other names. */
      HOST_NAME_MISMATCH
    }

    private final Reason reason;
    private final @Nullable String presented;

    /** Says which check failed and what the remote presented. */
    public PeerVerification(
        Reason reason,
        @Nullable String presentedFingerprint,
        String message,
        @Nullable Throwable cause) {
      super(message, cause);
      this.reason = Objects.requireNonNull(reason, "reason");
      this.presented = presentedFingerprint;
    }

    /** Returns which check failed. */
    public Reason reason() {
      return reason;
    }

    /** Returns what the remote presented; nothing proves that it holds the key. */
    public Optional<String> presentedFingerprint() {
      return Optional.ofNullable(presented);
    }
  }
}
