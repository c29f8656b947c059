package org.alknet.call.registry;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.operation.AccessDecision;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A registration ready to run: the checks of spec/call.md section 11.4 in their fixed order, then
 * the handler, then the translation of its outcome. Wire calls, other front ends and composed calls
 * all go through here.
 *
 * <p>Immutable and thread-safe.
 */
public final class RunnableOperation {
  private static final Logger LOG = System.getLogger(RunnableOperation.class.getName());

  private final HandlerRegistration registration;
  private final InputValidator validator;

  RunnableOperation(HandlerRegistration registration, InputValidator validator) {
    this.registration = Objects.requireNonNull(registration, "registration");
    this.validator = Objects.requireNonNull(validator, "validator");
  }

  /**
   * Wraps an operation of a session or a peer, whose input only its owner checks (spec/call.md
   * G-04).
   */
  public static RunnableOperation imported(HandlerRegistration registration) {
    return new RunnableOperation(registration, InputValidator.ANYTHING);
  }

  /** Returns what is run. */
  public HandlerRegistration registration() {
    return registration;
  }

  /** Returns the same operation as it is described now, compiling only what differs. */
  static RunnableOperation renewed(
      HandlerRegistration registration, @Nullable RunnableOperation before) {
    if (before != null
        && before.registration.spec().inputSchema().equals(registration.spec().inputSchema())) {
      return new RunnableOperation(registration, before.validator);
    }
    return new RunnableOperation(
        registration,
        JsonSchemaValidator.compile(registration.spec().name(), registration.spec().inputSchema()));
  }

  /** Says why a unary call of this operation may not run, if it may not. */
  public Optional<CallError> refuseUnary(JsonNode input, OperationContext ctx) {
    return Optional.ofNullable(refuse(input, ctx, OperationHandler.Once.class));
  }

  /** Runs a unary handler that was not refused, on this thread. Never fails. */
  public CompletionStage<ResponseEnvelope> runUnary(JsonNode input, OperationContext ctx) {
    if (!(registration.handler() instanceof OperationHandler.Once once)) {
      throw new IllegalStateException(registration.spec().name() + " is not unary");
    }
    CompletionStage<ResponseEnvelope> answer;
    try {
      answer = once.handler().handle(input, ctx);
    } catch (Throwable failure) {
      rethrowIfFatal(failure);
      return done(OutcomeTranslator.failure(registration, ctx, failure));
    }
    if (answer == null) {
      return done(OutcomeTranslator.answer(registration, ctx, null));
    }
    if (answer instanceof CompletableFuture<ResponseEnvelope> future) {
      if (future.isDone() && !future.isCompletedExceptionally()) {
        return done(OutcomeTranslator.answer(registration, ctx, future.join()));
      }
      ctx.cancellation().onCancel(() -> future.cancel(false));
    }
    return answer.handle(
        (value, failure) ->
            failure == null
                ? OutcomeTranslator.answer(registration, ctx, value)
                : OutcomeTranslator.failure(registration, ctx, failure));
  }

  /** Says why a subscription to this operation may not run, if it may not. */
  public Optional<CallError> refuseStreaming(JsonNode input, OperationContext ctx) {
    return Optional.ofNullable(refuse(input, ctx, OperationHandler.Stream.class));
  }

  /** Starts a streaming handler that was not refused, on this thread. Never fails. */
  public Flow.Publisher<ResponseEnvelope> runStreaming(JsonNode input, OperationContext ctx) {
    if (!(registration.handler() instanceof OperationHandler.Stream stream)) {
      throw new IllegalStateException(registration.spec().name() + " is not a subscription");
    }
    Flow.Publisher<ResponseEnvelope> elements;
    try {
      elements = stream.handler().handle(input, ctx);
    } catch (Throwable failure) {
      rethrowIfFatal(failure);
      return new SingleElement(OutcomeTranslator.failure(registration, ctx, failure));
    }
    if (elements == null) {
      return new SingleElement(OutcomeTranslator.answer(registration, ctx, null));
    }
    return new TranslatedStream(registration, ctx, elements);
  }

  private @Nullable CallError refuse(
      JsonNode input, OperationContext ctx, Class<? extends OperationHandler> wanted) {
    String name = registration.spec().name();
    if (registration.spec().visibility() == Visibility.INTERNAL && !ctx.isInternal()) {
      return CallError.notFound(name);
    }
    if (registration.spec().accessControl().check(ctx.identity())
        instanceof AccessDecision.Forbidden forbidden) {
      return CallError.forbidden(forbidden.message());
    }
    if (registration.handler() instanceof OperationHandler.SchemaOnly) {
      return CallError.of(
          CallError.NOT_FOUND,
          "operation not found: " + name + " (FromJsonSchema: described, not invocable)",
          false);
    }
    if (!wanted.isInstance(registration.handler())) {
      return CallError.invalidOperationType(
          name + " is a " + registration.spec().opType().wireName());
    }
    if (ctx.deadline().map(Deadline::isExpired).orElse(false)) {
      return CallError.timeout();
    }
    if (ctx.cancellation().isCancelled()) {
      return CallError.cancelled();
    }
    return invalid(name, input);
  }

  private @Nullable CallError invalid(String name, JsonNode input) {
    List<InputValidator.Violation> violations;
    try {
      violations = validator.validate(input);
    } catch (RuntimeException | StackOverflowError failure) {
      LOG.log(Level.ERROR, "event=validation_failed operation=" + name, failure);
      return CallError.internal("the input of " + name + " could not be checked");
    }
    if (violations.isEmpty()) {
      return null;
    }
    ArrayNode details = JsonNodeFactory.instance.arrayNode();
    for (InputValidator.Violation violation : violations) {
      details.addObject().put("path", violation.path()).put("message", violation.message());
    }
    return CallError.of(
        CallError.INVALID_INPUT, "input does not fit the schema of " + name, false, details);
  }

  private static CompletionStage<ResponseEnvelope> done(ResponseEnvelope answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /** A stack overflow is the handler's own; the rest says that the process is in trouble. */
  private static void rethrowIfFatal(Throwable failure) {
    if (failure instanceof VirtualMachineError error && !(failure instanceof StackOverflowError)) {
      throw error;
    }
  }
}
