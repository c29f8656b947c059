package org.alknet.vault;

/** Nulls as callers without a null checker pass them. */
final class TestNulls {
  private TestNulls() {}

  /** Null, whatever the type promises. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals", "ReturnMissingNullable"})
  static <T> T of() {
    return null;
  }
}
