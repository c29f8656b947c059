package org.alknet.call.connection;

import org.alknet.call.operation.CallError;

/** A call answered with an error where only its value can be returned. */
public final class CallFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient CallError error;

  /** Wraps the error. */
  public CallFailedException(CallError error) {
    super(error.code() + ": " + error.message());
    this.error = error;
  }

  /** Returns the error. */
  public CallError error() {
    return error;
  }
}
