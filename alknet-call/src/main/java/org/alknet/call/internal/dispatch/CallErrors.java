package org.alknet.call.internal.dispatch;

import org.alknet.call.internal.link.StreamLink;
import org.alknet.call.operation.CallError;
import org.alknet.call.wire.FrameException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The errors this side makes, and those it reads from the peer. */
final class CallErrors {
  private CallErrors() {}

  static CallError tooManyRequests() {
    return CallError.overloaded("too many requests in work on this connection");
  }

  static CallError tooManyCalls() {
    return CallError.overloaded("too many calls in work on this node");
  }

  static CallError tooDeep(int maxDepth) {
    return CallError.internal("calls nest deeper than " + maxDepth + " levels");
  }

  static CallError tooManyOutgoing() {
    return CallError.overloaded("too many requests wait for this peer");
  }

  static CallError noThread() {
    return CallError.overloaded("no thread for another call");
  }

  static CallError stopping() {
    return CallError.overloaded("the node is about to stop");
  }

  /** Says why a request could not be sent. */
  static CallError sending(@Nullable Throwable failure) {
    if (StreamLink.isConnectionGone(failure)) {
      return CallError.connectionClosed();
    }
    Throwable cause = failure;
    while (cause instanceof java.util.concurrent.CompletionException) {
      cause = cause.getCause();
    }
    return cause instanceof FrameException broken
        ? unsendable(broken)
        : CallError.internal("the request could not be sent");
  }

  static CallError unsendable(FrameException broken) {
    return CallError.internal("the request does not fit into a frame: " + broken.getMessage());
  }

  /**
   * Reads the payload of a {@code call.error}; one that is malformed is an error of its own.
   *
   * @param object whether it is an object without repeated names
   */
  static CallError parse(boolean object, JsonNode payload) {
    JsonNode code = payload.path("code");
    JsonNode message = payload.path("message");
    JsonNode retryable = payload.path("retryable");
    if (!object || !code.isString() || !message.isString() || !retryable.isBoolean()) {
      return CallError.internal("the peer answered with a malformed error");
    }
    JsonNode details = payload.path("details");
    return details.isMissingNode() || details.isNull()
        ? CallError.of(code.stringValue(), message.stringValue(), retryable.booleanValue())
        : CallError.of(
            code.stringValue(), message.stringValue(), retryable.booleanValue(), details);
  }
}
