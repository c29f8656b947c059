package org.alknet.call.operation;

import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * One answer: the outcome of a unary call, or one element of a subscription.
 *
 * <p>Immutable, as long as nobody changes the JSON nodes.
 *
 * @param requestId the call this answers; on the wire the dispatcher uses the id of the request
 *     whatever stands here
 * @param result how it came out
 */
public record ResponseEnvelope(String requestId, CallResult result) {
  /** Refuses null components. */
  public ResponseEnvelope {
    Objects.requireNonNull(requestId, "requestId");
    Objects.requireNonNull(result, "result");
  }

  /** Returns a success. */
  public static ResponseEnvelope ok(String requestId, JsonNode output) {
    return new ResponseEnvelope(requestId, new CallResult.Ok(output));
  }

  /** Returns a failure. */
  public static ResponseEnvelope err(String requestId, CallError error) {
    return new ResponseEnvelope(requestId, new CallResult.Err(error));
  }

  /** Whether this is a success. */
  public boolean isOk() {
    return result instanceof CallResult.Ok;
  }

  /** Returns the value of a success. */
  public Optional<JsonNode> output() {
    return result instanceof CallResult.Ok ok ? Optional.of(ok.output()) : Optional.empty();
  }

  /** Returns the error of a failure. */
  public Optional<CallError> error() {
    return result instanceof CallResult.Err err ? Optional.of(err.error()) : Optional.empty();
  }

  /** Returns the same outcome for another request. */
  public ResponseEnvelope withRequestId(String id) {
    return id.equals(requestId) ? this : new ResponseEnvelope(id, result);
  }
}
