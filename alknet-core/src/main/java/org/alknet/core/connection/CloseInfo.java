package org.alknet.core.connection;

import java.util.Objects;

/**
 * How a connection ended.
 *
 * <p>Immutable.
 *
 * @param code the application code; {@link CloseCode#NO_ERROR} when it ended without one
 * @param reason the reason phrase, escaped and cut when it came from the peer; may be empty
 * @param by who ended it
 */
public record CloseInfo(CloseCode code, String reason, By by) {
  /** Who ended a connection. */
  public enum By {
    /** This side closed it. */
    LOCAL,
    /** The peer closed it. */
    REMOTE,
    /** Nothing was heard of the peer for the idle timeout. */
    TIMEOUT
  }

  /** Refuses null components. */
  public CloseInfo {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(by, "by");
  }
}
