package org.alknet.cli.assembly;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.alknet.call.operation.OperationSpec;
import org.alknet.cli.config.Settings;
import org.alknet.http.mcp.McpServerConfig;

/** Reads the tables {@code [[operations.mcp]]} (spec/cli.md section 6.2). */
final class McpSection {
  private static final List<String> KEYS =
      List.of("namespace", "url", "credential", "expose", "required_scopes");

  /** Each is asked at the start, before anything is served. */
  private static final int MOST_SERVERS = 32;

  private McpSection() {}

  static List<NodeConfig.Mcp> read(Settings operations) {
    List<NodeConfig.Mcp> servers = new ArrayList<>();
    Set<String> namespaces = new HashSet<>();
    for (Settings item : operations.sections("mcp", KEYS)) {
      Optional<NodeConfig.Mcp> server = server(item);
      if (server.isPresent() && !namespaces.add(server.get().namespace())) {
        item.report("namespace", "is there twice");
      }
      server.ifPresent(servers::add);
    }
    if (servers.size() > MOST_SERVERS) {
      operations.report("mcp", "has at most " + MOST_SERVERS + " entries");
    }
    return servers;
  }

  private static Optional<NodeConfig.Mcp> server(Settings item) {
    String namespace = item.required("namespace");
    String url = item.required("url");
    Optional<String> credential = item.text("credential");
    if (credential.filter(String::isEmpty).isPresent()) {
      item.report("credential", "is the name of a stored credential");
    }
    List<String> expose = item.textOrTexts("expose");
    for (String name : expose) {
      if (!name.startsWith(namespace + "/") || !OperationSpec.isWellFormedName(name)) {
        item.report("expose", "has names of operations, such as " + namespace + "/NAME");
      }
    }
    List<String> scopes = item.textOrTexts("required_scopes");
    if (!scopes.isEmpty() && expose.isEmpty()) {
      item.report("required_scopes", "guards what this table exposes, and it exposes nothing");
    }
    if (namespace.isEmpty() || url.isEmpty()) {
      return Optional.empty();
    }
    try {
      McpServerConfig checked = McpServerConfig.of(new URI(url), namespace);
      return Optional.of(
          new NodeConfig.Mcp(
              checked.namespace(),
              checked.endpoint(),
              credential,
              new Exposure(expose, scopes, List.of())));
    } catch (URISyntaxException malformed) {
      item.report("url", "is an http or https address");
    } catch (IllegalArgumentException unfit) {
      item.report(
          String.valueOf(unfit.getMessage()).contains("namespace") ? "namespace" : "url",
          "does not fit: " + unfit.getMessage());
    }
    return Optional.empty();
  }
}
