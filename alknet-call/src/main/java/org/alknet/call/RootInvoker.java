package org.alknet.call;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.compose.PeerDirectory;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.internal.dispatch.CallRuntime;
import org.alknet.call.internal.dispatch.Roots;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;

/**
 * The door for front ends that are no call connection, such as HTTP: a call made here is checked,
 * bounded and run exactly like one from the wire (spec/call.md section 11.6).
 *
 * <p>Thread-safe. One obtained from a {@link CallAdapter} lives as long as the adapter; one made by
 * {@link #of} owns its threads until {@link #close()}.
 */
public final class RootInvoker implements AutoCloseable {
  private final CallRuntime runtime;
  private final boolean owner;

  RootInvoker(CallRuntime runtime, boolean owner) {
    this.runtime = runtime;
    this.owner = owner;
  }

  /** Returns a door to a registry in a process without call connections. */
  public static RootInvoker of(OperationRegistry registry, CallLimits limits) {
    return new RootInvoker(CallRuntime.builder(registry).limits(limits).build(), true);
  }

  /**
   * Returns a door to a registry in a process that adapters or clients connect with peers.
   *
   * @param peers shared with those adapters and clients
   */
  public static RootInvoker of(OperationRegistry registry, PeerDirectory peers, CallLimits limits) {
    return new RootInvoker(CallRuntime.builder(registry).peers(peers).limits(limits).build(), true);
  }

  /**
   * Makes a unary call for a caller that was authenticated elsewhere.
   *
   * @param operation with or without its leading slash
   * @return the outcome; never fails. Completes on the handler executor. Cancelling it aborts the
   *     call and everything it composed
   */
  public CompletionStage<ResponseEnvelope> invoke(
      Optional<Identity> caller, String operation, JsonNode input) {
    Objects.requireNonNull(caller, "caller");
    Objects.requireNonNull(operation, "operation");
    return runtime.roots().invoke(caller, operation, Objects.requireNonNull(input, "input"));
  }

  /**
   * Starts a subscription for a caller that was authenticated elsewhere, when somebody subscribes.
   *
   * @param operation with or without its leading slash
   * @return the elements, an error as the last one; cancelling the subscription aborts it. For one
   *     subscriber
   */
  public Flow.Publisher<ResponseEnvelope> invokeStreaming(
      Optional<Identity> caller, String operation, JsonNode input) {
    return invokeStreaming(caller, operation, input, newRequestId());
  }

  /**
   * Starts a subscription under an id that the front end has told its client already.
   *
   * @param requestId one of {@link #newRequestId()}, used once
   * @return as {@link #invokeStreaming(Optional, String, JsonNode)}
   */
  public Flow.Publisher<ResponseEnvelope> invokeStreaming(
      Optional<Identity> caller, String operation, JsonNode input, String requestId) {
    Objects.requireNonNull(caller, "caller");
    Objects.requireNonNull(operation, "operation");
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(requestId, "requestId");
    return runtime.roots().invokeStreaming(caller, operation, input, requestId);
  }

  /** Returns a fresh id for a call, a UUID. */
  public static String newRequestId() {
    return Roots.newId();
  }

  /** Stops the threads, if this invoker owns them; calls in work are cancelled. */
  @Override
  public void close() {
    if (owner) {
      runtime.close();
    }
  }
}
