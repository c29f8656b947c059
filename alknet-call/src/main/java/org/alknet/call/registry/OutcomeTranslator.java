package org.alknet.call.registry;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.regex.Pattern;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CallResult;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one place that turns what a handler did into what its caller sees (spec/call.md section 5.4):
 * protocol codes and declared codes pass, other codes are wrapped, everything else is {@code
 * INTERNAL} without its text.
 */
final class OutcomeTranslator {
  private static final Logger LOG = System.getLogger(OutcomeTranslator.class.getName());
  private static final Pattern HTTP_STATUS = Pattern.compile("HTTP_[1-5][0-9][0-9]");
  private static final CallError FAILED = CallError.internal("internal error");

  private OutcomeTranslator() {}

  /** Translates a handler's answer, or the lack of one. */
  static ResponseEnvelope answer(
      HandlerRegistration registration, OperationContext ctx, @Nullable ResponseEnvelope answer) {
    if (answer == null) {
      LOG.log(Level.ERROR, failed(registration, ctx).field("error", "null answer").toString());
      return ResponseEnvelope.err(ctx.requestId(), FAILED);
    }
    if (answer.result() instanceof CallResult.Err err) {
      return ResponseEnvelope.err(ctx.requestId(), error(registration, err.error()));
    }
    return answer.withRequestId(ctx.requestId());
  }

  /** Translates a handler's failure. */
  static ResponseEnvelope failure(
      HandlerRegistration registration, OperationContext ctx, Throwable failure) {
    if (!ctx.cancellation().isCancelled()) {
      LOG.log(Level.ERROR, failed(registration, ctx).toString(), failure);
    }
    return ResponseEnvelope.err(ctx.requestId(), FAILED);
  }

  /** The request id is the peer's text. */
  private static LogLine failed(HandlerRegistration registration, OperationContext ctx) {
    return LogLine.event("handler_failed")
        .field("operation", registration.spec().name())
        .field("request", ctx.requestId())
        .field("parent", ctx.parentRequestId().orElse("none"));
  }

  static CallError error(HandlerRegistration registration, CallError error) {
    String code = error.code();
    if (CallError.isProtocolCode(code)
        || registration.spec().declaresError(code)
        || (registration.provenance() == OperationProvenance.FROM_OPENAPI
            && HTTP_STATUS.matcher(code).matches())) {
      return error;
    }
    ObjectNode details = JsonNodeFactory.instance.objectNode().put("code", code);
    error.details().ifPresent(original -> details.set("details", original));
    return CallError.of(CallError.INTERNAL, error.message(), false, details);
  }
}
