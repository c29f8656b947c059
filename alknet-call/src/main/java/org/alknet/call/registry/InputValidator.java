package org.alknet.call.registry;

import java.util.List;
import tools.jackson.databind.JsonNode;

/** Checks inputs against one compiled schema. Implementations are thread-safe. */
interface InputValidator {
  /** Accepts everything. */
  InputValidator ANYTHING = input -> List.of();

  /** Most violations that are reported for one input. */
  int MAX_VIOLATIONS = 20;

  /**
   * Finds what is wrong with an input.
   *
   * @return at most {@link #MAX_VIOLATIONS}, none if the input is fine
   */
  List<Violation> validate(JsonNode input);

  /**
   * One thing that is wrong.
   *
   * @param path JSON Pointer into the input
   * @param message what the schema asks for; never a value of the input
   */
  record Violation(String path, String message) {}
}
