package org.alknet.cli.assembly;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.config.Settings;

/**
 * The table {@code operations}: which services are imported, and who may call what of them.
 *
 * <p>Immutable.
 */
record OperationSections(
    List<NodeConfig.Mcp> mcp, List<NodeConfig.OpenApi> openApi, List<Exposure.Rule> access) {
  static OperationSections read(Settings root, Path base) {
    Optional<Settings> operations = root.section("operations", List.of("openapi", "mcp", "access"));
    return operations
        .map(section -> read(section, base, AccessSection.read(section)))
        .orElseGet(() -> new OperationSections(List.of(), List.of(), List.of()));
  }

  private static OperationSections read(Settings operations, Path base, AccessSection access) {
    List<NodeConfig.Mcp> mcp = McpSection.read(operations);
    List<NodeConfig.OpenApi> openApi = OpenApiSection.read(operations, base);
    List<String> namespaces = new ArrayList<>();
    mcp.forEach(server -> namespaces.add(server.namespace()));
    for (NodeConfig.OpenApi service : openApi) {
      if (mcp.stream().anyMatch(server -> server.namespace().equals(service.namespace()))) {
        operations.report(
            "openapi",
            "has the namespace " + service.namespace() + ", which is one of mcp as well");
      }
      namespaces.add(service.namespace());
    }
    OperationSections sections =
        new OperationSections(
            mcp.stream()
                .map(
                    server ->
                        server.exposing(
                            access.forService(server.namespace(), server.exposure(), namespaces)))
                .toList(),
            openApi.stream()
                .map(
                    service ->
                        service.exposing(
                            access.forService(service.namespace(), service.exposure(), namespaces)))
                .toList(),
            access.rules());
    access.refuseStrangers(namespaces);
    return sections;
  }
}
