package org.alknet.call.operation;

import java.util.List;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JsonNode;

/**
 * How a handler calls other operations: always under its own authority, always within its
 * reachability (spec/call.md section 10.2). Composition is request and response; subscriptions
 * cannot be composed.
 *
 * <p>Returned stages never fail for protocol outcomes. Cancelling one aborts the composed call. The
 * composed handler starts on the calling thread; a stage completes on whichever thread completes
 * the composed handler.
 *
 * <p>Thread-safe.
 */
public interface OperationEnv {
  /**
   * Calls an operation with the parent's abort policy.
   *
   * @param ns first part of the name
   * @param op the rest of the name, after a slash
   * @param parent the context of the composing handler
   * @throws IllegalArgumentException if the context was not made by the dispatcher
   */
  default CompletionStage<ResponseEnvelope> invoke(
      String ns, String op, JsonNode input, OperationContext parent) {
    return invokeWithPolicy(ns, op, input, parent, parent.abortPolicy());
  }

  /** Calls an operation with an abort policy of its own. */
  CompletionStage<ResponseEnvelope> invokeWithPolicy(
      String ns, String op, JsonNode input, OperationContext parent, AbortPolicy policy);

  /** Calls an operation on a peer. An environment without peers ignores which one. */
  default CompletionStage<ResponseEnvelope> invokePeer(
      PeerRef peer,
      String ns,
      String op,
      JsonNode input,
      OperationContext parent,
      AbortPolicy policy) {
    return invokeWithPolicy(ns, op, input, parent, policy);
  }

  /** Whether this environment claims the operation; one that is a last resort claims all. */
  default boolean contains(String name) {
    return true;
  }

  /** Returns the attached peers in the order they attached. */
  default List<String> peerIds() {
    return List.of();
  }

  /** Whether the peer offers the operation. */
  default boolean peerContains(String peerId, String name) {
    return contains(name);
  }

  /** Returns what the peer offers, sorted by name. */
  default List<OperationSpec> peerOperations(String peerId) {
    return List.of();
  }
}
