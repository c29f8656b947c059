package org.alknet.store.sqlite;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.alknet.core.observe.CoreMetrics;

/**
 * Everything that is wrong at the moment, and the worst of it (spec/store-sqlite.md section 15).
 *
 * <p>Thread-safe; reading blocks nobody.
 */
final class HealthBoard {
  /** What can be wrong, worst first. */
  enum Cause {
    /** The path leads to another file or to none. */
    REPLACED(StoreHealth.Status.FAILED, true),
    /** SQLite found damage. */
    DAMAGED(StoreHealth.Status.FAILED, true),
    /** The watcher ended unexpectedly. */
    WATCHER(StoreHealth.Status.FAILED, true),
    /** The tables could not be read again. */
    REFRESH(StoreHealth.Status.DEGRADED, true),
    /** A durable write was not published in time. */
    LAG(StoreHealth.Status.DEGRADED, true),
    /** The disk took no more. */
    DISK(StoreHealth.Status.DEGRADED, false),
    /** Rows were left out. */
    BAD_ROWS(StoreHealth.Status.DEGRADED, false);

    private final StoreHealth.Status status;

    /** Whether readers may be given answers that are no longer true. */
    private final boolean stale;

    Cause(StoreHealth.Status status, boolean stale) {
      this.status = status;
      this.stale = stale;
    }
  }

  private record Trouble(String reason, Instant since, long sinceNanos) {}

  private final Clock clock;
  private final LongSupplier ticker;
  private final CoreMetrics metrics;

  @GuardedBy("this")
  private final Map<Cause, Trouble> troubles = new EnumMap<>(Cause.class);

  private volatile StoreHealth health = StoreHealth.OK;

  HealthBoard(Clock clock, LongSupplier ticker, CoreMetrics metrics) {
    this.clock = clock;
    this.ticker = ticker;
    this.metrics = metrics;
  }

  StoreHealth health() {
    return health;
  }

  /** Notes a trouble; of one that is known the reason is renewed, not the time. */
  synchronized void raise(Cause cause, String reason) {
    Trouble known = troubles.get(cause);
    troubles.put(
        cause,
        known == null
            ? new Trouble(reason, clock.instant(), ticker.getAsLong())
            : new Trouble(reason, known.since, known.sinceNanos));
    update();
  }

  /** Strikes a trouble out. */
  synchronized void clear(Cause cause) {
    if (troubles.remove(cause) != null) {
      update();
    }
  }

  /** Finds why nothing may be written. */
  synchronized Optional<String> writesRefusedBecause() {
    Trouble trouble = troubles.get(Cause.REPLACED);
    if (trouble == null) {
      trouble = troubles.get(Cause.DAMAGED);
    }
    return Optional.ofNullable(trouble).map(Trouble::reason);
  }

  /** Returns since when readers may be given stale answers, by the ticker. */
  synchronized OptionalLong staleSince() {
    long now = ticker.getAsLong();
    return troubles.entrySet().stream()
        .filter(trouble -> trouble.getKey().stale)
        .mapToLong(trouble -> now - trouble.getValue().sinceNanos)
        .max()
        .stream()
        .map(age -> now - age)
        .findFirst();
  }

  @GuardedBy("this")
  private void update() {
    health = StoreHealth.OK;
    for (Map.Entry<Cause, Trouble> worst : troubles.entrySet()) {
      Trouble trouble = worst.getValue();
      health = new StoreHealth(worst.getKey().status, trouble.reason, Optional.of(trouble.since));
      break;
    }
    metrics.gauge("store_health", Map.of(), code(health.status()));
  }

  private static long code(StoreHealth.Status status) {
    return switch (status) {
      case OK -> 0;
      case DEGRADED -> 1;
      case FAILED -> 2;
    };
  }
}
