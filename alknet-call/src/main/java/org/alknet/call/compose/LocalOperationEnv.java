package org.alknet.call.compose;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.OperationRegistry;
import tools.jackson.databind.JsonNode;

/**
 * The operations of this node: layer 0, and the last resort of every composed call.
 *
 * <p>Immutable. Thread-safe.
 */
public final class LocalOperationEnv implements UngatedEnv {
  private final OperationRegistry registry;
  private final ComposedCalls calls;

  /** Finds operations in the registry and runs them with the dispatcher's help. */
  public LocalOperationEnv(OperationRegistry registry, ComposedCalls calls) {
    this.registry = Objects.requireNonNull(registry, "registry");
    this.calls = Objects.requireNonNull(calls, "calls");
  }

  @Override
  public CompletionStage<ResponseEnvelope> invokeWithPolicy(
      String ns, String op, JsonNode input, OperationContext parent, AbortPolicy policy) {
    String name = ns + "/" + op;
    if (!parent.scopedEnv().allows(name)) {
      return refuse(name, input, parent, policy);
    }
    return dispatchUngated(name, input, parent, policy);
  }

  @Override
  public CompletionStage<ResponseEnvelope> dispatchUngated(
      String name, JsonNode input, OperationContext parent, AbortPolicy policy) {
    return calls.run(name, registry.runnable(name), input, parent, policy);
  }

  /** Says that there is no such operation. */
  CompletionStage<ResponseEnvelope> refuse(
      String name, JsonNode input, OperationContext parent, AbortPolicy policy) {
    return calls.run(name, Optional.empty(), input, parent, policy);
  }

  ComposedCalls calls() {
    return calls;
  }

  @Override
  public List<String> peerIds() {
    return List.of();
  }
}
