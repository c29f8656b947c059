package org.alknet.call.wire;

import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * An envelope as it arrived: what it is about is known, what it says is not parsed.
 *
 * @param type what it says, see {@link EventTypes}
 * @param id the request it is about
 * @param payload depends on the type
 */
public record ReceivedEnvelope(String type, String id, Payload payload) {
  /** Refuses null components. */
  public ReceivedEnvelope {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(payload, "payload");
  }

  /** Wraps an envelope that was never bytes. */
  public static ReceivedEnvelope of(EventEnvelope envelope) {
    return new ReceivedEnvelope(envelope.type(), envelope.id(), Payload.of(envelope.payload()));
  }

  /**
   * Parses the payload; one whose own keys repeat becomes null.
   *
   * @throws FrameException if it is no JSON within the limits
   */
  EventEnvelope parsed() throws FrameException {
    boolean clear = payload.members().isPresent();
    JsonNode tree = payload.tree();
    return new EventEnvelope(
        type, id, clear || !tree.isObject() ? tree : JsonNodeFactory.instance.nullNode());
  }
}
