package org.alknet.cli.assembly;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.alknet.call.CallAdapter;
import org.alknet.call.connection.CallLimits;
import org.alknet.call.registry.HandlerRegistration;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.demo.DemoOperations;
import org.alknet.core.AlknetEndpoint;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.handler.HandlerRegistry;
import org.alknet.core.handler.ShutdownSignal;
import org.alknet.core.identity.CompositeIdentityProvider;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;
import org.alknet.store.sqlite.SqliteStore;
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

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private @Nullable DataDirectory directory;
  private Optional<ConfigSource> source = Optional.empty();
  private Optional<NodeConfig> config = Optional.empty();
  private List<String> listen = List.of();
  private @Nullable Boolean demo;
  private @Nullable Duration drainTimeout;
  private VaultPassword vaultPassword = VaultPassword.NONE;
  private boolean requireCredentials;
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

  private record Offered(HandlerRegistration registration, List<String> credentials) {}

  /**
   * Starts the node: creates what is missing in the data directory, takes its lock, binds and
   * announces itself. Undoes everything if a step fails.
   *
   * @throws NodeException if a file, a setting or an address cannot be used
   * @throws IllegalStateException without a data directory
   */
  public Node start() throws NodeException {
    if (directory == null) {
      throw new IllegalStateException("a node needs a data directory");
    }
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      Node node = start(directory, parts);
      parts.clear();
      return node;
    } finally {
      Node.release(parts);
    }
  }

  private Node start(DataDirectory home, Deque<AutoCloseable> parts) throws NodeException {
    if (config.isEmpty()) {
      Optional<Path> found = NodeConfig.locate(home);
      if (found.isPresent()) {
        configuration(found.get());
      }
    }
    List<InetSocketAddress> addresses = addresses();
    warn();
    home.create();
    parts.push(ServeLock.take(home));
    Optional<SqliteStore> store =
        needsStore() ? Optional.of(NodeStore.openForNode(home, config)) : Optional.empty();
    store.ifPresent(parts::push);
    Optional<NodeVault> vault = unlock();
    vault.ifPresent(parts::push);
    Path keyFile = keyFile(home);
    boolean fromFile = isRawKey() && !keyInVault();
    boolean newKey = fromFile && !Files.exists(keyFile);
    Optional<Ed25519SecretKey> key =
        fromFile
            ? Optional.of(KeyFiles.loadOrCreate(keyFile))
            : vault.filter(unlocked -> keyInVault()).map(NodeVault::identityKey);
    key.ifPresent(secret -> parts.push(secret::destroy));
    Optional<SqliteStore> peers = store.filter(opened -> !peersInConfiguration());
    ApiKeyPrefixes prefixes = new ApiKeyPrefixes(peers);
    ConfigReload reload = ConfigReload.create(home, source, config, prefixes, AuditLog.NONE);
    ConfigSnapshot snapshot = reload.snapshot();
    IdentityProvider keys = new ConfigIdentityProvider(snapshot);
    IdentityProvider identities =
        peers.isEmpty() ? keys : new CompositeIdentityProvider(peers.get().identities(), keys);
    DemoOperations demos = new DemoOperations();
    parts.push(demos);
    CapabilityInjector capabilities =
        new CapabilityInjector(vault, store.map(SqliteStore::credentials), requireCredentials);
    parts.push(capabilities);
    ShutdownSignal signal = new ShutdownSignal();
    CallAdapter calls =
        CallAdapter.builder(registry(demos, capabilities), identities)
            .limits(callLimits())
            .shutdownSignal(signal)
            .build();
    parts.push(calls);
    HandlerRegistry handlers = HandlerRegistry.builder().register(calls).build();
    Bound bound = bind(staticConfig(addresses, key), handlers, snapshot, identities, signal);
    parts.push(bound.endpoint());
    if (config.flatMap(NodeConfig::vault).map(NodeConfig.Vault::lockAfterStart).orElse(true)) {
      vault.ifPresent(NodeVault::close);
    }
    Node node =
        new Node(
            home,
            bound.endpoint(),
            handlers.alpns(),
            new NodePeers(store, peersInConfiguration(), snapshot),
            reload,
            new Node.Summary(
                newKey, bound.moved(), offersDemo() ? demos.registrations().size() : 0),
            withoutLast(parts));
    try {
      node.announce();
      node.follow();
    } catch (IOException failed) {
      throw new NodeException(
          NodeException.Kind.STORE,
          "cannot write " + RunState.file(home) + ": " + PrivateFiles.reason(failed),
          failed,
          List.of());
    }
    return node;
  }

  /** Asks for the logger as late as this: the configuration may say how to log. */
  private void warn() {
    Logger log = System.getLogger(NodeBuilder.class.getName());
    config
        .map(NodeConfig::warnings)
        .orElse(List.of())
        .forEach(warning -> log.log(Level.WARNING, warning.toString()));
  }

  private boolean needsStore() {
    return !peersInConfiguration() || config.flatMap(NodeConfig::vault).isPresent();
  }

  private boolean keyInVault() {
    return config.flatMap(NodeConfig::nodeKey).map(NodeConfig.NodeKey::inVault).orElse(false);
  }

  private Optional<NodeVault> unlock() throws NodeException {
    Optional<NodeConfig.Vault> vault = config.flatMap(NodeConfig::vault);
    return vault.isEmpty()
        ? Optional.empty()
        : Optional.of(
            ConfiguredVault.unlock(
                vault.get(), config.get().identity().expectedFingerprint(), vaultPassword));
  }

  private boolean isRawKey() {
    return config.isEmpty() || config.get().nodeKey().isPresent();
  }

  private Path keyFile(DataDirectory home) {
    return config
        .flatMap(NodeConfig::nodeKey)
        .flatMap(NodeConfig.NodeKey::file)
        .orElseGet(home::nodeKey);
  }

  private boolean peersInConfiguration() {
    return config.map(c -> c.identity().inConfiguration()).orElse(false);
  }

  private CallLimits callLimits() {
    Optional<Duration> timeout = config.flatMap(c -> c.call().defaultTimeout());
    CallLimits limits = CallLimits.defaults();
    return timeout.isEmpty()
        ? limits
        : limits.toBuilder().inboundTimeout(timeout.get()).outgoingTimeout(timeout.get()).build();
  }

  private boolean offersDemo() {
    return demo != null ? demo : config.map(NodeConfig::demo).orElse(false);
  }

  private StaticConfig staticConfig(
      List<InetSocketAddress> addresses, Optional<Ed25519SecretKey> key) throws NodeException {
    try {
      StaticConfig.Builder builder =
          config.map(NodeConfig::core).orElseGet(StaticConfig::defaults).toBuilder();
      builder.listenAddresses(addresses);
      key.ifPresent(secret -> builder.tlsIdentity(new TlsIdentity.RawKey(secret)));
      if (drainTimeout != null) {
        builder.drainTimeout(drainTimeout);
      }
      return builder.build();
    } catch (IllegalArgumentException outOfRange) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          String.valueOf(outOfRange.getMessage()),
          outOfRange,
          List.of());
    }
  }

  /** The endpoint is closed by the node itself, before everything else. */
  private static Deque<AutoCloseable> withoutLast(Deque<AutoCloseable> parts) {
    Deque<AutoCloseable> rest = new ArrayDeque<>(parts);
    rest.pop();
    return rest;
  }

  private record Bound(AlknetEndpoint endpoint, boolean moved) {}

  private Bound bind(
      StaticConfig config,
      HandlerRegistry handlers,
      ConfigSnapshot snapshot,
      IdentityProvider identities,
      ShutdownSignal signal)
      throws NodeException {
    try {
      return new Bound(await(config, handlers, snapshot, identities, signal), false);
    } catch (NodeException refused) {
      if (isListenGiven() || refused.kind() != NodeException.Kind.CANNOT_START) {
        throw refused;
      }
      InetSocketAddress busy = config.listenAddresses().get(0);
      StaticConfig anyPort =
          config.toBuilder().listenAddresses(new InetSocketAddress(busy.getAddress(), 0)).build();
      return new Bound(await(anyPort, handlers, snapshot, identities, signal), true);
    }
  }

  private static AlknetEndpoint await(
      StaticConfig config,
      HandlerRegistry handlers,
      ConfigSnapshot snapshot,
      IdentityProvider identities,
      ShutdownSignal signal)
      throws NodeException {
    CompletionStage<AlknetEndpoint> stage =
        AlknetEndpoint.start(config, handlers, snapshot, identities, signal);
    CompletableFuture<AlknetEndpoint> start = stage.toCompletableFuture();
    try {
      return start.get(START_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw EndpointFailures.translate(
          config.listenAddresses(), Objects.requireNonNullElse(failed.getCause(), failed));
    } catch (TimeoutException | InterruptedException unfinished) {
      if (unfinished instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      stage.thenAccept(AlknetEndpoint::shutdown);
      throw new NodeException(
          NodeException.Kind.CANNOT_START,
          "the endpoint did not start in time",
          unfinished,
          List.of());
    }
  }

  private boolean isListenGiven() {
    return !listen.isEmpty() || !configuredAddresses().isEmpty();
  }

  private List<InetSocketAddress> configuredAddresses() {
    return config.map(c -> c.core().listenAddresses()).orElse(List.of());
  }

  private List<InetSocketAddress> addresses() throws NodeException {
    if (listen.isEmpty() && !configuredAddresses().isEmpty()) {
      return configuredAddresses();
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String text : listen.isEmpty() ? List.of(DEFAULT_LISTEN) : listen) {
      addresses.add(HostPorts.parse(text));
    }
    return addresses;
  }

  /**
   * Returns what the node would offer, without starting or opening anything: the operations have no
   * credentials, and are there to be looked at, not to be called.
   *
   * @throws NodeException if two of them do not go together
   */
  public OperationRegistry dryRegistry() throws NodeException {
    try (DemoOperations demos = new DemoOperations();
        CapabilityInjector none =
            new CapabilityInjector(Optional.empty(), Optional.empty(), false)) {
      return registry(demos, none);
    }
  }

  private OperationRegistry registry(DemoOperations demos, CapabilityInjector capabilities)
      throws NodeException {
    OperationRegistry.Builder registry = OperationRegistry.builder().withServiceDiscovery();
    if (config.map(c -> c.call().listPeers()).orElse(false)) {
      registry.withPeerDiscovery();
    }
    try {
      if (offersDemo()) {
        for (HandlerRegistration operation : demos.registrations()) {
          // Who has no vault is not to be warned about a credential of a demonstration.
          List<String> credentials =
              config.flatMap(NodeConfig::vault).isPresent()
                  ? DemoOperations.credentials(operation)
                  : List.of();
          registry.with(capabilities.inject(operation, credentials));
        }
      }
      for (Offered operation : operations) {
        registry.with(capabilities.inject(operation.registration(), operation.credentials()));
      }
      return registry.build();
    } catch (IllegalArgumentException unfit) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION, String.valueOf(unfit.getMessage()), unfit, List.of());
    }
  }
}
