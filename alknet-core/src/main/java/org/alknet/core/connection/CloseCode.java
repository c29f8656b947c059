package org.alknet.core.connection;

/**
 * An application error code of a QUIC CONNECTION_CLOSE or RESET_STREAM frame (RFC 9000 section
 * 20.2). Codes from {@code 0x100} up belong to the handlers.
 *
 * <p>Immutable.
 *
 * @param value 0 to 2^32 - 1
 */
public record CloseCode(long value) {
  /** A regular end. */
  public static final CloseCode NO_ERROR = new CloseCode(0);

  /** The handler failed; the reason never carries the cause. */
  public static final CloseCode INTERNAL_ERROR = new CloseCode(1);

  /** An identity was needed and none was proven, or it was revoked. */
  public static final CloseCode AUTH_REQUIRED = new CloseCode(2);

  /** A connection or authentication limit was reached. */
  public static final CloseCode RATE_LIMITED = new CloseCode(3);

  /** The peer broke the rules of the protocol spoken on the connection. */
  public static final CloseCode PROTOCOL_ERROR = new CloseCode(4);

  /** Checks the range. */
  public CloseCode {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException("a close code is an unsigned 32-bit number, not " + value);
    }
  }
}
