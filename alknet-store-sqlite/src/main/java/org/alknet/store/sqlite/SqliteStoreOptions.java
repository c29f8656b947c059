package org.alknet.store.sqlite;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.alknet.core.observe.CoreMetrics;

/**
 * How a store is opened (spec/store-sqlite.md section 22). Fixed for the life of the store.
 *
 * <p>Immutable.
 *
 * @param mode whether it may be created
 * @param durability what a completed write survives
 * @param watch how changes by others are noticed
 * @param pollInterval for {@link WatchMode#POLL}, 1 ms to 1 s
 * @param heartbeat for {@link WatchMode#HINTED}, 50 ms to 5 s
 * @param busyTimeout how long a write waits for writers of other processes, 0 to 1 min
 * @param denyAfter how long stale answers are given before nobody is known any more; empty for ever
 * @param keepNotifications rows kept of each of our channels, at least 1
 * @param allowNetworkFs whether a network file system is only warned of
 * @param closeTimeout how long {@link SqliteStore#close} works on writes that wait
 * @param refreshTimeout how long a durable write waits to be seen by this process's readers
 * @param metrics where figures go
 * @param executor runs listeners and completes stages; empty for a thread of the store's own
 */
public record SqliteStoreOptions(
    OpenMode mode,
    Durability durability,
    WatchMode watch,
    Duration pollInterval,
    Duration heartbeat,
    Duration busyTimeout,
    Optional<Duration> denyAfter,
    int keepNotifications,
    boolean allowNetworkFs,
    Duration closeTimeout,
    Duration refreshTimeout,
    CoreMetrics metrics,
    Optional<Executor> executor) {
  private static final SqliteStoreOptions DEFAULTS =
      new SqliteStoreOptions(
          OpenMode.CREATE,
          Durability.FULL,
          WatchMode.AUTO,
          Duration.ofMillis(5),
          Duration.ofMillis(250),
          Duration.ofSeconds(5),
          Optional.empty(),
          1000,
          false,
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          CoreMetrics.NONE,
          Optional.empty());

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException naming the option that is out of its range
   */
  public SqliteStoreOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(durability, "durability");
    Objects.requireNonNull(watch, "watch");
    range("poll_interval", pollInterval, Duration.ofMillis(1), Duration.ofSeconds(1));
    range("heartbeat", heartbeat, Duration.ofMillis(50), Duration.ofSeconds(5));
    range("busy_timeout", busyTimeout, Duration.ZERO, Duration.ofMinutes(1));
    denyAfter.ifPresent(d -> range("deny_after", d, Duration.ZERO, Duration.ofDays(365)));
    if (keepNotifications < 1) {
      throw new IllegalArgumentException(
          "keep_notifications is at least 1, not " + keepNotifications);
    }
    range("close_timeout", closeTimeout, Duration.ZERO, Duration.ofMinutes(10));
    range("refresh_timeout", refreshTimeout, Duration.ZERO, Duration.ofMinutes(10));
    Objects.requireNonNull(metrics, "metrics");
    Objects.requireNonNull(executor, "executor");
  }

  /** Returns the options for a node that serves. */
  public static SqliteStoreOptions defaults() {
    return DEFAULTS;
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts with everything these options say. */
  public Builder toBuilder() {
    Builder next =
        builder()
            .mode(mode)
            .durability(durability)
            .watch(watch)
            .pollInterval(pollInterval)
            .heartbeat(heartbeat)
            .busyTimeout(busyTimeout)
            .keepNotifications(keepNotifications)
            .allowNetworkFs(allowNetworkFs)
            .closeTimeout(closeTimeout)
            .refreshTimeout(refreshTimeout)
            .metrics(metrics);
    denyAfter.ifPresent(next::denyAfter);
    executor.ifPresent(next::executor);
    return next;
  }

  private static void range(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " is between " + least + " and " + most + ", not " + value);
    }
  }

  /** Collects options. Not thread-safe. */
  public static final class Builder {
    private OpenMode mode = DEFAULTS.mode;
    private Durability durability = DEFAULTS.durability;
    private WatchMode watch = DEFAULTS.watch;
    private Duration pollInterval = DEFAULTS.pollInterval;
    private Duration heartbeat = DEFAULTS.heartbeat;
    private Duration busyTimeout = DEFAULTS.busyTimeout;
    private Optional<Duration> denyAfter = DEFAULTS.denyAfter;
    private int keepNotifications = DEFAULTS.keepNotifications;
    private boolean allowNetworkFs = DEFAULTS.allowNetworkFs;
    private Duration closeTimeout = DEFAULTS.closeTimeout;
    private Duration refreshTimeout = DEFAULTS.refreshTimeout;
    private CoreMetrics metrics = DEFAULTS.metrics;
    private Optional<Executor> executor = DEFAULTS.executor;

    private Builder() {}

    /** Sets whether the store may be created. */
    public Builder mode(OpenMode value) {
      mode = value;
      return this;
    }

    /** Sets what a completed write survives. */
    public Builder durability(Durability value) {
      durability = value;
      return this;
    }

    /** Sets how changes by others are noticed. */
    public Builder watch(WatchMode value) {
      watch = value;
      return this;
    }

    /** Sets the interval of polling. */
    public Builder pollInterval(Duration value) {
      pollInterval = value;
      return this;
    }

    /** Sets the longest time between two looks. */
    public Builder heartbeat(Duration value) {
      heartbeat = value;
      return this;
    }

    /** Sets how long a write waits for other writers. */
    public Builder busyTimeout(Duration value) {
      busyTimeout = value;
      return this;
    }

    /** Has the store forget everybody when it has been unable to refresh for this long. */
    public Builder denyAfter(Duration value) {
      denyAfter = Optional.of(value);
      return this;
    }

    /** Sets how many rows of each of our channels are kept. */
    public Builder keepNotifications(int value) {
      keepNotifications = value;
      return this;
    }

    /** Sets whether a network file system is only warned of. */
    public Builder allowNetworkFs(boolean value) {
      allowNetworkFs = value;
      return this;
    }

    /** Sets how long closing works on writes that wait. */
    public Builder closeTimeout(Duration value) {
      closeTimeout = value;
      return this;
    }

    /** Sets how long a durable write waits to be seen by readers of this process. */
    public Builder refreshTimeout(Duration value) {
      refreshTimeout = value;
      return this;
    }

    /** Sets where figures go. */
    public Builder metrics(CoreMetrics value) {
      metrics = value;
      return this;
    }

    /** Runs listeners and completes stages; stays its giver's. */
    public Builder executor(Executor value) {
      executor = Optional.of(value);
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException naming the option that is out of its range
     */
    public SqliteStoreOptions build() {
      return new SqliteStoreOptions(
          mode,
          durability,
          watch,
          pollInterval,
          heartbeat,
          busyTimeout,
          denyAfter,
          keepNotifications,
          allowNetworkFs,
          closeTimeout,
          refreshTimeout,
          metrics,
          executor);
    }
  }
}
