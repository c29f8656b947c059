package org.alknet.core;

import java.io.IOException;
import java.util.Objects;
import org.alknet.core.connection.Alpn;
import org.jspecify.annotations.Nullable;

/** Why an endpoint did not start (spec/core.md section 6). */
public abstract sealed class EndpointException extends Exception {
  private static final long serialVersionUID = 1L;

  private EndpointException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** An address could not be bound. */
  public static final class BindFailed extends EndpointException {
    private static final long serialVersionUID = 1L;

    /** Wraps the system's reason. */
    public BindFailed(IOException cause) {
      super("bind failed: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }
  }

  /** The TLS identity is missing or cannot be used. */
  public static final class TlsConfig extends EndpointException {
    private static final long serialVersionUID = 1L;

    /** Wraps the reason. */
    public TlsConfig(IOException cause) {
      super("tls config error: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }

    /** Describes the reason. */
    public TlsConfig(String reason) {
      this(new IOException(reason));
    }
  }

  /** No handler claims a protocol. Part of the taxonomy; dispatch closes the connection instead. */
  public static final class HandlerNotFound extends EndpointException {
    private static final long serialVersionUID = 1L;

    /** Names the protocol. */
    public HandlerNotFound(Alpn alpn) {
      super("handler not found for ALPN " + alpn, null);
    }
  }
}
