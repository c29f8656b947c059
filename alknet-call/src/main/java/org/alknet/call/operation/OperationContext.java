package org.alknet.call.operation;

import java.util.Map;
import java.util.Optional;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import tools.jackson.databind.JsonNode;

/**
 * What a handler knows about the call it answers (spec/call.md section 9). Made by the dispatcher
 * and by composition only: an environment refuses any other implementation as a parent.
 *
 * <p>Thread-safe.
 */
public interface OperationContext {
  /** Returns the id of this call: the wire id of a root, a new UUID of a composed call. */
  String requestId();

  /** Returns the id of the composing call. */
  Optional<String> parentRequestId();

  /**
   * Returns the direct caller, which access control examined: the peer or token of a wire call, the
   * composing handler's authority of a composed one.
   */
  Optional<Identity> identity();

  /** Returns the authority under which this handler composes. */
  Optional<CompositionAuthority> handlerIdentity();

  /** Returns whom a hub claims to call for; not proven, never an input to access control. */
  Optional<Identity> forwardedFor();

  /** Returns the outbound credentials of this handler. They belong to the registration. */
  Capabilities capabilities();

  /** Returns notes of this call, empty at first and never inherited. Not for secrets. */
  Map<String, JsonNode> metadata();

  /** Returns what this handler can reach by composition. */
  ScopedPeerEnv scopedEnv();

  /** Returns the way to other operations; pass this context as the parent. */
  OperationEnv env();

  /** Returns the policy that composed calls of this one inherit. */
  AbortPolicy abortPolicy();

  /** Returns until when the whole call tree may run; absent for unbounded subscriptions. */
  Optional<Deadline> deadline();

  /** Whether this is a composed call. */
  boolean isInternal();

  /** Returns the signal that nobody waits any more. */
  CancellationSignal cancellation();
}
