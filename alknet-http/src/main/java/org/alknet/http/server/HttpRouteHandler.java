package org.alknet.http.server;

import java.util.concurrent.CompletionStage;

/** Answers requests to one route. Implementations are thread-safe. */
@FunctionalInterface
public interface HttpRouteHandler {
  /**
   * Answers one request. Called on a worker thread of the server, which it may block for a while.
   *
   * @return completes with the reply; a failure is logged and answered with status 500
   */
  CompletionStage<HttpReply> handle(HttpExchange exchange);
}
