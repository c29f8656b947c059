package org.alknet.cli.admin;

import java.util.List;
import java.util.Optional;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.call.registry.ServiceDiscovery;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.Exposure;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.core.identity.Identity;
import org.alknet.http.openapi.OpenApiDocument;
import org.alknet.http.openapi.OpenApiVersion;
import org.alknet.http.openapi.ToOpenApi;

/** What a node would offer, found out without starting it. */
public final class OfferedOperations {
  private final OperationRegistry registry;
  private final Optional<NodeConfig> config;
  private final String origin;

  private OfferedOperations(OperationRegistry registry, Optional<NodeConfig> config) {
    this.registry = registry;
    this.config = config;
    this.origin = config.map(c -> c.file().toString()).orElse("defaults of serve");
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
    return new OfferedOperations(builder.dryRegistry(), config);
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

  /** Returns which registration an operation comes from, and which setting makes it so. */
  public String origin(String name) {
    if (name.startsWith(OperationRegistry.RESERVED_NAMESPACE + "/")) {
      return name.equals(ServiceDiscovery.LIST_PEERS)
          ? "discovery, by call.list_peers in " + origin
          : "discovery, which every node has";
    }
    if (name.startsWith("demo/")) {
      return "demo operations, by demo.enabled in " + origin;
    }
    return config
        .flatMap(c -> imported(c, name))
        .map(from -> from + " in " + origin)
        .orElse(origin);
  }

  private static Optional<String> imported(NodeConfig config, String name) {
    Optional<String> mcp =
        config.mcp().stream()
            .filter(server -> server.exposure().names().contains(name))
            .map(server -> imported("operations.mcp", server.namespace(), server.exposure(), name))
            .findFirst();
    return mcp.or(
        () ->
            config.openApi().stream()
                .filter(service -> service.exposure().names().contains(name))
                .map(
                    service ->
                        imported(
                            "operations.openapi", service.namespace(), service.exposure(), name))
                .findFirst());
  }

  private static String imported(String table, String namespace, Exposure exposure, String name) {
    return "service "
        + namespace
        + ", by "
        + table
        + (exposure.rule(name).isPresent() ? " and operations.access" : "");
  }
}
