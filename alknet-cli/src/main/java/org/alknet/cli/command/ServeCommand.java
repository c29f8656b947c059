package org.alknet.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.Node;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.ReloadReport;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Interrupts;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet serve}: runs a node in the foreground (spec/cli.md sections 5 and 9.1). */
@Command(
    name = "serve",
    header = {
      "Run a node until it is told to stop.",
      "",
      "  alknet serve",
      "  alknet serve --listen 0.0.0.0:4433 --no-demo",
      "  alknet serve --config node.toml",
      "  alknet serve --http",
      "  alknet serve --connect ed25519:77aa…01fe@hub.example.org:4433",
      ""
    })
public final class ServeCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "UDP address, repeatable; port 0 takes a free one (default 127.0.0.1:4433)")
  private List<String> listen = List.of();

  @Option(
      names = "--http",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "HOST:PORT",
      description =
          "serve HTTPS as well, on this TCP address (default: that of --listen), with the"
              + " certificate of the configuration or one the node makes")
  private @Nullable String http;

  @Option(
      names = "--demo",
      negatable = true,
      fallbackValue = "true",
      description = "offer the demo operations, or not (default: only without a configuration)")
  private @Nullable Boolean demo;

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      description = "how long calls may finish at the end (default 2s)")
  private @Nullable Duration drainTimeout;

  @Option(
      names = "--print-address",
      description = "print FINGERPRINT@HOST:PORT on standard output once it is bound")
  private boolean printAddress;

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "write the address to this file once the node is up; removed when it stops")
  private @Nullable String readyFile;

  @Option(
      names = "--require-credentials",
      description = "do not start without a credential that an operation names")
  private boolean requireCredentials;

  @Option(
      names = "--strict-store",
      description = "do not start on a store that is damaged or has a foreign schema")
  private boolean strictStore;

  @Option(
      names = "--connect",
      paramLabel = "REMOTE",
      description =
          "dial this address or saved remote and offer it our operations, repeatable; what it"
              + " offers is imported only by a [[connect]] of the configuration")
  private List<String> connect = List.of();

  @Option(
      names = "--keystore",
      paramLabel = "FILE",
      description = "keystore of the vault (default: the one of the configuration)")
  private @Nullable String keystore;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "file with the password of the keystore, mode 0600 (default: asked for)")
  private @Nullable String passwordFile;

  @Option(
      names = "--watch-config",
      description = "read the configuration again by itself when the file changes")
  private boolean watchConfig;

  /** Creates the command. */
  public ServeCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    NodeBuilder builder = NodeBuilder.create().dataDirectory(invocation.dataDirectory().root());
    Optional<Path> file = invocation.configuration();
    if (file.isPresent()) {
      builder.configuration(file.get());
    }
    Optional<NodeConfig> config = builder.configuration();
    invocation.prepareNode(config.map(NodeConfig::logging));
    Interrupts interrupts = Interrupts.install(invocation.context().platform());
    apply(builder, config.isEmpty());
    if (!invocation.logsJson(config.map(NodeConfig::logging))) {
      // As every other command tells them, at whatever level the log is.
      builder.warnings(invocation::warn);
    }
    try (Node node = builder.start();
        ReadyFile ready = new ReadyFile(readyFile(), invocation)) {
      invocation
          .context()
          .platform()
          .atExit(
              () -> {
                node.withdraw();
                ready.remove();
              });
      invocation.context().platform().onSignal("HUP", () -> reload(node));
      if (printAddress) {
        invocation.result(node.address());
        invocation.context().out().flush();
      }
      new ServeBanner(invocation, node, config).print();
      ready.write(node.address());
      interrupts.first().toCompletableFuture().join();
      invocation.note("stopping: calls have time to finish; once more ends it at once");
    }
    invocation.note("stopped");
    return ExitCodes.OK;
  }

  private void apply(NodeBuilder builder, boolean unconfigured) {
    builder
        .listen(listen.toArray(String[]::new))
        .requireCredentials(requireCredentials)
        .strictStore(strictStore)
        .watchConfiguration(watchConfig)
        .logLevel(invocation::reloadedLevel)
        .vaultPassword(this::askPassword);
    if (http != null) {
      builder.http(http.isEmpty() ? new String[0] : new String[] {http});
    }
    connect.forEach(remote -> builder.connect(remote, false));
    if (keystore != null) {
      builder.keystore(invocation.context().resolve(keystore));
    }
    if (passwordFile != null) {
      builder.passwordFile(invocation.context().resolve(passwordFile));
    }
    if (demo != null || unconfigured) {
      builder.demoOperations(demo == null || demo);
    }
    if (drainTimeout != null) {
      builder.drainTimeout(drainTimeout);
    }
  }

  private Optional<char[]> askPassword() {
    return invocation.context().terminal() && !invocation.options().noInput()
        ? invocation.context().platform().askSecret("password of the keystore: ")
        : Optional.empty();
  }

  private void reload(Node node) {
    ReloadReport report = node.reload();
    if (report.accepted()) {
      invocation.note(Escape.text(report.summary()));
    } else {
      invocation.warn(report.summary());
    }
  }

  private @Nullable Path readyFile() {
    return readyFile == null ? null : invocation.context().resolve(readyFile);
  }

  /** Tells whoever waits for it that the node is up. */
  private record ReadyFile(@Nullable Path path, Invocation invocation) implements AutoCloseable {
    void write(String address) throws CliException {
      if (path == null) {
        return;
      }
      try {
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.write(next, (address + "\n").getBytes(StandardCharsets.UTF_8));
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException failed) {
        throw CliException.of(
                ExitCodes.UNEXPECTED,
                "cannot write the ready file " + path + ": " + failed.getMessage())
            .withCause(failed);
      }
    }

    @Override
    public void close() {
      remove();
    }

    void remove() {
      try {
        if (path != null) {
          Files.deleteIfExists(path);
        }
      } catch (IOException failed) {
        invocation.warn("cannot remove " + path + ": " + failed.getMessage());
      }
    }
  }
}
