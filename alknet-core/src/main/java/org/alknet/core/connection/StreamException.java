package org.alknet.core.connection;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a stream operation failed (spec/core.md section 6). */
public abstract sealed class StreamException extends Exception {
  private static final long serialVersionUID = 1L;

  private StreamException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The connection is gone, whoever closed it. */
  public static final class ConnectionClosed extends StreamException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public ConnectionClosed() {
      super("connection closed", null);
    }
  }

  /** This stream ended or was reset; the connection goes on. */
  public static final class StreamClosed extends StreamException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public StreamClosed() {
      super("stream closed", null);
    }
  }

  /** The connection's idle timeout passed. */
  public static final class Timeout extends StreamException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with its fixed message. */
    public Timeout() {
      super("stream timed out", null);
    }
  }

  /** The transport failed in some other way; the only variant with a cause. */
  public static final class Internal extends StreamException {
    private static final long serialVersionUID = 1L;

    /** Wraps the transport's failure. */
    public Internal(IOException cause) {
      super("stream error: " + Objects.requireNonNull(cause, "cause").getMessage(), cause);
    }
  }
}
