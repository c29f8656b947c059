package org.alknet.cli.assembly;

import java.util.Objects;

/**
 * One setting as it is in effect.
 *
 * <p>Immutable.
 *
 * @param key such as {@code store.path}
 * @param value as a file would spell it
 * @param given whether the file says so; otherwise it is the default
 */
public record ConfigSetting(String key, String value, boolean given) {
  /** Refuses null. */
  public ConfigSetting {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }
}
