package org.alknet.call.registry;

import java.util.Objects;
import java.util.Optional;
import org.alknet.call.operation.CallError;
import org.alknet.call.operation.CompositionAuthority;
import org.alknet.call.operation.ErrorDefinition;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.OperationType;
import org.alknet.call.operation.ScopedPeerEnv;
import org.alknet.core.credential.Capabilities;

/**
 * An operation together with its handler and everything the handler is granted. What cannot be
 * right is refused here, so that no way of registering can skip it.
 *
 * <p>Immutable. The capabilities belong to whoever created them.
 *
 * @param spec the description
 * @param handler the code; its kind fits the type of the spec
 * @param provenance where it comes from
 * @param compositionAuthority the rights it composes with; empty for leaves
 * @param scopedEnv what it can reach; empty for leaves
 * @param capabilities outbound credentials of the handler
 */
public record HandlerRegistration(
    OperationSpec spec,
    OperationHandler handler,
    OperationProvenance provenance,
    Optional<CompositionAuthority> compositionAuthority,
    Optional<ScopedPeerEnv> scopedEnv,
    Capabilities capabilities) {
  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException if the handler's kind does not fit the operation's type, a
   *     leaf was granted something, or a domain error has a protocol code
   */
  public HandlerRegistration {
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(handler, "handler");
    Objects.requireNonNull(provenance, "provenance");
    Objects.requireNonNull(compositionAuthority, "compositionAuthority");
    Objects.requireNonNull(scopedEnv, "scopedEnv");
    Objects.requireNonNull(capabilities, "capabilities");
    checkKind(spec, handler, provenance);
    if (!provenance.mayCompose() && (compositionAuthority.isPresent() || scopedEnv.isPresent())) {
      throw new IllegalArgumentException(
          spec.name() + ": " + provenance + " is a leaf and gets no authority and no reach");
    }
    for (ErrorDefinition definition : spec.errorSchemas()) {
      if (CallError.isProtocolCode(definition.code())) {
        throw new IllegalArgumentException(
            spec.name() + ": a domain error may not use the protocol code " + definition.code());
      }
    }
  }

  private static void checkKind(
      OperationSpec spec, OperationHandler handler, OperationProvenance provenance) {
    if (handler instanceof OperationHandler.SchemaOnly
        || provenance == OperationProvenance.FROM_JSON_SCHEMA) {
      if (!(handler instanceof OperationHandler.SchemaOnly)
          || provenance != OperationProvenance.FROM_JSON_SCHEMA) {
        throw new IllegalArgumentException(
            spec.name()
                + ": a SchemaOnly handler and provenance FROM_JSON_SCHEMA go together, not "
                + handler.kind()
                + " and "
                + provenance);
      }
      return;
    }
    String required = spec.opType() == OperationType.SUBSCRIPTION ? "Stream" : "Once";
    if (!handler.kind().equals(required)) {
      throw new IllegalArgumentException(
          spec.name()
              + ": a "
              + spec.opType().wireName()
              + " needs a handler of kind "
              + required
              + ", not "
              + handler.kind());
    }
  }

  /** Returns a registration that is granted nothing. */
  public static HandlerRegistration of(
      OperationSpec spec, OperationHandler handler, OperationProvenance provenance) {
    return new HandlerRegistration(
        spec, handler, provenance, Optional.empty(), Optional.empty(), Capabilities.empty());
  }
}
