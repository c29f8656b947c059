package org.alknet.core.connection;

import java.util.Objects;

/**
 * An opaque name of one connection for logs, unique within the process; never the QUIC connection
 * id, which belongs to the transport and changes.
 *
 * <p>Immutable.
 *
 * @param text short printable ASCII
 */
public record ConnectionId(String text) {
  /** Refuses an empty text. */
  public ConnectionId {
    if (Objects.requireNonNull(text, "text").isEmpty()) {
      throw new IllegalArgumentException("a connection id is not empty");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
