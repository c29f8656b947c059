package org.alknet.call.adapter;

import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.OperationSpec;

/**
 * Which operations of a peer are imported, and under which names.
 *
 * <p>Immutable.
 *
 * @param namespacePrefix put before every name with a slash; empty text is the same as none
 * @param operationFilter the remote names to import; all if absent
 */
public record FromCallConfig(
    Optional<String> namespacePrefix, Optional<Set<String>> operationFilter) {
  private static final FromCallConfig ALL = new FromCallConfig(Optional.empty(), Optional.empty());

  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException if the prefix cannot begin a name
   */
  public FromCallConfig {
    namespacePrefix = namespacePrefix.filter(prefix -> !prefix.isEmpty());
    operationFilter = operationFilter.map(Set::copyOf);
    if (namespacePrefix.isPresent() && !OperationSpec.isWellFormedName(namespacePrefix.get())) {
      throw new IllegalArgumentException(
          "a prefix has the form of an operation name, not \"" + namespacePrefix.get() + "\"");
    }
  }

  /** Imports everything under its own name. */
  public static FromCallConfig all() {
    return ALL;
  }

  /** Returns the configuration with a prefix for every name. */
  public FromCallConfig withPrefix(String prefix) {
    return new FromCallConfig(Optional.of(prefix), operationFilter);
  }

  /** Returns the configuration for these remote names only. */
  public FromCallConfig only(String... remoteNames) {
    return new FromCallConfig(namespacePrefix, Optional.of(Set.of(remoteNames)));
  }

  /** Returns the name an operation gets here. */
  String localName(String remoteName) {
    return namespacePrefix.map(prefix -> prefix + "/" + remoteName).orElse(remoteName);
  }

  /** Whether the operation is wanted. */
  boolean wants(String remoteName) {
    return operationFilter.map(names -> names.contains(remoteName)).orElse(true);
  }
}
