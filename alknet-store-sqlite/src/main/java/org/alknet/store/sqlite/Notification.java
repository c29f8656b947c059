package org.alknet.store.sqlite;

import java.time.Instant;
import java.util.Objects;

/**
 * One row of the notification table. Anybody who may read the file can read it.
 *
 * <p>Immutable.
 *
 * @param id ascending over all channels; 0 for an overflow
 * @param channel where it was sent
 * @param payload JSON by convention; whatever a writer of the file put there
 * @param createdAt when, to the second, by the clock of the sender
 */
public record Notification(long id, String channel, String payload, Instant createdAt) {
  /** Checks that nothing is missing. */
  public Notification {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(payload, "payload");
    Objects.requireNonNull(createdAt, "createdAt");
  }

  static Notification overflow(String channel) {
    return new Notification(0, channel, "{}", Instant.EPOCH);
  }

  /**
   * Whether this stands for an unknown number of others: more than 1 000 were waiting, or the store
   * was restored and counts anew.
   */
  public boolean isOverflow() {
    return id == 0;
  }
}
