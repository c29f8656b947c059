package org.alknet.call.operation;

import java.util.Optional;

/** What kind of answer an operation gives (spec/call.md section 6.2). */
public enum OperationType {
  /** Read-only and idempotent; one answer. */
  QUERY("query"),
  /** Has side effects; one answer. */
  MUTATION("mutation"),
  /** A stream of values. */
  SUBSCRIPTION("subscription");

  private final String wireName;

  OperationType(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name in discovery results. */
  public String wireName() {
    return wireName;
  }

  /** Finds the type with this name in discovery results. */
  public static Optional<OperationType> ofWireName(String name) {
    for (OperationType type : values()) {
      if (type.wireName.equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
