package org.alknet.http.internal.ws;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.call.operation.CallError;
import org.alknet.call.wire.EventEnvelope;
import org.alknet.call.wire.EventTypes;
import org.alknet.http.gateway.HttpErrorMapper;

/**
 * Hides from the caller of a WebSocket what it may not use: an operation that is forbidden answers
 * like one that does not exist, as it does over the gateway (docs/adr/0402).
 *
 * <p>Thread-safe. Remembers the names of the calls under way, a bounded number of them.
 */
final class Concealment {
  private static final int MOST = 4096;

  private final Map<String, String> called = new ConcurrentHashMap<>();

  /** Takes note of what came. */
  void received(EventEnvelope envelope) {
    if (envelope.type().equals(EventTypes.REQUESTED) && called.size() < MOST) {
      called.putIfAbsent(
          envelope.id(),
          HttpErrorMapper.subject(
              envelope.payload().path("operationId").asString(""),
              envelope.payload().path("input")));
    }
  }

  /** Returns what is sent instead. */
  EventEnvelope shown(EventEnvelope envelope) {
    if (envelope.type().equals(EventTypes.REQUESTED)) {
      return envelope;
    }
    String name = called.remove(envelope.id());
    return envelope.type().equals(EventTypes.ERROR)
            && envelope.payload().path("code").asString("").equals(CallError.FORBIDDEN)
        ? EventEnvelope.error(envelope.id(), CallError.notFound(name == null ? "" : name))
        : envelope;
  }
}
