package org.alknet.call.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
 * compose and hence carry privilege (spec/call.md sections 8.6, 10.1 and 11.4).
 *
 * <p>Immutable. Thread-safe.
 */
public final class OperationRegistry {
  /** The namespace that belongs to discovery. */
  public static final String RESERVED_NAMESPACE = "services";

  private final Map<String, RunnableOperation> operations;
  private final List<OperationSpec> external;

  private OperationRegistry(Map<String, RunnableOperation> operations) {
    this.operations = Map.copyOf(operations);
    this.external =
        operations.values().stream()
            .map(operation -> operation.registration().spec())
            .filter(spec -> spec.visibility() == Visibility.EXTERNAL)
            .filter(spec -> !spec.namespace().equals(RESERVED_NAMESPACE))
            .toList();
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
    return Optional.ofNullable(operations.get(name)).map(RunnableOperation::registration);
  }

  /** Finds what runs under a name, whatever its visibility. */
  public Optional<RunnableOperation> runnable(String name) {
    return Optional.ofNullable(operations.get(name));
  }

  /**
   * Returns the external operations in the order of their names, whoever may call them; discovery
   * itself is left out.
   */
  public List<OperationSpec> externalOperations() {
    return external;
  }

  /** Returns how many operations there are, discovery included. */
  public int size() {
    return operations.size();
  }

  /**
   * Checks a call and runs its handler on this thread.
   *
   * @param name without leading slash
   * @return the outcome under the context's request id; never fails
   */
  public CompletionStage<ResponseEnvelope> invoke(
      String name, JsonNode input, OperationContext ctx) {
    RunnableOperation operation = operations.get(name);
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
    RunnableOperation operation = operations.get(name);
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

    /** Returns the registry. */
    public OperationRegistry build() {
      OperationRegistry registry = new OperationRegistry(operations);
      discoveries.forEach(discovery -> discovery.bind(registry));
      discoveries.clear();
      return registry;
    }

    private Builder add(HandlerRegistration registration) {
      String name = registration.spec().name();
      if (!OperationSpec.isWellFormedName(name)) {
        throw new IllegalArgumentException(
            "an operation name is 1 to 8 segments of letters, digits, '.', '_' and '-' joined by"
                + " '/', at most 255 characters, not \""
                + name
                + "\"");
      }
      if (operations.containsKey(name)) {
        throw new IllegalArgumentException("operation already registered: " + name);
      }
      InputValidator validator =
          JsonSchemaValidator.compile(name, registration.spec().inputSchema());
      operations.put(name, new RunnableOperation(registration, validator));
      return this;
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
