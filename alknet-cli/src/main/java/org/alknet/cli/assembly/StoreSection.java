package org.alknet.cli.assembly;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.alknet.cli.config.Settings;
import org.alknet.store.sqlite.Durability;
import org.alknet.store.sqlite.SqliteStoreOptions;
import org.alknet.store.sqlite.WatchMode;

/** Reads the table {@code [store]} (spec/store-sqlite.md section 22). */
final class StoreSection {
  private static final List<String> KEYS =
      List.of(
          "path",
          "durability",
          "watch",
          "poll_interval",
          "heartbeat",
          "busy_timeout",
          "stale_policy",
          "keep_notifications",
          "allow_network_fs",
          "close_timeout",
          "refresh_timeout");

  private final Settings store;
  private final SqliteStoreOptions.Builder options = SqliteStoreOptions.builder();

  private StoreSection(Settings store) {
    this.store = store;
  }

  static NodeConfig.Store read(Settings root, DataDirectory directory) {
    Optional<Settings> section = root.section("store", KEYS);
    return section.isEmpty()
        ? new NodeConfig.Store(directory.store(), SqliteStoreOptions.defaults())
        : new StoreSection(section.get()).read(directory);
  }

  private NodeConfig.Store read(DataDirectory directory) {
    store
        .word("durability", List.of("full", "normal"))
        .ifPresent(word -> options.durability(Durability.valueOf(word.toUpperCase(Locale.ROOT))));
    store
        .word("watch", List.of("auto", "hinted", "poll", "manual"))
        .ifPresent(word -> options.watch(WatchMode.valueOf(word.toUpperCase(Locale.ROOT))));
    set("poll_interval", SqliteStoreOptions.Builder::pollInterval);
    set("heartbeat", SqliteStoreOptions.Builder::heartbeat);
    set("busy_timeout", SqliteStoreOptions.Builder::busyTimeout);
    set("close_timeout", SqliteStoreOptions.Builder::closeTimeout);
    set("refresh_timeout", SqliteStoreOptions.Builder::refreshTimeout);
    stalePolicy();
    store.number("keep_notifications", 1, 1_000_000).ifPresent(options::keepNotifications);
    store.flag("allow_network_fs").ifPresent(options::allowNetworkFs);
    return new NodeConfig.Store(
        store.path("path", directory.root()).orElse(directory.store()), options.build());
  }

  private void set(String key, BiConsumer<SqliteStoreOptions.Builder, Duration> setter) {
    set(key, store.duration(key), setter);
  }

  /** The options know their ranges; what they refuse counts as absent from then on. */
  private void set(
      String key,
      Optional<Duration> value,
      BiConsumer<SqliteStoreOptions.Builder, Duration> setter) {
    if (value.isEmpty()) {
      return;
    }
    SqliteStoreOptions.Builder alone = SqliteStoreOptions.builder();
    setter.accept(alone, value.get());
    try {
      alone.build();
      setter.accept(options, value.get());
    } catch (IllegalArgumentException outOfRange) {
      store.report(key, range(key));
    }
  }

  private static String range(String key) {
    return switch (key) {
      case "poll_interval" -> "is 1ms to 1s";
      case "heartbeat" -> "is 50ms to 5s";
      case "busy_timeout" -> "is 0s to 1m";
      case "stale_policy" -> "denies after a year at the latest";
      default -> "is 0s to 10m";
    };
  }

  private void stalePolicy() {
    Optional<String> policy = store.text("stale_policy");
    Optional<Duration> denyAfter =
        policy
            .filter(text -> text.startsWith("deny_after="))
            .flatMap(text -> Settings.parse(text.substring(text.indexOf('=') + 1)));
    if (policy.isPresent() && !policy.get().equals("serve") && denyAfter.isEmpty()) {
      store.report("stale_policy", "is \"serve\" or such as \"deny_after=60s\"");
    }
    set("stale_policy", denyAfter, SqliteStoreOptions.Builder::denyAfter);
  }
}
