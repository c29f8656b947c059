package org.alknet.call.operation;

import java.util.Optional;

/** Who can see an operation at all, before any access control (spec/call.md section 6.4). */
public enum Visibility {
  /** Callable from the wire and listed by discovery. */
  EXTERNAL("external"),
  /** Reachable by composition only; from the wire it does not exist. */
  INTERNAL("internal");

  private final String wireName;

  Visibility(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name in discovery results. */
  public String wireName() {
    return wireName;
  }

  /** Finds the visibility with this name in discovery results. */
  public static Optional<Visibility> ofWireName(String name) {
    for (Visibility visibility : values()) {
      if (visibility.wireName.equals(name)) {
        return Optional.of(visibility);
      }
    }
    return Optional.empty();
  }
}
