package org.alknet.call.connection;

import java.util.Objects;
import org.alknet.core.DialException;
import org.jspecify.annotations.Nullable;

/** Why a connection could not be made. Open: later clients may add variants. */
public abstract class ClientException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates a failure with a message that holds no secret. */
  protected ClientException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Converts the failure of a dial. */
  public static ClientException from(DialException failure) {
    String message = Objects.requireNonNullElse(failure.getMessage(), "dial failed");
    if (failure instanceof DialException.PeerVerification verification) {
      return new PeerVerification(verification);
    }
    if (failure instanceof DialException.LocalSetup) {
      return new TlsSetup(message, failure);
    }
    return new Transport(message, failure);
  }

  /** The remote cannot be reached, or what answers does not speak the protocol. */
  public static class Transport extends ClientException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure and keeps its cause. */
    public Transport(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The local identity or trust store cannot be used. */
  public static class TlsSetup extends ClientException {
    private static final long serialVersionUID = 1L;

    /** Describes the failure and keeps its cause. */
    public TlsSetup(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The remote is not who it should be. */
  public static class PeerVerification extends ClientException {
    private static final long serialVersionUID = 1L;

    private final DialException.PeerVerification.Reason reason;

    /** Wraps what the dialler found. */
    public PeerVerification(DialException.PeerVerification cause) {
      super(Objects.requireNonNullElse(cause.getMessage(), "peer verification failed"), cause);
      this.reason = cause.reason();
    }

    /** Returns which check failed. */
    public DialException.PeerVerification.Reason reason() {
      return reason;
    }
  }

  /** The connection ended before it could be used. */
  public static class ConnectionClosed extends ClientException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public ConnectionClosed() {
      super("connection closed", null);
    }
  }
}
