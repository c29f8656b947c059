package org.alknet.store.sqlite;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether the store keeps its promises (spec/store-sqlite.md section 15).
 *
 * <p>Immutable.
 *
 * @param status the worst of what is wrong
 * @param reason what is wrong, empty if nothing is
 * @param since when that began
 */
public record StoreHealth(Status status, String reason, Optional<Instant> since) {
  /** How bad it is. */
  public enum Status {
    /** Everything works. */
    OK,
    /** Reads may be stale or incomplete; it may mend itself. */
    DEGRADED,
    /** Writes are refused, or changes are no longer noticed; a person has to act. */
    FAILED
  }

  static final StoreHealth OK = new StoreHealth(Status.OK, "", Optional.empty());

  /** Checks that nothing is missing. */
  public StoreHealth {
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(since, "since");
  }
}
