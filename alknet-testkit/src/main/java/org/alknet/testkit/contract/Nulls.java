package org.alknet.testkit.contract;

import org.jspecify.annotations.NullUnmarked;

/** The null an unchecked caller would pass, for tests that it is refused. */
final class Nulls {
  private Nulls() {}

  @NullUnmarked
  static <T> T of(Class<T> type) {
    return type.cast(null);
  }
}
