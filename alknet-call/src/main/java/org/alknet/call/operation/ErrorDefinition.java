package org.alknet.call.operation;

import java.util.Objects;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/**
 * A domain error an operation may answer with (spec/call.md section 6.3).
 *
 * <p>Immutable, as long as nobody changes the schema node.
 *
 * @param code the code on the wire; never one of the protocol codes
 * @param description for people
 * @param schema JSON Schema of the error's details
 * @param httpStatus status for HTTP projections, 0 to 65535, if one is meant
 */
public record ErrorDefinition(
    String code, String description, JsonNode schema, OptionalInt httpStatus) {
  /** Refuses null components and an impossible status. */
  public ErrorDefinition {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(httpStatus, "httpStatus");
    if (httpStatus.isPresent() && (httpStatus.getAsInt() < 0 || httpStatus.getAsInt() > 65_535)) {
      throw new IllegalArgumentException(
          "an HTTP status is a number from 0 to 65535, not " + httpStatus.getAsInt());
    }
  }

  /** Returns a definition without an HTTP status. */
  public static ErrorDefinition of(String code, String description, JsonNode schema) {
    return new ErrorDefinition(code, description, schema, OptionalInt.empty());
  }
}
