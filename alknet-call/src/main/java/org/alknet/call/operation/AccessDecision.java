package org.alknet.call.operation;

import java.util.Objects;

/** What an access check says. */
public sealed interface AccessDecision {
  /** The caller may. */
  record Allowed() implements AccessDecision {}

  /**
   * The caller may not.
   *
   * @param message why, in the fixed texts of spec/call.md section 5.2
   */
  record Forbidden(String message) implements AccessDecision {
    /** Refuses null. */
    public Forbidden {
      Objects.requireNonNull(message, "message");
    }
  }

  /** Whether the caller may. */
  default boolean isAllowed() {
    return this instanceof Allowed;
  }
}
