package org.alknet.call.compose;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.alknet.call.operation.AbortPolicy;
import org.alknet.call.operation.OperationContext;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.ResponseEnvelope;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.RunnableOperation;
import tools.jackson.databind.JsonNode;

/**
 * The operations imported over one connection: layer 2. They change as a whole or one by one while
 * calls go on, and vanish with the connection.
 *
 * <p>Thread-safe.
 */
public final class OverlayOperationEnv implements UngatedEnv {
  private final ComposedCalls calls;
  private final Runnable onChange;
  private final Object writeLock = new Object();

  /** Replaced as a whole; written with the lock held. */
  private volatile Map<String, RunnableOperation> operations = Map.of();

  /** Starts empty. */
  public OverlayOperationEnv(ComposedCalls calls) {
    this(calls, () -> {});
  }

  /**
   * Starts empty.
   *
   * @param onChange called after every change, on the thread that makes it, without a lock held
   */
  public OverlayOperationEnv(ComposedCalls calls, Runnable onChange) {
    this.calls = Objects.requireNonNull(calls, "calls");
    this.onChange = Objects.requireNonNull(onChange, "onChange");
  }

  /**
   * Adds operations, replacing those of the same names.
   *
   * @throws IllegalArgumentException if one is not a leaf; nothing is added then
   */
  public void register(List<HandlerRegistration> registrations) {
    Map<String, RunnableOperation> added = runnables(registrations);
    synchronized (writeLock) {
      Map<String, RunnableOperation> next = new LinkedHashMap<>(operations);
      next.putAll(added);
      operations = Map.copyOf(next);
    }
    onChange.run();
  }

  /**
   * Replaces all operations at once.
   *
   * @throws IllegalArgumentException if one is not a leaf; nothing changes then
   */
  public void replace(List<HandlerRegistration> registrations) {
    Map<String, RunnableOperation> next = Map.copyOf(runnables(registrations));
    synchronized (writeLock) {
      operations = next;
    }
    onChange.run();
  }

  private static Map<String, RunnableOperation> runnables(List<HandlerRegistration> registrations) {
    Map<String, RunnableOperation> runnables = new LinkedHashMap<>();
    for (HandlerRegistration registration : registrations) {
      if (registration.provenance().mayCompose()) {
        throw new IllegalArgumentException(
            "only leaves are imported: "
                + registration.spec().name()
                + " is "
                + registration.provenance());
      }
      runnables.put(registration.spec().name(), RunnableOperation.imported(registration));
    }
    return runnables;
  }

  /** Returns the imported operations in the order of their names. */
  public List<OperationSpec> specs() {
    return new TreeMap<>(operations)
        .values().stream().map(operation -> operation.registration().spec()).toList();
  }

  @Override
  public CompletionStage<ResponseEnvelope> invokeWithPolicy(
      String ns, String op, JsonNode input, OperationContext parent, AbortPolicy policy) {
    String name = ns + "/" + op;
    if (!parent.scopedEnv().allows(name)) {
      return calls.run(name, Optional.empty(), input, parent, policy);
    }
    return dispatchUngated(name, input, parent, policy);
  }

  @Override
  public CompletionStage<ResponseEnvelope> dispatchUngated(
      String name, JsonNode input, OperationContext parent, AbortPolicy policy) {
    return calls.run(name, Optional.ofNullable(operations.get(name)), input, parent, policy);
  }

  @Override
  public boolean contains(String name) {
    return operations.containsKey(name);
  }

  @Override
  public List<OperationSpec> peerOperations(String peerId) {
    return specs();
  }
}
