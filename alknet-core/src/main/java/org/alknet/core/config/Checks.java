package org.alknet.core.config;

import java.time.Duration;
import java.util.Objects;

/** Range checks whose messages name the setting as a configuration file spells it. */
final class Checks {
  private Checks() {}

  static void that(boolean valid, String setting, String rule) {
    if (!valid) {
      throw new InvalidSettingException(setting, rule);
    }
  }

  static void within(String setting, long value, long min, long max) {
    that(value >= min && value <= max, setting, "is from " + min + " to " + max + ", not " + value);
  }

  static void within(String setting, Duration value, Duration min, Duration max) {
    Objects.requireNonNull(value, setting);
    that(
        value.compareTo(min) >= 0 && value.compareTo(max) <= 0,
        setting,
        "is from " + Durations.format(min) + " to " + Durations.format(max));
  }
}
