package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.Exposure;
import org.alknet.cli.assembly.HttpState;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.RemoteState;
import org.alknet.cli.assembly.Version;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.Styles;
import org.alknet.core.connection.Alpn;

/** What a node says when it is up (spec/cli.md section 5). */
final class ServeBanner {
  private final Invocation invocation;
  private final Node node;
  private final Optional<NodeConfig> config;
  private final Styles styles;

  ServeBanner(Invocation invocation, Node node, Optional<NodeConfig> config) {
    this.invocation = invocation;
    this.node = node;
    this.config = config;
    this.styles = invocation.styles();
  }

  void print() {
    DataDirectory directory = node.directory();
    Node.Summary summary = node.summary();
    invocation.note(
        styles.strong("alknet " + Version.current())
            + "   node "
            + styles.fingerprint(node.fingerprint())
            + (summary.newKey()
                ? "   (new key: " + invocation.show(keyFile(directory)) + ")"
                : ""));
    line(
        "listening",
        String.join(", ", node.listening())
            + "/udp   "
            + node.alpns().stream().map(Alpn::toString).collect(Collectors.joining(" ")));
    if (summary.portMoved()) {
      line("", NodeBuilder.DEFAULT_LISTEN + " is taken, so this is a free port instead");
    }
    node.http().ifPresent(this::http);
    line(
        "store",
        node.storeFile().map(invocation::show).orElse("peers in the configuration,")
            + "  "
            + count(node.peers(), "peer")
            + ", "
            + count(node.credentials(), "credential")
            + node.watch().map(mode -> ", watching (" + mode + ")").orElse(""));
    node.configuration().ifPresent(file -> line("configuration", invocation.show(file)));
    line(
        "operations",
        summary.demoOperations() == 0
            ? "no demo operations   (turn on: --demo)"
            : summary.demoOperations() + " demo operations   (turn off: --no-demo)");
    config.ifPresent(this::imported);
    for (RemoteState remote : node.remotes()) {
      line("dialling", Escape.text(remote.remote()));
    }
    line("address", node.address());
    invocation.note("");
    hints(directory, summary.demoOperations() > 0);
  }

  private Path keyFile(DataDirectory directory) {
    return config
        .flatMap(NodeConfig::nodeKey)
        .flatMap(NodeConfig.NodeKey::file)
        .orElse(directory.nodeKey());
  }

  private void imported(NodeConfig config) {
    List<Exposure> services = new ArrayList<>();
    config.openApi().forEach(service -> services.add(service.exposure()));
    config.mcp().forEach(server -> services.add(server.exposure()));
    if (!services.isEmpty()) {
      int open = services.stream().mapToInt(exposure -> exposure.names().size()).sum();
      line("", count(open, "operation") + " exposed of " + count(services.size(), "service"));
    }
  }

  private void http(HttpState http) {
    line(
        "http",
        http.url()
            + "   certificate "
            + invocation.show(http.certificateFile())
            + (http.selfSigned() ? " (made by this node)" : ""));
    if (node.summary().httpMoved()) {
      line("", "its port is taken on TCP, so this is a free one instead");
    }
  }

  private void hints(DataDirectory directory, boolean demo) {
    String alknet = "alknet " + location(directory);
    line("try it", alknet + "ls");
    if (demo) {
      line("", alknet + "call demo/echo '{\"text\":\"hello\"}'");
      line("", alknet + "subscribe demo/ticker -n 3");
    }
    node.http()
        .ifPresent(
            http ->
                line(
                    "",
                    "curl "
                        + (http.selfSigned()
                            ? "--cacert " + invocation.show(http.certificateFile()) + " "
                            : "")
                        + http.url()
                        + "/search"));
    if (node.isLoopbackOnly()) {
      line(
          "let others in",
          alknet
              + "serve --listen 0.0.0.0:4433   then   "
              + alknet
              + "peer add NAME --fingerprint FP");
    }
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** Hints are to be pasted, so they name the data directory unless a command finds it anyway. */
  private String location(DataDirectory directory) {
    boolean found =
        directory.root().equals(invocation.context().home().resolve(".alknet").toAbsolutePath())
            || invocation.context().variable("ALKNET_DATA_DIR").isPresent();
    return found ? "" : "-d " + invocation.show(directory.root()) + " ";
  }

  private void line(String name, String value) {
    invocation.note("  " + styles.faint(name + " ".repeat(15 - name.length())) + value);
  }
}
