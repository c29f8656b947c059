package org.alknet.cli.assembly;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.AccessControl;

/**
 * Which imported operations of a service callers may call, and what they need for it.
 *
 * <p>Immutable.
 *
 * @param own names the table of the service exposes
 * @param requiredScopes scopes the table of the service asks for, for all of its operations
 * @param rules what tables {@code [[operations.access]]} say about operations of this service
 */
public record Exposure(List<String> own, List<String> requiredScopes, List<Rule> rules) {
  private static final Exposure NOTHING = new Exposure(List.of(), List.of(), List.of());

  /**
   * One access rule for several operations, of whichever services.
   *
   * <p>Immutable.
   *
   * @param names of the operations
   * @param requiredScopes scopes of which a caller needs all
   */
  public record Rule(List<String> names, List<String> requiredScopes) {
    /** Copies. */
    public Rule {
      names = List.copyOf(names);
      requiredScopes = List.copyOf(requiredScopes);
    }
  }

  /** Copies. */
  public Exposure {
    own = List.copyOf(own);
    requiredScopes = List.copyOf(requiredScopes);
    rules = List.copyOf(rules);
  }

  /** Exposes nothing. */
  public static Exposure nothing() {
    return NOTHING;
  }

  /** Returns the names of all operations that are exposed. */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>(own);
    rules.forEach(rule -> names.addAll(rule.names()));
    return names;
  }

  /** Returns the rule an operation is under, if it is under one. */
  public Optional<Rule> rule(String name) {
    return rules.stream().filter(rule -> rule.names().contains(name)).findFirst();
  }

  /** Returns what callers of an operation need: the scopes of its table and of its rule. */
  public Optional<AccessControl> access(String name) {
    List<String> scopes = new ArrayList<>(requiredScopes);
    rule(name).ifPresent(rule -> scopes.addAll(rule.requiredScopes()));
    return scopes.isEmpty()
        ? Optional.empty()
        : Optional.of(AccessControl.scopes(scopes.stream().distinct().toArray(String[]::new)));
  }

  Exposure withRules(List<Rule> some) {
    return new Exposure(own, requiredScopes, some);
  }
}
