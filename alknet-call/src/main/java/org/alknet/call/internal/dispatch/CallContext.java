package org.alknet.call.internal.dispatch;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.alknet.call.internal.tree.CallNode;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.CancellationSignal;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.Deadline;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.identity.Identity;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The only implementation of a context (spec/call.md section 9). A root is made for a request from
 * outside, a child for a composed call; nobody else can make one, so nobody can claim to be inside.
 *
 * <p>Thread-safe.
 */
final class CallContext implements OperationContext {
  private final String requestId;
  private final @Nullable CallContext parent;
  private final Optional<Identity> identity;
  private final @Nullable HandlerRegistration registration;
  private final Optional<Identity> forwardedFor;
  private final OperationEnv env;
  private final AbortPolicy abortPolicy;
  private final Optional<Deadline> deadline;
  private final CallNode node;

  private volatile @Nullable Identity authority;
  private volatile @Nullable Map<String, JsonNode> metadata;
  private volatile @Nullable Capabilities capabilities;
  private volatile @Nullable Capabilities merged;

  private CallContext(
      String requestId,
      @Nullable CallContext parent,
      Optional<Identity> identity,
      @Nullable HandlerRegistration registration,
      Optional<Identity> forwardedFor,
      OperationEnv env,
      AbortPolicy abortPolicy,
      Optional<Deadline> deadline,
      CallNode node) {
    this.requestId = requestId;
    this.parent = parent;
    this.identity = identity;
    this.registration = registration;
    this.forwardedFor = forwardedFor;
    this.env = env;
    this.abortPolicy = abortPolicy;
    this.deadline = deadline;
    this.node = Objects.requireNonNull(node, "node");
  }

  /**
   * Makes the context of a request from outside.
   *
   * @param registration what was asked for; null for an unknown operation, which gets nothing
   */
  static CallContext root(
      CallNode node,
      Optional<Identity> caller,
      @Nullable HandlerRegistration registration,
      Optional<Identity> forwardedFor,
      OperationEnv env,
      Optional<Deadline> deadline) {
    return new CallContext(
        node.id(),
        null,
        caller,
        registration,
        forwardedFor,
        env,
        AbortPolicy.ABORT_DEPENDENTS,
        deadline,
        node);
  }

  /**
   * Makes the context of a composed call. Its caller is this context's handler, with the authority
   * that handler was granted; the end user is not passed on.
   *
   * @param childNode the child's place in the tree, or this context's own while it is only checked
   */
  CallContext child(
      String childId, HandlerRegistration target, AbortPolicy policy, CallNode childNode) {
    return new CallContext(
        childId,
        this,
        authorityIdentity(),
        target,
        Optional.empty(),
        env,
        policy,
        deadline,
        childNode);
  }

  /** Returns the identity under which composed calls of this handler are checked. */
  private Optional<Identity> authorityIdentity() {
    Identity known = authority;
    if (known == null) {
      known = handlerIdentity().map(CompositionAuthority::asIdentity).orElse(null);
      authority = known;
    }
    return Optional.ofNullable(known);
  }

  /** Returns the place in the tree. */
  CallNode node() {
    return node;
  }

  /** Returns the caller of the root: the only one a forwarder may name (spec/call.md G-08). */
  Optional<Identity> origin() {
    CallContext context = this;
    while (context.parent != null) {
      context = context.parent;
    }
    return context.identity;
  }

  @Override
  public String requestId() {
    return requestId;
  }

  @Override
  public Optional<String> parentRequestId() {
    return parent == null ? Optional.empty() : Optional.of(parent.requestId);
  }

  @Override
  public Optional<Identity> identity() {
    return identity;
  }

  @Override
  public Optional<CompositionAuthority> handlerIdentity() {
    return registration == null ? Optional.empty() : registration.compositionAuthority();
  }

  @Override
  public Optional<Identity> forwardedFor() {
    return forwardedFor;
  }

  /** Returns the handler's own, then the parent's for what it lacks (spec/call.md G-03). */
  @Override
  public Capabilities capabilities() {
    Capabilities known = capabilities;
    if (known == null) {
      synchronized (this) {
        known = capabilities;
        if (known == null) {
          known = effectiveCapabilities();
          capabilities = known;
        }
      }
    }
    return known;
  }

  private Capabilities effectiveCapabilities() {
    if (registration == null) {
      return Capabilities.empty();
    }
    // One call has one set, whatever takes its place meanwhile.
    Capabilities own = registration.capabilities().current();
    OperationProvenance provenance = registration.provenance();
    if (parent == null
        || provenance == OperationProvenance.FROM_CALL
        || provenance == OperationProvenance.SESSION) {
      return own;
    }
    Capabilities inherited = parent.capabilities();
    if (inherited.isEmpty()) {
      return own;
    }
    if (own.isEmpty()) {
      return inherited;
    }
    Capabilities both = own.orElse(inherited);
    merged = both;
    return both;
  }

  /** Wipes the copies made for this call alone; called when the call is over. */
  void wipe() {
    Capabilities copies = merged;
    if (copies != null) {
      copies.close();
    }
  }

  @Override
  public Map<String, JsonNode> metadata() {
    Map<String, JsonNode> known = metadata;
    if (known == null) {
      synchronized (this) {
        known = metadata;
        if (known == null) {
          known = new ConcurrentHashMap<>();
          metadata = known;
        }
      }
    }
    return known;
  }

  @Override
  public ScopedPeerEnv scopedEnv() {
    return registration == null
        ? ScopedPeerEnv.empty()
        : registration.scopedEnv().orElse(ScopedPeerEnv.empty());
  }

  @Override
  public OperationEnv env() {
    return env;
  }

  @Override
  public AbortPolicy abortPolicy() {
    return abortPolicy;
  }

  @Override
  public Optional<Deadline> deadline() {
    return deadline;
  }

  @Override
  public boolean isInternal() {
    return parent != null;
  }

  @Override
  public CancellationSignal cancellation() {
    return node;
  }

  @Override
  public String toString() {
    return "CallContext[requestId=" + requestId + ", internal=" + isInternal() + "]";
  }
}
