package org.alknet.call.internal.dispatch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.compose.PeerCompositeEnv;
import org.alknet.call.internal.schedule.CallTimer;
import org.alknet.call.internal.schedule.Stages;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.internal.tree.CancelReason;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.core.identity.Identity;
import org.alknet.core.observe.LogLine;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One call that came from outside, from its acceptance to its one terminal event: the dispatcher of
 * every front end (spec/call.md section 11.2). What differs between front ends is how the call is
 * claimed and how the outcome leaves.
 *
 * <p>The deadline covers everything composed below, also what goes on after the call itself was
 * answered; its timer is given back when all of it is over.
 *
 * <p>Thread-safe.
 */
abstract class RootCall {
  private static final Logger LOG = System.getLogger(RootCall.class.getName());

  final CallRuntime runtime;
  final String name;
  final @Nullable HandlerRegistration registration;
  private final String layer;
  private final Optional<Deadline> deadline;
  private final CallNode node;
  private volatile CallTimer.Scheduled timer = CallTimer.Scheduled.NONE;

  /** The thread of the executor on which a handler has just returned. */
  private volatile @Nullable Thread returned;

  /**
   * Accepts a call.
   *
   * @param timeoutNanos how long it may run; 0 for no limit
   */
  RootCall(CallRuntime runtime, String layer, CallNode node, String name, long timeoutNanos) {
    this.runtime = Objects.requireNonNull(runtime, "runtime");
    this.layer = layer;
    this.name = name;
    this.node = node;
    this.registration = runtime.registry().find(name).orElse(null);
    this.deadline =
        timeoutNanos == 0
            ? Optional.empty()
            : Optional.of(Deadline.after(Duration.ofNanos(timeoutNanos), runtime.timer()::nanos));
  }

  /** Claims the right to finish; true exactly once. */
  abstract boolean claim();

  /** Returns the connection it came over; null for another front end. */
  @Nullable CallSession session() {
    return null;
  }

  /** Sends the outcome of a unary call, or the failure of any. Called by whoever claimed. */
  abstract void conclude(ResponseEnvelope outcome);

  /** Returns whose connection brought the call. */
  String peer() {
    return CallMetrics.NOBODY;
  }

  private void count(String code) {
    runtime.metrics().finished(layer, peer(), registration, node.id(), CallMetrics.NOBODY, code);
  }

  /** Whether the operation is a subscription; what is unknown is unary. */
  static boolean isStreaming(@Nullable HandlerRegistration registration) {
    return registration != null && registration.spec().opType() == OperationType.SUBSCRIPTION;
  }

  final boolean isStreaming() {
    return isStreaming(registration);
  }

  final CallNode node() {
    return node;
  }

  /**
   * Starts the clock; called once the call can be claimed.
   *
   * @param live where the call is listed until it and everything below it is over
   */
  final void arm(long timeoutNanos, Set<CallNode> live) {
    if (timeoutNanos > 0) {
      timer = runtime.timer().schedule(timeoutNanos, this::timedOut);
    }
    live.add(node);
    runtime.metrics().inFlight(runtime.tree().size());
    node.onEmpty(
        () -> {
          timer.cancel();
          live.remove(node);
          runtime.metrics().inFlight(runtime.tree().size());
          runtime.workEnded();
        });
  }

  private void timedOut() {
    if (claim()) {
      runtime.metrics().timedOut();
      fail(CallError.timeout());
    }
    node.abortAll(CancelReason.TIMEOUT);
  }

  /** Ends the call with an error; called by whoever claimed. */
  final void fail(CallError error) {
    count(error.code());
    conclude(ResponseEnvelope.err(node.id(), error));
  }

  /** Ends the call before it started, if nothing else has ended it. */
  final void refuse(CallError error) {
    if (claim()) {
      fail(error);
      node.finish();
    }
  }

  /** Ends the call without a word to the caller, if nothing else has ended it. */
  final boolean abort(CancelReason reason) {
    boolean claimed = claim();
    if (claimed) {
      runtime.metrics().aborted();
      count(reason.error().code());
    }
    node.abort(reason);
    return claimed;
  }

  /** Runs the call by the kind of its operation; what is unknown is unary. */
  final void run(JsonNode input, Optional<Identity> caller, Optional<Identity> forwardedFor) {
    if (isStreaming()) {
      runStreaming(input, caller, forwardedFor);
    } else {
      runUnary(input, caller, forwardedFor);
    }
  }

  final void runUnary(JsonNode input, Optional<Identity> caller) {
    runUnary(input, caller, Optional.empty());
  }

  final void runStreaming(JsonNode input, Optional<Identity> caller) {
    runStreaming(input, caller, Optional.empty());
  }

  /** Runs a unary call on this thread, which is one of the handler executor. */
  private void runUnary(
      JsonNode input, Optional<Identity> caller, Optional<Identity> forwardedFor) {
    if (node.start()) {
      guarded(
          () -> {
            CompletionStage<ResponseEnvelope> answer =
                runtime.registry().invoke(name, input, context(caller, forwardedFor));
            returned = Thread.currentThread();
            Stages.listen(
                answer, (outcome, impossible) -> answered(Objects.requireNonNull(outcome)));
            returned = null;
          });
    }
  }

  /** Whether this thread is one of the executor with nothing of the handler on its stack. */
  final boolean isReturned() {
    return returned == Thread.currentThread();
  }

  /** Starts a subscription on this thread, which is one of the handler executor. */
  private void runStreaming(
      JsonNode input, Optional<Identity> caller, Optional<Identity> forwardedFor) {
    if (node.start()) {
      guarded(
          () ->
              stream(
                  runtime.registry().invokeStreaming(name, input, context(caller, forwardedFor))));
    }
  }

  /** Runs code that calls into handlers; whatever it throws ends the call instead of hanging it. */
  final void guarded(Runnable work) {
    try {
      work.run();
    } catch (Throwable failure) {
      // Name and id are the peer's text.
      LOG.log(
          Level.ERROR,
          LogLine.event("call_failed")
              .field("operation", name)
              .field("request", node.id())
              .toString(),
          failure);
      if (claim()) {
        fail(CallError.internal("internal error"));
      }
      node.abort(CancelReason.ABORTED);
      if (failure instanceof VirtualMachineError error
          && !(failure instanceof StackOverflowError)) {
        throw error;
      }
    }
  }

  private CallContext context(Optional<Identity> caller, Optional<Identity> forwardedFor) {
    Peering peering = runtime.peering();
    PeerCompositeEnv env = peering.env(session());
    if (peering.hasSessions()) {
      CallContext below =
          CallContext.root(node, caller, registration, forwardedFor, peering.local(), deadline);
      Optional<OperationEnv> own = peering.session(below);
      env = own.isPresent() ? env.withSession(own.get()) : env;
    }
    return CallContext.root(node, caller, registration, forwardedFor, env, deadline);
  }

  private void answered(ResponseEnvelope outcome) {
    // What a cancelled handler still says is not its answer; whoever cancelled it gives that.
    if (node.finish() && claim()) {
      count(CallMetrics.code(outcome));
      conclude(outcome);
    }
  }

  /** Sends the elements of a subscription. */
  abstract void stream(Flow.Publisher<ResponseEnvelope> elements);

  /** Notes that a subscription has ended by itself; called by whoever claimed. */
  final void streamed(String code) {
    count(code);
    node.finish();
  }
}
