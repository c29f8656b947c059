package org.alknet.call.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.call.operation.StreamingHandler;
import org.alknet.call.operation.UnaryHandler;
import org.alknet.call.operation.Visibility;
import org.alknet.core.credential.Capabilities;
import tools.jackson.databind.JsonNode;

/**
 * The operations this node itself offers: layer 0, fixed when it is built, because its operations
 * compose and hence carry privilege (spec/call.md sections 8.6, 10.1 and 11.4). Only what came from
 * elsewhere, composes nothing and was announced as a {@link LeafNamespace} may be replaced later,
 * by whoever holds that.
 *
 * <p>Thread-safe. A look-up sees all of a replacement or nothing of it.
 */
public final class OperationRegistry {
  /** The namespace that belongs to discovery. */
  public static final String RESERVED_NAMESPACE = "services";

  private final Map<String, RunnableOperation> fixed;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Map<LeafNamespace, Map<String, RunnableOperation>> leaves = new LinkedHashMap<>();

  private volatile Offer offer;

  private OperationRegistry(Map<String, RunnableOperation> fixed) {
    this.fixed = Map.copyOf(fixed);
    this.offer = Offer.of(new TreeMap<>(fixed));
  }

  /**
   * What is offered at a time.
   *
   * @param operations by their names
   * @param external what callers may see, in the order of the names
   */
  private record Offer(Map<String, RunnableOperation> operations, List<OperationSpec> external) {
    static Offer of(SortedMap<String, RunnableOperation> operations) {
      return new Offer(
          Map.copyOf(operations),
          operations.values().stream()
              .map(operation -> operation.registration().spec())
              .filter(spec -> spec.visibility() == Visibility.EXTERNAL)
              .filter(spec -> !spec.namespace().equals(RESERVED_NAMESPACE))
              .toList());
    }
  }

  /**
   * Offers these leaves instead of those of the namespace before.
   *
   * @throws IllegalArgumentException if a name is taken; nothing changes
   */
  void replace(LeafNamespace namespace, Map<String, RunnableOperation> operations) {
    synchronized (lock) {
      Map<LeafNamespace, Map<String, RunnableOperation>> next = new LinkedHashMap<>(leaves);
      next.put(namespace, operations);
      SortedMap<String, RunnableOperation> all = new TreeMap<>(fixed);
      for (Map<String, RunnableOperation> some : next.values()) {
        some.forEach(
            (name, operation) -> {
              if (all.putIfAbsent(name, operation) != null) {
                throw new IllegalArgumentException("operation already registered: " + name);
              }
            });
      }
      leaves.put(namespace, operations);
      offer = Offer.of(all);
    }
  }

  /** Returns an empty builder. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a registry that offers discovery and nothing else. */
  public static OperationRegistry empty() {
    return builder().withServiceDiscovery().build();
  }

  /** Finds a registration by its name without leading slash, whatever its visibility. */
  public Optional<HandlerRegistration> find(String name) {
    return Optional.ofNullable(offer.operations().get(name)).map(RunnableOperation::registration);
  }

  /** Finds what runs under a name, whatever its visibility. */
  public Optional<RunnableOperation> runnable(String name) {
    return Optional.ofNullable(offer.operations().get(name));
  }

  /**
   * Returns the external operations in the order of their names, whoever may call them; discovery
   * itself is left out.
   */
  public List<OperationSpec> externalOperations() {
    return offer.external();
  }

  /** Returns how many operations there are, discovery included. */
  public int size() {
    return offer.operations().size();
  }

  /**
   * Checks a call and runs its handler on this thread.
   *
   * @param name without leading slash
   * @return the outcome under the context's request id; never fails
   */
  public CompletionStage<ResponseEnvelope> invoke(
      String name, JsonNode input, OperationContext ctx) {
    RunnableOperation operation = offer.operations().get(name);
    if (operation == null) {
      return refused(ctx, CallError.notFound(name));
    }
    Optional<CallError> refusal = operation.refuseUnary(input, ctx);
    return refusal.isPresent() ? refused(ctx, refusal.get()) : operation.runUnary(input, ctx);
  }

  /**
   * Checks a subscription and starts its handler on this thread.
   *
   * @param name without leading slash
   * @return the elements under the context's request id; a refusal is a stream of one error. Never
   *     signals {@code onError} for what the handler does
   */
  public Flow.Publisher<ResponseEnvelope> invokeStreaming(
      String name, JsonNode input, OperationContext ctx) {
    RunnableOperation operation = offer.operations().get(name);
    Optional<CallError> refusal =
        operation == null
            ? Optional.of(CallError.notFound(name))
            : operation.refuseStreaming(input, ctx);
    if (operation == null || refusal.isPresent()) {
      return new SingleElement(ResponseEnvelope.err(ctx.requestId(), refusal.orElseThrow()));
    }
    return operation.runStreaming(input, ctx);
  }

  private static CompletionStage<ResponseEnvelope> refused(OperationContext ctx, CallError error) {
    return CompletableFuture.completedFuture(ResponseEnvelope.err(ctx.requestId(), error));
  }

  /**
   * Collects registrations. Every method fails at once with {@link IllegalArgumentException} if a
   * name is malformed or taken, a handler's kind does not fit, or an input schema does not compile.
   * Not thread-safe.
   */
  public static final class Builder {
    private final Map<String, RunnableOperation> operations = new TreeMap<>();
    private final List<ServiceDiscovery> discoveries = new ArrayList<>();
    private final List<LeafNamespace> leaves = new ArrayList<>();

    private Builder() {}

    /** Adds a query or mutation of this node that composes nothing and needs no credentials. */
    public Builder withLocal(OperationSpec spec, UnaryHandler handler) {
      return withLocal(spec, handler, Capabilities.empty());
    }

    /** Adds a query or mutation of this node that composes nothing. */
    public Builder withLocal(OperationSpec spec, UnaryHandler handler, Capabilities capabilities) {
      return with(leaf(spec, once(handler), OperationProvenance.LOCAL, capabilities));
    }

    /** Adds a query or mutation of this node that composes. */
    public Builder withLocal(
        OperationSpec spec,
        UnaryHandler handler,
        CompositionAuthority authority,
        ScopedPeerEnv scopedEnv,
        Capabilities capabilities) {
      return with(local(spec, once(handler), authority, scopedEnv, capabilities));
    }

    /** Adds a subscription of this node that composes nothing and needs no credentials. */
    public Builder withLocalStreaming(OperationSpec spec, StreamingHandler handler) {
      return withLocalStreaming(spec, handler, Capabilities.empty());
    }

    /** Adds a subscription of this node that composes nothing. */
    public Builder withLocalStreaming(
        OperationSpec spec, StreamingHandler handler, Capabilities capabilities) {
      return with(leaf(spec, stream(handler), OperationProvenance.LOCAL, capabilities));
    }

    /** Adds a subscription of this node that composes. */
    public Builder withLocalStreaming(
        OperationSpec spec,
        StreamingHandler handler,
        CompositionAuthority authority,
        ScopedPeerEnv scopedEnv,
        Capabilities capabilities) {
      return with(local(spec, stream(handler), authority, scopedEnv, capabilities));
    }

    /** Adds a query or mutation that forwards to an HTTP service. */
    public Builder withLeaf(OperationSpec spec, UnaryHandler handler, Capabilities capabilities) {
      return withLeafProvenance(spec, handler, OperationProvenance.FROM_OPENAPI, capabilities);
    }

    /** Adds a query or mutation that forwards to something else. */
    public Builder withLeafProvenance(
        OperationSpec spec,
        UnaryHandler handler,
        OperationProvenance provenance,
        Capabilities capabilities) {
      return with(leaf(spec, once(handler), provenance, capabilities));
    }

    /** Adds a subscription that forwards to an HTTP service. */
    public Builder withLeafStreaming(
        OperationSpec spec, StreamingHandler handler, Capabilities capabilities) {
      return withLeafStreamingProvenance(
          spec, handler, OperationProvenance.FROM_OPENAPI, capabilities);
    }

    /** Adds a subscription that forwards to something else. */
    public Builder withLeafStreamingProvenance(
        OperationSpec spec,
        StreamingHandler handler,
        OperationProvenance provenance,
        Capabilities capabilities) {
      return with(leaf(spec, stream(handler), provenance, capabilities));
    }

    /** Adds a complete registration. */
    public Builder with(HandlerRegistration registration) {
      String name = registration.spec().name();
      if (registration.spec().namespace().equals(RESERVED_NAMESPACE)) {
        throw new IllegalArgumentException(
            "the namespace " + RESERVED_NAMESPACE + " belongs to discovery: " + name);
      }
      return add(registration);
    }

    /**
     * Adds leaves that may be replaced later; a name that is taken makes {@link #build} fail.
     *
     * @param namespace belongs to this registry from then on
     */
    public Builder withLeaves(LeafNamespace namespace) {
      leaves.add(Objects.requireNonNull(namespace, "namespace"));
      return this;
    }

    /** Adds {@code services/list} and {@code services/schema}. */
    public Builder withServiceDiscovery() {
      ServiceDiscovery discovery = new ServiceDiscovery();
      discovery.registrations().forEach(this::add);
      discoveries.add(discovery);
      return this;
    }

    /** Adds {@code services/list-peers}, which tells callers what this node's peers offer. */
    public Builder withPeerDiscovery() {
      ServiceDiscovery discovery = new ServiceDiscovery();
      discovery.peerRegistrations().forEach(this::add);
      discoveries.add(discovery);
      return this;
    }

    /**
     * Returns the registry.
     *
     * @throws IllegalArgumentException if leaves have a name that is taken
     * @throws IllegalStateException if leaves are part of another registry
     */
    public OperationRegistry build() {
      OperationRegistry registry = new OperationRegistry(operations);
      leaves.forEach(namespace -> namespace.bind(registry));
      leaves.clear();
      discoveries.forEach(discovery -> discovery.bind(registry));
      discoveries.clear();
      return registry;
    }

    private Builder add(HandlerRegistration registration) {
      String name = registration.spec().name();
      checkName(name);
      if (operations.containsKey(name)) {
        throw new IllegalArgumentException("operation already registered: " + name);
      }
      InputValidator validator =
          JsonSchemaValidator.compile(name, registration.spec().inputSchema());
      operations.put(name, new RunnableOperation(registration, validator));
      return this;
    }

    static void checkName(String name) {
      if (!OperationSpec.isWellFormedName(name)) {
        throw new IllegalArgumentException(
            "an operation name is 1 to 8 segments of letters, digits, '.', '_' and '-' joined by"
                + " '/', at most 255 characters, not \""
                + name
                + "\"");
      }
    }

    private static OperationHandler once(UnaryHandler handler) {
      return new OperationHandler.Once(handler);
    }

    private static OperationHandler stream(StreamingHandler handler) {
      return new OperationHandler.Stream(handler);
    }

    private static HandlerRegistration leaf(
        OperationSpec spec,
        OperationHandler handler,
        OperationProvenance provenance,
        Capabilities capabilities) {
      return new HandlerRegistration(
          spec, handler, provenance, Optional.empty(), Optional.empty(), capabilities);
    }

    private static HandlerRegistration local(
        OperationSpec spec,
        OperationHandler handler,
        CompositionAuthority authority,
        ScopedPeerEnv scopedEnv,
        Capabilities capabilities) {
      return new HandlerRegistration(
          spec,
          handler,
          OperationProvenance.LOCAL,
          Optional.of(Objects.requireNonNull(authority, "authority")),
          Optional.of(Objects.requireNonNull(scopedEnv, "scopedEnv")),
          capabilities);
    }
  }
}
