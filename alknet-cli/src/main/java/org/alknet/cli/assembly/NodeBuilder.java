package org.alknet.cli.assembly;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.demo.DemoOperations;
import org.jspecify.annotations.Nullable;

/**
 * Puts a whole node together from a data directory (spec/cli.md sections 7 and 17). Writes nothing
 * to the standard streams, reads no environment variables, installs no signal handlers and never
 * ends the process.
 *
 * <pre>{@code
 * try (Node node = NodeBuilder.create().dataDirectory(dir).listen("127.0.0.1:0").start()) {
 *   node.address();
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class NodeBuilder {
  /** Where a node listens if nobody says otherwise: reachable from this machine only. */
  public static final String DEFAULT_LISTEN = "127.0.0.1:4433";

  /** Id and scope of the peer that stands for the user of the data directory. */
  public static final String OPERATOR = "operator";

  private @Nullable DataDirectory directory;
  private Optional<ConfigSource> source = Optional.empty();
  private Optional<NodeConfig> config = Optional.empty();
  private List<String> listen = List.of();
  private @Nullable List<String> http;
  private @Nullable Boolean demo;
  private @Nullable Duration drainTimeout;
  private @Nullable Path keystore;
  private @Nullable Path passwordFile;
  private VaultPassword vaultPassword = VaultPassword.NONE;
  private boolean sqliteStore;
  private boolean requireCredentials;
  private boolean strictStore;
  private boolean watched;
  private @Nullable Consumer<String> logLevel;
  private @Nullable Consumer<String> warnings;
  private final List<NodeConfig.Connect> connect = new ArrayList<>();
  private final List<Offered> operations = new ArrayList<>();

  private NodeBuilder() {}

  /** Returns a builder with the defaults. */
  public static NodeBuilder create() {
    return new NodeBuilder();
  }

  /**
   * Returns a builder with everything a configuration file says; its directory is the data
   * directory.
   *
   * @throws NodeException as {@link #configuration(Path)}
   */
  public static NodeBuilder fromConfig(Path file) throws NodeException {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return create()
        .dataDirectory(Objects.requireNonNull(parent, "a file has a directory"))
        .configuration(file);
  }

  /** Sets where keys, peers and run state are; needed. */
  public NodeBuilder dataDirectory(Path path) {
    this.directory = new DataDirectory(path);
    return this;
  }

  /**
   * Reads a configuration file, after the data directory is set. What the builder's other methods
   * set counts before what the file says. Without a call, a configuration file in the data
   * directory applies.
   *
   * @throws NodeException if the file cannot be read or anything in it is wrong; lists all problems
   * @throws IllegalStateException without a data directory
   */
  public NodeBuilder configuration(Path file) throws NodeException {
    if (directory == null) {
      throw new IllegalStateException("the data directory comes before the configuration");
    }
    ConfigSource read = ConfigSource.read(file, directory);
    this.config = Optional.of(read.load());
    this.source = Optional.of(read);
    return this;
  }

  /** Returns what the configuration file says, if there is one. */
  public Optional<NodeConfig> configuration() {
    return config;
  }

  /**
   * Sets the addresses to listen on, as {@code HOST:PORT}. Without any, here and in the
   * configuration, the node takes {@link #DEFAULT_LISTEN}, and a free port if that one is busy.
   */
  public NodeBuilder listen(String... addresses) {
    this.listen = List.of(addresses);
    return this;
  }

  /**
   * Serves HTTP as well, at these addresses, as {@code HOST:PORT}. Without any, here and in the
   * configuration, over TCP at the addresses the node has over UDP. Without a call, if the
   * configuration has a table {@code [http]}.
   */
  public NodeBuilder http(String... addresses) {
    this.http = List.of(addresses);
    return this;
  }

  /** Offers the demo operations, or not, which is the default. */
  public NodeBuilder demoOperations(boolean offered) {
    this.demo = offered;
    return this;
  }

  /** Sets how long calls may finish when the node stops. */
  public NodeBuilder drainTimeout(Duration timeout) {
    this.drainTimeout = Objects.requireNonNull(timeout, "timeout");
    return this;
  }

  /**
   * Adds an operation.
   *
   * @param credentials names of stored credentials its handler gets as capabilities
   */
  public NodeBuilder operation(HandlerRegistration registration, String... credentials) {
    operations.add(new Offered(registration, List.of(credentials)));
    return this;
  }

  /** Adds an operation. */
  public NodeBuilder operation(OperationRegistrations registration) {
    return operation(
        registration.registration(), registration.credentials().toArray(String[]::new));
  }

  /** Sets where the password of the keystore comes from if the configuration names no file. */
  public NodeBuilder vaultPassword(VaultPassword password) {
    this.vaultPassword = Objects.requireNonNull(password, "password");
    return this;
  }

  /** Sets whether a node starts without a credential one of its operations names; it may. */
  public NodeBuilder requireCredentials(boolean required) {
    this.requireCredentials = required;
    return this;
  }

  /**
   * Insists on peers in a database in the data directory, which is where they are unless the
   * configuration lists them; a node whose configuration does then refuses to start.
   */
  public NodeBuilder sqliteStore() {
    this.sqliteStore = true;
    return this;
  }

  /** Sets whether a node refuses a store that is damaged or has a foreign schema; it does not. */
  public NodeBuilder strictStore(boolean strict) {
    this.strictStore = strict;
    return this;
  }

  /** Sets the file of the keystore. */
  public NodeBuilder keystore(Path file) {
    this.keystore = Objects.requireNonNull(file, "file");
    return this;
  }

  /** Sets the file with the password of the keystore. */
  public NodeBuilder passwordFile(Path file) {
    this.passwordFile = Objects.requireNonNull(file, "file");
    return this;
  }

  /**
   * Dials a remote in the background for as long as the node runs, and offers it this node's
   * operations.
   *
   * @param remote {@code [FINGERPRINT@]HOST:PORT}, or the name of a saved remote
   * @param importOperations whether its operations can be composed here
   */
  public NodeBuilder connect(String remote, boolean importOperations) {
    connect.add(new NodeConfig.Connect(remote, importOperations, true));
    return this;
  }

  /** Sets whether the configuration file is read again by itself when it changes; it is not. */
  public NodeBuilder watchConfiguration(boolean value) {
    this.watched = value;
    return this;
  }

  /**
   * Sets what puts another log level in force, with a name of {@code logging.level}; without it a
   * changed level waits for the next start.
   */
  public NodeBuilder logLevel(Consumer<String> setter) {
    this.logLevel = Objects.requireNonNull(setter, "setter");
    return this;
  }

  /**
   * Sets who is told, while the node starts, what works and should be different: settings, missing
   * credentials, what an import leaves out. Without it the log is.
   */
  public NodeBuilder warnings(Consumer<String> listener) {
    this.warnings = Objects.requireNonNull(listener, "listener");
    return this;
  }

  /**
   * Starts the node: creates what is missing in the data directory, takes its lock, binds and
   * announces itself. Undoes everything if a step fails.
   *
   * @throws NodeException if a file, a setting or an address cannot be used
   * @throws IllegalStateException without a data directory
   */
  public Node start() throws NodeException {
    return NodeAssembly.start(settings());
  }

  /**
   * Does everything {@link #start} does short of opening a port: for those who want to know whether
   * the node would start, and what it would offer. Creates nothing.
   *
   * @return belongs to the caller
   * @throws NodeException with everything that is wrong
   * @throws IllegalStateException without a data directory
   */
  public DryAssembly dry() throws NodeException {
    return DryAssembly.of(settings());
  }

  /**
   * Returns what the node would offer, without opening anything: the operations have no
   * credentials, and are there to be looked at, not to be called.
   *
   * @throws NodeException if two of them do not go together
   * @throws IllegalStateException without a data directory
   */
  public OperationRegistry dryRegistry() throws NodeException {
    NodeSettings settings = settings();
    List<Offered> imported = new ArrayList<>(McpImports.unasked(settings.mcp()));
    if (!settings.openApi().isEmpty()) {
      try (ImportedServices services =
          ImportedServices.start(settings.staticConfig(Optional.empty()))) {
        imported.addAll(services.load(settings.openApi(), skipped -> {}));
      }
    }
    try (DemoOperations demos = new DemoOperations();
        CapabilityInjector none =
            new CapabilityInjector(Optional.empty(), Optional.empty(), false, missing -> {})) {
      return NodeRegistry.build(settings, demos, imported, List.of(), none);
    }
  }

  private NodeSettings settings() throws NodeException {
    if (directory == null) {
      throw new IllegalStateException("a node needs a data directory");
    }
    if (config.isEmpty()) {
      Optional<Path> found = NodeConfig.locate(directory);
      if (found.isPresent()) {
        configuration(found.get());
      }
    }
    NodeSettings settings = new NodeSettings(directory, source, config, given(), operations);
    if (sqliteStore && settings.peersInConfiguration()) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          "the configuration lists the peers, and this program wants them in a database",
          "There is one place for peers: remove identity.source = \"config\".");
    }
    if (passwordFile != null && settings.vault().isEmpty()) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          "there is a password file and no keystore",
          "Name one:  --keystore FILE  or keystore in the table [vault].");
    }
    return settings;
  }

  private NodeSettings.Given given() {
    return new NodeSettings.Given(
        listen,
        Optional.ofNullable(http),
        Optional.ofNullable(demo),
        Optional.ofNullable(drainTimeout),
        Optional.ofNullable(keystore),
        Optional.ofNullable(passwordFile),
        vaultPassword,
        connect,
        requireCredentials,
        strictStore,
        watched,
        Optional.ofNullable(logLevel),
        Optional.ofNullable(warnings));
  }
}
