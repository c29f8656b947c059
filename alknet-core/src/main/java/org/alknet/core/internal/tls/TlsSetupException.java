package org.alknet.core.internal.tls;

import org.jspecify.annotations.Nullable;

/** A TLS identity or trust store that cannot be used; the message says what was expected. */
public final class TlsSetupException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String problem;

  /** Describes the problem. */
  public TlsSetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.problem = message;
  }

  /** Returns the description. */
  public String problem() {
    return problem;
  }
}
