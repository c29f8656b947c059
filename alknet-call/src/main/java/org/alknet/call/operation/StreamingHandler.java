package org.alknet.call.operation;

import java.util.concurrent.Flow;
import tools.jackson.databind.JsonNode;

/**
 * The code behind a subscription.
 *
 * <p>Called on the node's handler executor; so are the publisher's {@code subscribe}, {@code
 * request} and {@code cancel}. Elements are asked for one at a time, the next one after the
 * transport accepted the one before. The first {@link CallResult.Err} ends the stream, {@code
 * onError} becomes {@code INTERNAL}, and {@code cancel} comes when the caller is gone.
 */
@FunctionalInterface
public interface StreamingHandler {
  /**
   * Starts one stream of answers.
   *
   * @param input checked against the operation's input schema; not to be modified
   * @param ctx who calls, under which authority, until when
   */
  Flow.Publisher<ResponseEnvelope> handle(JsonNode input, OperationContext ctx);
}
