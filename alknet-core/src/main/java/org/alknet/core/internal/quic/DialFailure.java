package org.alknet.core.internal.quic;

import java.util.Optional;
import org.alknet.core.internal.tls.ServerVerification;
import org.jspecify.annotations.Nullable;

/** Why a dial came to nothing, before it is told in the words of the public interface. */
public final class DialFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** The kinds of failure. */
  public enum Kind {
    /** Nothing answered in time. */
    TIMEOUT,
    /** The system says that nobody is there. */
    UNREACHABLE,
    /** Something answered, and it was no. */
    REFUSED,
    /** The remote does not speak the protocol. */
    NO_COMMON_ALPN,
    /** The remote is not who it should be. */
    VERIFICATION,
    /** This side cannot dial. */
    SETUP
  }

  private final Kind kind;
  private final transient ServerVerification.@Nullable Failure verification;

  DialFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.verification = null;
  }

  DialFailure(ServerVerification.Failure verification) {
    super(verification.detail());
    this.kind = Kind.VERIFICATION;
    this.verification = verification;
  }

  /** Returns the kind of failure. */
  public Kind kind() {
    return kind;
  }

  /** Returns what was wrong with the remote, for that kind. */
  public Optional<ServerVerification.Failure> verification() {
    return Optional.ofNullable(verification);
  }
}
