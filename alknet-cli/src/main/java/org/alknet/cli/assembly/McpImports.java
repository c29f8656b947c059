package org.alknet.cli.assembly;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.alknet.call.operation.AccessControl;
import org.alknet.call.operation.OperationHandler;
import org.alknet.call.operation.OperationSpec;
import org.alknet.call.operation.Visibility;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.LeafNamespace;
import org.alknet.call.registry.OperationProvenance;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.credential.Capabilities;
import org.alknet.core.observe.LogLine;
import org.alknet.http.mcp.FromMcp;
import org.alknet.http.mcp.McpImport;
import org.alknet.http.mcp.McpServerConfig;
import org.alknet.http.mcp.ToolChanges;

/**
 * Asks the MCP servers of the configuration for their tools, all at the same time, before the node
 * offers anything. What a node offers does not depend on who happened to answer: a server that does
 * not keeps the node from starting. From then on the servers' tools are followed: those that are
 * exposed come, go and change with them, and keep the visibility and the rights of the table.
 */
final class McpImports {
  private static final Logger LOG = System.getLogger(McpImports.class.getName());

  private McpImports() {}

  /**
   * Imports.
   *
   * @param parts gets what has to be closed at the end
   * @return what each server offers, kept up to date
   * @throws NodeException if a server cannot be asked
   */
  static List<LeafNamespace> run(
      NodeSettings settings,
      StaticConfig config,
      CapabilityInjector capabilities,
      Deque<AutoCloseable> parts)
      throws NodeException {
    List<NodeConfig.Mcp> servers = settings.mcp();
    if (servers.isEmpty()) {
      return List.of();
    }
    Outbound outbound = Outbound.open(config);
    parts.push(outbound);
    Map<Server, CompletableFuture<McpImport>> asked = new LinkedHashMap<>();
    for (NodeConfig.Mcp table : servers) {
      Capabilities credentials =
          table.credential().isEmpty()
              ? Capabilities.empty()
              : capabilities.give(
                  "operations.mcp " + table.namespace(),
                  table.credential().get(),
                  table.namespace());
      Server server = new Server(table, outbound, credentials);
      parts.push(server.adapter);
      asked.put(server, server.adapter.importTools().toCompletableFuture());
    }
    List<LeafNamespace> all = new ArrayList<>();
    for (Map.Entry<Server, CompletableFuture<McpImport>> one : asked.entrySet()) {
      Server server = one.getKey();
      McpImport found = answer(server.table, one.getValue());
      warn(server.table, found, settings::warn);
      server.offer(found);
      server.adapter.follow();
      all.add(server.leaves);
    }
    return all;
  }

  /** One table, with what became of it. */
  private static final class Server {
    private final NodeConfig.Mcp table;
    private final LeafNamespace leaves;
    private final FromMcp adapter;

    Server(NodeConfig.Mcp table, Outbound outbound, Capabilities credentials) {
      this.table = table;
      this.leaves = new LeafNamespace(table.namespace());
      this.adapter =
          new FromMcp(
              McpServerConfig.of(table.url(), table.namespace()),
              outbound.client(),
              credentials,
              this::changed);
    }

    void offer(McpImport found) {
      leaves.replace(found.registrations().stream().map(one -> exposed(table, one)).toList());
    }

    private void changed(ToolChanges changes) {
      try {
        offer(adapter.current());
        LOG.log(
            Level.INFO,
            LogLine.event("mcp_tools_renewed")
                .field("namespace", table.namespace())
                .field("changes", changes.toString())
                .toString());
      } catch (IllegalArgumentException unfit) {
        LOG.log(
            Level.WARNING,
            LogLine.event("mcp_tools_kept")
                    .field("namespace", table.namespace())
                    .field("cause", String.valueOf(unfit.getMessage()))
                + ": the node goes on offering what it had");
      }
    }
  }

  /**
   * Returns what the configuration exposes, without asking anybody: what a tool takes only its
   * server knows, but who may call it is known here. It cannot be called.
   */
  static List<Offered> unasked(List<NodeConfig.Mcp> servers) {
    List<Offered> tools = new ArrayList<>();
    for (NodeConfig.Mcp server : servers) {
      for (String name : server.exposure().names()) {
        OperationSpec.Builder spec = OperationSpec.mutation(name);
        server.exposure().access(name).ifPresent(spec::accessControl);
        tools.add(
            new Offered(
                HandlerRegistration.of(
                    spec.build(),
                    new OperationHandler.Once(
                        (input, ctx) -> {
                          throw new IllegalStateException("nobody was asked for " + name);
                        }),
                    OperationProvenance.FROM_MCP),
                List.of()));
      }
    }
    return tools;
  }

  private static McpImport answer(NodeConfig.Mcp server, CompletableFuture<McpImport> asked)
      throws NodeException {
    // The adapter has a time limit of its own; this is for the bug that there may be.
    long limit = McpServerConfig.of(server.url(), server.namespace()).timeLimit().toMillis() * 2;
    try {
      return asked.get(limit, TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failure(server, Objects.requireNonNullElse(failed.getCause(), failed));
    } catch (TimeoutException | InterruptedException unfinished) {
      if (unfinished instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw failure(server, unfinished);
    }
  }

  private static NodeException failure(NodeConfig.Mcp server, Throwable cause) {
    return new NodeException(
        NodeException.Kind.CANNOT_START,
        "the tools of "
            + server.namespace()
            + " at "
            + server.url()
            + " cannot be imported: "
            + cause.getMessage(),
        cause,
        List.of("See what it says:  alknet import mcp " + server.url()));
  }

  private static void warn(NodeConfig.Mcp server, McpImport found, Consumer<String> warnings) {
    Set<String> missing = new TreeSet<>(server.exposure().names());
    found.registrations().forEach(one -> missing.remove(one.spec().name()));
    if (!missing.isEmpty()) {
      warnings.accept(
          "operations.mcp "
              + server.namespace()
              + " has no tool for what is exposed: "
              + String.join(", ", missing));
    }
    if (!found.skipped().isEmpty()) {
      warnings.accept(
          server.namespace()
              + ": "
              + (found.skipped().size() == 1
                  ? "1 tool is left out"
                  : found.skipped().size() + " tools are left out")
              + " (alknet import mcp says why)");
    }
  }

  /** Returns a tool with the visibility and the rights the table gives it. */
  private static HandlerRegistration exposed(NodeConfig.Mcp server, HandlerRegistration one) {
    OperationSpec spec = one.spec();
    if (!server.exposure().names().contains(spec.name())) {
      return one;
    }
    return new HandlerRegistration(
        new OperationSpec(
            spec.name(),
            spec.opType(),
            Visibility.EXTERNAL,
            spec.inputSchema(),
            spec.outputSchema(),
            spec.errorSchemas(),
            server.exposure().access(spec.name()).orElse(AccessControl.unrestricted())),
        one.handler(),
        one.provenance(),
        one.compositionAuthority(),
        one.scopedEnv(),
        one.capabilities());
  }
}
