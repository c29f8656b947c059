package org.alknet.vault.internal;

/** Text that is not the JSON a reader expects; the message names a position, never content. */
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1;

  /** Says what was expected and where. */
  public MalformedJsonException(String message) {
    super(message);
  }
}
