package org.alknet.cli.admin;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.demo.DemoOperations;
import org.alknet.core.identity.Identity;
import org.alknet.http.openapi.OpenApiDocument;
import org.alknet.http.openapi.OpenApiVersion;
import org.alknet.http.openapi.ToOpenApi;

/** What a node would offer, found out without starting it. */
public final class OfferedOperations {
  private final OperationRegistry registry;
  private final String origin;

  private OfferedOperations(OperationRegistry registry, String origin) {
    this.registry = registry;
    this.origin = origin;
  }

  /**
   * Assembles the node of a data directory as far as its operations.
   *
   * @throws NodeException if the configuration is wrong
   */
  public static OfferedOperations of(DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    NodeBuilder builder = NodeBuilder.create().dataDirectory(directory.root());
    if (config.isPresent()) {
      builder.configuration(config.get().file());
    } else {
      // What serve does without a configuration.
      builder.demoOperations(true);
    }
    return new OfferedOperations(
        builder.dryRegistry(), config.map(c -> c.file().toString()).orElse("defaults of serve"));
  }

  /** Returns the operations that callers on the wire may hope for, by name. */
  public List<OperationSpec> all() {
    return registry.externalOperations();
  }

  /** Returns the document of the HTTP face as a caller would see it. */
  public OpenApiDocument document(Optional<Identity> caller, OpenApiVersion version) {
    return ToOpenApi.of(registry, caller, version);
  }

  /**
   * Finds an operation.
   *
   * @throws CliException if there is none of this name
   */
  public OperationSpec find(String name) throws CliException {
    return registry
        .find(name)
        .map(HandlerRegistration::spec)
        .orElseThrow(
            () ->
                CliException.of(
                    ExitCodes.MISSING,
                    "the node has no operation " + name,
                    "alknet acl matrix  shows those it has."));
  }

  /** Returns the names of the operations that ask for a credential. */
  List<String> using(String provider) {
    return registry.externalOperations().stream()
        .map(OperationSpec::name)
        .filter(
            name ->
                registry
                    .find(name)
                    .map(DemoOperations::credentials)
                    .orElse(List.of())
                    .contains(provider))
        .toList();
  }

  /** Returns every scope some operation asks for. */
  public List<String> scopes() {
    return registry.externalOperations().stream()
        .map(OperationSpec::accessControl)
        .flatMap(
            control ->
                Stream.concat(
                    control.requiredScopes().stream(),
                    control.requiredScopesAny().orElse(List.of()).stream()))
        .distinct()
        .sorted()
        .toList();
  }

  /** Returns which registration an operation comes from, and which setting makes it so. */
  public String origin(String name) {
    if (name.startsWith(OperationRegistry.RESERVED_NAMESPACE + "/")) {
      return name.equals(ServiceDiscovery.LIST_PEERS)
          ? "discovery, by call.list_peers in " + origin
          : "discovery, which every node has";
    }
    return name.startsWith("demo/") ? "demo operations, by demo.enabled in " + origin : origin;
  }
}
