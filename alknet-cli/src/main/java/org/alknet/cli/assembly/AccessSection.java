package org.alknet.cli.assembly;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.config.NearMiss;
import org.alknet.cli.config.Settings;

/**
 * Reads the tables {@code [[operations.access]]}: one rule that exposes several imported operations
 * and says what their callers need, whichever services they are of.
 *
 * <p>Not thread-safe.
 */
final class AccessSection {
  private static final List<String> KEYS = List.of("expose", "required_scopes");
  private static final int MOST_RULES = 100;

  /** By the names of the operations; a rule is read before it is known whose they are. */
  private final Map<String, Settings> tables = new HashMap<>();

  private final List<Exposure.Rule> rules = new ArrayList<>();

  private AccessSection() {}

  static AccessSection read(Settings operations) {
    AccessSection section = new AccessSection();
    for (Settings table : operations.sections("access", KEYS)) {
      section.rules.add(section.rule(table));
    }
    if (section.rules.size() > MOST_RULES) {
      operations.report("access", "has at most " + MOST_RULES + " entries");
    }
    return section;
  }

  private Exposure.Rule rule(Settings table) {
    List<String> names = new ArrayList<>();
    List<String> exposed = table.textOrTexts("expose");
    for (String name : exposed) {
      if (!OperationSpec.isWellFormedName(name)) {
        table.report("expose", "has names of operations, such as NAMESPACE/NAME");
      } else if (tables.putIfAbsent(name, table) == null) {
        names.add(name);
      } else {
        table.report("expose", "has " + name + ", which a rule exposes already");
      }
    }
    List<String> scopes = table.textOrTexts("required_scopes");
    if (exposed.isEmpty()) {
      table.report("expose", "names the operations of the rule");
    }
    // What anybody may call is said where the service is named, on purpose.
    if (scopes.isEmpty() || scopes.contains("")) {
      table.report("required_scopes", "says what callers need; a rule without it guards nothing");
    }
    return new Exposure.Rule(names, scopes);
  }

  List<Exposure.Rule> rules() {
    return List.copyOf(rules);
  }

  /** Returns the rules as far as they are about one service, and reports what is exposed twice. */
  Exposure forService(String namespace, Exposure exposure, Collection<String> namespaces) {
    List<Exposure.Rule> some = new ArrayList<>();
    for (Exposure.Rule rule : rules) {
      List<String> names =
          rule.names().stream()
              .filter(name -> owner(name, namespaces).equals(Optional.of(namespace)))
              .toList();
      if (!names.isEmpty()) {
        some.add(new Exposure.Rule(names, rule.requiredScopes()));
      }
      for (String name : names) {
        Settings table = tables.get(name);
        if (table != null && exposure.own().contains(name)) {
          table.report("expose", "has " + name + ", which the table of its service exposes");
        }
      }
    }
    return exposure.withRules(some);
  }

  /** Reports names that belong to no service. */
  void refuseStrangers(Collection<String> namespaces) {
    Set<String> told = new HashSet<>();
    for (Exposure.Rule rule : rules) {
      for (String name : rule.names()) {
        Settings table = tables.get(name);
        String namespace = name.replaceFirst("/.*", "");
        if (table != null && owner(name, namespaces).isEmpty() && told.add(name)) {
          table.report(
              "expose",
              "has "
                  + name
                  + ", and no table [[operations.openapi]] or [[operations.mcp]] has the namespace "
                  + namespace
                  + NearMiss.hint(namespace, namespaces));
        }
      }
    }
  }

  /** A namespace may begin with another one: the longest that fits is meant. */
  private static Optional<String> owner(String name, Collection<String> namespaces) {
    return namespaces.stream()
        .filter(namespace -> name.startsWith(namespace + "/"))
        .max(Comparator.comparingInt(String::length));
  }
}
