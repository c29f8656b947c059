package org.alknet.call.wire;

import java.util.Objects;
import org.alknet.call.operation.CallError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one shape of everything on the wire (spec/call.md section 3.2). Prints without its payload,
 * which may hold a token.
 *
 * <p>Immutable, as long as nobody changes the payload.
 *
 * @param type what it says, see {@link EventTypes}
 * @param id the request it is about
 * @param payload depends on the type
 */
public record EventEnvelope(String type, String id, JsonNode payload) {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Refuses null components. */
  public EventEnvelope {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(payload, "payload");
  }

  /** Returns one value of a request. */
  public static EventEnvelope responded(String id, JsonNode output) {
    ObjectNode payload = JSON.objectNode();
    payload.set("output", output);
    return new EventEnvelope(EventTypes.RESPONDED, id, payload);
  }

  /** Returns the natural end of a subscription. */
  public static EventEnvelope completed(String id) {
    return new EventEnvelope(EventTypes.COMPLETED, id, JSON.objectNode());
  }

  /** Returns a cancellation. */
  public static EventEnvelope aborted(String id) {
    return new EventEnvelope(EventTypes.ABORTED, id, JSON.objectNode());
  }

  /** Returns a failure. */
  public static EventEnvelope error(String id, CallError error) {
    ObjectNode payload =
        JSON.objectNode()
            .put("code", error.code())
            .put("message", error.message())
            .put("retryable", error.retryable());
    error.details().ifPresent(details -> payload.set("details", details));
    return new EventEnvelope(EventTypes.ERROR, id, payload);
  }

  @Override
  public String toString() {
    return "EventEnvelope[type=" + type + ", id=" + id + "]";
  }
}
