package org.alknet.call.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationEnv;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.call.registry.RunnableOperation;
import tools.jackson.databind.JsonNode;

/**
 * The operations of one session: layer 1. Only composition reaches them.
 *
 * <p>Immutable. Thread-safe.
 */
public final class SessionOperationEnv implements UngatedEnv {
  private final Map<String, RunnableOperation> operations;

  private SessionOperationEnv(Map<String, RunnableOperation> operations) {
    this.operations = operations;
  }

  /**
   * Returns a session with these operations.
   *
   * @throws IllegalArgumentException if one has another provenance than {@code SESSION}, is not
   *     internal, or two have the same name
   */
  public static SessionOperationEnv of(List<HandlerRegistration> registrations) {
    Map<String, RunnableOperation> operations = new TreeMap<>();
    for (HandlerRegistration registration : registrations) {
      OperationSpec spec = registration.spec();
      if (registration.provenance() != OperationProvenance.SESSION
          || spec.visibility() != Visibility.INTERNAL) {
        throw new IllegalArgumentException(
            "a session holds internal SESSION operations, not "
                + spec.name()
                + ", which is "
                + spec.visibility().wireName()
                + " and "
                + registration.provenance());
      }
      if (operations.put(spec.name(), RunnableOperation.imported(registration)) != null) {
        throw new IllegalArgumentException("operation already registered: " + spec.name());
      }
    }
    return new SessionOperationEnv(operations);
  }

  /** Returns the operations in the order of their names. */
  public List<OperationSpec> specs() {
    List<OperationSpec> specs = new ArrayList<>();
    operations.values().forEach(operation -> specs.add(operation.registration().spec()));
    return specs;
  }

  @Override
  public CompletionStage<ResponseEnvelope> invokeWithPolicy(
      String ns, String op, JsonNode input, OperationContext parent, AbortPolicy policy) {
    String name = ns + "/" + op;
    return parent.scopedEnv().allows(name)
        ? dispatchUngated(name, input, parent, policy)
        : calls(parent).run(name, Optional.empty(), input, parent, policy);
  }

  @Override
  public CompletionStage<ResponseEnvelope> dispatchUngated(
      String name, JsonNode input, OperationContext parent, AbortPolicy policy) {
    return calls(parent)
        .run(name, Optional.ofNullable(operations.get(name)), input, parent, policy);
  }

  /** A session is made without the dispatcher's help; the parent of every call has it. */
  private static ComposedCalls calls(OperationContext parent) {
    OperationEnv env = parent.env();
    if (env instanceof PeerCompositeEnv composite) {
      return composite.calls();
    }
    if (env instanceof LocalOperationEnv local) {
      return local.calls();
    }
    throw new IllegalArgumentException("a parent context comes from the dispatcher");
  }

  @Override
  public boolean contains(String name) {
    return operations.containsKey(name);
  }
}
