package org.alknet.core.handler;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Objects;
import org.alknet.core.connection.StreamException;
import org.jspecify.annotations.Nullable;

/** Why a handler gave up on a connection (spec/core.md section 6). */
public abstract sealed class HandlerException extends Exception {
  private static final long serialVersionUID = 1L;

  private HandlerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Converts a stream failure that ended a handler. */
  public static HandlerException from(StreamException failure) {
    if (failure instanceof StreamException.ConnectionClosed) {
      return new ConnectionClosed();
    }
    if (failure instanceof StreamException.StreamClosed) {
      return new StreamError(new SocketException("stream closed"));
    }
    if (failure instanceof StreamException.Timeout) {
      return new StreamError(new SocketTimeoutException("stream timed out"));
    }
    if (failure.getCause() instanceof IOException cause) {
      return new StreamError(cause);
    }
    throw new AssertionError("unknown stream failure", failure);
  }

  /** The connection ended while the handler used it: a clean end. */
  public static final class ConnectionClosed extends HandlerException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public ConnectionClosed() {
      super("connection closed", null);
    }
  }

  /** Reading or writing a stream failed. */
  public static final class StreamError extends HandlerException {
    private static final long serialVersionUID = 1L;

    /** Wraps the failure. */
    public StreamError(IOException cause) {
      super("stream error: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }
  }

  /** The peer did not authenticate and all rounds are spent. */
  public static final class AuthRequired extends HandlerException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public AuthRequired() {
      super("authentication required", null);
    }
  }

  /** A bug or an unexpected failure inside the handler. */
  public static final class Internal extends HandlerException {
    private static final long serialVersionUID = 1L;

    /** Wraps the failure. */
    public Internal(Throwable cause) {
      super(
          "internal handler error: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }
  }
}
