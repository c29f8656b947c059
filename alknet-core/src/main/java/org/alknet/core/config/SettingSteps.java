package org.alknet.core.config;

import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Applies settings one after the other to a valid configuration, so that each one out of its range
 * is reported by itself and the others are still checked.
 *
 * <p>Not thread-safe.
 */
final class SettingSteps<T> {
  private final TableReader table;
  private T current;

  SettingSteps(TableReader table, T defaults) {
    this.table = table;
    this.current = defaults;
  }

  /** Applies a setting if it is there; a refusal leaves the configuration as it was. */
  <V> SettingSteps<T> set(Optional<V> value, BiFunction<T, V, T> step) {
    if (value.isPresent()) {
      try {
        current = step.apply(current, value.get());
      } catch (InvalidSettingException outOfRange) {
        table.report(outOfRange.setting(), outOfRange.rule());
      }
    }
    return this;
  }

  T result() {
    return current;
  }
}
