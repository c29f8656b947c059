package org.alknet.http.openapi;

import java.util.concurrent.Flow;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.StreamingHandler;
import org.alknet.call.registry.SingleElement;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundRequest;
import tools.jackson.databind.JsonNode;

/**
 * A subscription that is a stream of server-sent events of a service (spec/http.md section 11.6).
 *
 * <p>Immutable. Thread-safe.
 */
final class EventForwarding implements StreamingHandler {
  private final Endpoint endpoint;
  private final OutboundHttpClient client;

  EventForwarding(Endpoint endpoint, OutboundHttpClient client) {
    this.endpoint = endpoint;
    this.client = client;
  }

  @Override
  public Flow.Publisher<ResponseEnvelope> handle(JsonNode input, OperationContext ctx) {
    OutboundRequest request;
    try {
      request = endpoint.request(input, ctx);
    } catch (Refused refused) {
      return new SingleElement(ResponseEnvelope.err(ctx.requestId(), refused.error()));
    }
    return new EventPublisher(client, request, endpoint.service(), ctx.requestId());
  }
}
