package org.alknet.cli.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.cli.assembly.Exposure;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.demo.DemoOperations;

/**
 * What a configuration says about the operations of a node by itself: no document is read, and
 * nobody is asked for one, so this neither fails nor takes any time.
 */
public final class ConfiguredOperations {
  private ConfiguredOperations() {}

  /**
   * Returns every scope some operation asks for.
   *
   * @param config empty for the defaults of serve
   */
  public static Set<String> scopes(Optional<NodeConfig> config) {
    Set<String> scopes = new TreeSet<>();
    for (HandlerRegistration demo : demos(config)) {
      add(scopes, demo.spec().accessControl());
    }
    config.ifPresent(
        c -> {
          c.mcp().forEach(server -> add(scopes, server.exposure()));
          c.openApi().forEach(service -> add(scopes, service.exposure()));
        });
    return scopes;
  }

  private static void add(Set<String> scopes, Exposure exposure) {
    scopes.addAll(exposure.requiredScopes());
    exposure.rules().forEach(rule -> scopes.addAll(rule.requiredScopes()));
  }

  private static void add(Set<String> scopes, AccessControl access) {
    scopes.addAll(access.requiredScopes());
    access.requiredScopesAny().ifPresent(scopes::addAll);
  }

  /** Returns who gets a credential: operations by name, and services by table and namespace. */
  static List<String> using(Optional<NodeConfig> config, String provider) {
    List<String> users = new ArrayList<>();
    for (HandlerRegistration demo : demos(config)) {
      if (DemoOperations.credentials(demo).contains(provider)) {
        users.add(demo.spec().name());
      }
    }
    Optional<String> wanted = Optional.of(provider);
    config.ifPresent(
        c -> {
          c.openApi().stream()
              .filter(service -> service.credential().equals(wanted))
              .forEach(service -> users.add("operations.openapi " + service.namespace()));
          c.mcp().stream()
              .filter(server -> server.credential().equals(wanted))
              .forEach(server -> users.add("operations.mcp " + server.namespace()));
        });
    return users;
  }

  private static List<HandlerRegistration> demos(Optional<NodeConfig> config) {
    if (!config.map(NodeConfig::demo).orElse(true)) {
      return List.of();
    }
    try (DemoOperations demos = new DemoOperations()) {
      return List.copyOf(demos.registrations());
    }
  }
}
