package org.alknet.http.openapi;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.http.client.OutboundHttpClient;
import org.alknet.http.client.OutboundReply;
import tools.jackson.databind.JsonNode;

/**
 * A query or mutation that is a request to a service.
 *
 * <p>Immutable. Thread-safe. Cancelling an answer closes the exchange.
 */
final class HttpForwarding implements UnaryHandler {
  private final Endpoint endpoint;
  private final OutboundHttpClient client;

  HttpForwarding(Endpoint endpoint, OutboundHttpClient client) {
    this.endpoint = endpoint;
    this.client = client;
  }

  @Override
  public CompletionStage<ResponseEnvelope> handle(JsonNode input, OperationContext ctx) {
    CompletableFuture<OutboundReply> sending;
    try {
      sending = client.send(endpoint.request(input, ctx)).toCompletableFuture();
    } catch (Refused refused) {
      return CompletableFuture.completedFuture(
          ResponseEnvelope.err(ctx.requestId(), refused.error()));
    }
    CompletableFuture<ResponseEnvelope> answer = new CompletableFuture<>();
    CompletableFuture<Boolean> unused =
        sending.handle(
            (reply, failure) ->
                answer.complete(
                    reply == null
                        ? ResponseEnvelope.err(
                            ctx.requestId(), Answers.failure(Objects.requireNonNull(failure)))
                        : new ResponseEnvelope(ctx.requestId(), Answers.of(reply))));
    Objects.requireNonNull(unused);
    CompletableFuture<ResponseEnvelope> watched =
        answer.whenComplete(
            (value, failure) -> {
              if (answer.isCancelled()) {
                sending.cancel(false);
              }
            });
    Objects.requireNonNull(watched);
    return answer;
  }
}
