package org.alknet.call.registry;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.alknet.call.operation.OperationSpec;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one namespace that came from a service elsewhere, and may be others tomorrow.
 * Only who made this object can replace them; a registry has no door for it. They compose nothing
 * and are granted no authority, so a service that changes its mind gains nothing by it.
 *
 * <p>Thread-safe.
 */
public final class LeafNamespace {
  private final String namespace;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private Map<String, RunnableOperation> operations = Map.of();

  @GuardedBy("lock")
  private @Nullable OperationRegistry registry;

  /**
   * Makes an empty namespace.
   *
   * @param namespace first part of the names of its operations
   * @throws IllegalArgumentException if it is no part of a name, or belongs to discovery
   */
  public LeafNamespace(String namespace) {
    if (namespace.contains("/")
        || !OperationSpec.isWellFormedName(namespace)
        || namespace.equals(OperationRegistry.RESERVED_NAMESPACE)) {
      throw new IllegalArgumentException(
          "a namespace is the first part of an operation's name, and not services");
    }
    this.namespace = namespace;
  }

  /** Returns the first part of the names. */
  public String namespace() {
    return namespace;
  }

  /**
   * Offers these operations from now on, and no others of this namespace. Calls that run go on.
   *
   * @throws IllegalArgumentException if one is no leaf, is of another namespace, is there twice or
   *     elsewhere, or its input schema does not compile; everything stays as it was
   */
  public void replace(List<HandlerRegistration> registrations) {
    synchronized (lock) {
      Map<String, RunnableOperation> next = new HashMap<>();
      for (HandlerRegistration one : registrations) {
        String name = one.spec().name();
        OperationRegistry.Builder.checkName(name);
        if (one.provenance().mayCompose() || !one.spec().namespace().equals(namespace)) {
          throw new IllegalArgumentException(
              name + " is no leaf of the namespace " + namespace + " (" + one.provenance() + ")");
        }
        if (next.putIfAbsent(name, RunnableOperation.renewed(one, operations.get(name))) != null) {
          throw new IllegalArgumentException("operation already registered: " + name);
        }
      }
      if (registry != null) {
        registry.replace(this, next);
      }
      operations = Map.copyOf(next);
    }
  }

  /** Belongs to a registry from now on. */
  void bind(OperationRegistry owner) {
    synchronized (lock) {
      if (registry != null) {
        throw new IllegalStateException("the namespace " + namespace + " is in another registry");
      }
      Objects.requireNonNull(owner, "owner").replace(this, operations);
      registry = owner;
    }
  }
}
