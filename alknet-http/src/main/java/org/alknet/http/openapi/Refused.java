package org.alknet.http.openapi;

import org.alknet.call.operation.CallError;

/** An input that cannot be sent. */
final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  private Refused(String code, String message) {
    super(message);
    this.code = code;
  }

  /** The input is at fault; the message does not repeat it. */
  static Refused input(String message) {
    return new Refused(CallError.INVALID_INPUT, message);
  }

  /** This side is. */
  static Refused internal(String message) {
    return new Refused(CallError.INTERNAL, message);
  }

  CallError error() {
    return CallError.of(code, String.valueOf(getMessage()), false);
  }
}
