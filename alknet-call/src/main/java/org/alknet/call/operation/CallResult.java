package org.alknet.call.operation;

import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** How a call came out. */
public sealed interface CallResult {
  /**
   * It worked.
   *
   * @param output the value; a JSON null if there is none
   */
  record Ok(JsonNode output) implements CallResult {
    /** Refuses null. */
    public Ok {
      Objects.requireNonNull(output, "output");
    }
  }

  /**
   * It failed.
   *
   * @param error why
   */
  record Err(CallError error) implements CallResult {
    /** Refuses null. */
    public Err {
      Objects.requireNonNull(error, "error");
    }
  }
}
