package org.alknet.http.client;

import java.util.Objects;

/** Why a client cannot be built from its configuration. The message names the file. */
public final class ClientSetupException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** The bundle of authorities cannot be read. */
    CA_BUNDLE_READ,
    /** The bundle of authorities holds something else. */
    CA_BUNDLE_PARSE,
    /** The client's certificate or key cannot be read. */
    CLIENT_CERT_READ,
    /** The client's certificate or key is something else, or they do not fit. */
    CLIENT_CERT_PARSE,
    /** The TLS library refuses all of it. */
    BUILD
  }

  private final Kind kind;

  ClientSetupException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  /** Returns what went wrong. */
  public Kind kind() {
    return kind;
  }
}
