package org.alknet.call.internal.dispatch;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.SingleElement;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;

/**
 * Calls from front ends that are no call connection (spec/call.md section 11.6).
 *
 * <p>Thread-safe.
 */
public final class Roots {
  private final CallRuntime runtime;

  Roots(CallRuntime runtime) {
    this.runtime = runtime;
  }

  /** Makes a unary call. */
  public CompletionStage<ResponseEnvelope> invoke(
      Optional<Identity> caller, String operation, JsonNode input) {
    String id = Ids.next();
    Optional<CallNode> node = root(id);
    if (node.isEmpty()) {
      return CompletableFuture.completedFuture(ResponseEnvelope.err(id, refusal()));
    }
    long timeout = runtime.limits().inboundTimeout().toNanos();
    LocalUnaryCall call = new LocalUnaryCall(runtime, node.get(), withoutSlash(operation), timeout);
    call.arm(timeout, runtime.liveRoots());
    if (!runtime.executor().tryExecute(() -> call.runUnary(input, caller))) {
      call.refuse(CallErrors.noThread());
    }
    return call.answer();
  }

  /** Returns an id for a call. */
  public static String newId() {
    return Ids.next();
  }

  /** Prepares a subscription for one subscriber. */
  public Flow.Publisher<ResponseEnvelope> invokeStreaming(
      Optional<Identity> caller, String operation, JsonNode input) {
    return invokeStreaming(caller, operation, input, newId());
  }

  /** Prepares a subscription for one subscriber, under an id that nothing else has. */
  public Flow.Publisher<ResponseEnvelope> invokeStreaming(
      Optional<Identity> caller, String operation, JsonNode input, String id) {
    AtomicBoolean taken = new AtomicBoolean();
    return subscriber -> {
      Objects.requireNonNull(subscriber, "subscriber");
      if (taken.compareAndSet(false, true)) {
        subscribe(subscriber, caller, operation, input, id);
      } else {
        OneSubscriber.refuse(subscriber);
      }
    };
  }

  private void subscribe(
      Flow.Subscriber<? super ResponseEnvelope> subscriber,
      Optional<Identity> caller,
      String operation,
      JsonNode input,
      String id) {
    Optional<CallNode> node = root(id);
    if (node.isEmpty()) {
      new SingleElement(ResponseEnvelope.err(id, refusal())).subscribe(subscriber);
      return;
    }
    LocalStreamCall call =
        new LocalStreamCall(runtime, node.get(), withoutSlash(operation), subscriber);
    call.arm(0, runtime.liveRoots());
    subscriber.onSubscribe(call);
    if (!runtime.executor().tryExecute(() -> call.runStreaming(input, caller))) {
      call.refuse(CallErrors.noThread());
    }
  }

  private Optional<CallNode> root(String id) {
    return runtime.isDraining() ? Optional.empty() : runtime.tree().root(id);
  }

  private CallError refusal() {
    if (runtime.isDraining()) {
      return CallErrors.stopping();
    }
    runtime.metrics().overloaded();
    return CallErrors.tooManyCalls();
  }

  static String withoutSlash(String operation) {
    return operation.startsWith("/") ? operation.substring(1) : operation;
  }
}
