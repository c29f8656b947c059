package org.alknet.core.config;

import java.util.List;
import java.util.Objects;

/**
 * What a configuration file says about core.
 *
 * <p>Immutable.
 *
 * @param staticConfig fixed from the start on
 * @param dynamicConfig what a reload replaces
 * @param rawKeyExpected whether the identity is a raw key without a file, which the assembly has to
 *     put into the static part
 * @param warnings what works and should be different
 */
public record LoadedConfig(
    StaticConfig staticConfig,
    DynamicConfig dynamicConfig,
    boolean rawKeyExpected,
    List<ConfigProblem> warnings) {
  /** Copies. */
  public LoadedConfig {
    Objects.requireNonNull(staticConfig, "staticConfig");
    Objects.requireNonNull(dynamicConfig, "dynamicConfig");
    warnings = List.copyOf(warnings);
  }
}
