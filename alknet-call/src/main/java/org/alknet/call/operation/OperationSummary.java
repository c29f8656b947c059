package org.alknet.call.operation;

import java.util.Objects;

/**
 * One line of a list of operations.
 *
 * <p>Immutable.
 *
 * @param name without a leading slash
 * @param namespace as the remote named it
 * @param opType the kind of answer
 */
public record OperationSummary(String name, String namespace, OperationType opType) {
  /** Refuses null components. */
  public OperationSummary {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(namespace, "namespace");
    Objects.requireNonNull(opType, "opType");
  }

  /** Returns the line for an operation. */
  public static OperationSummary of(OperationSpec spec) {
    return new OperationSummary(spec.name(), spec.namespace(), spec.opType());
  }
}
