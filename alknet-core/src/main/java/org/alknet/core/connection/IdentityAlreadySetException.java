package org.alknet.core.connection;

/** Thrown when a connection already carries an identity; the first one stays in place. */
public final class IdentityAlreadySetException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates the exception with its fixed message. */
  public IdentityAlreadySetException() {
    super("connection identity already set");
  }
}
