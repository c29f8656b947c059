package org.alknet.cli.assembly;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.alknet.call.connection.CallLimits;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.core.tls.TlsIdentity;

/**
 * What a node is to be: the configuration file, and what the builder says, which counts before it.
 *
 * <p>Immutable.
 *
 * @param directory the data directory
 * @param source the file as it was read
 * @param config what it says
 * @param given what the builder says
 * @param operations what it offers besides the demo operations
 */
record NodeSettings(
    DataDirectory directory,
    Optional<ConfigSource> source,
    Optional<NodeConfig> config,
    Given given,
    List<Offered> operations) {
  private static final Logger LOG = System.getLogger(NodeBuilder.class.getName());

  NodeSettings {
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(given, "given");
    operations = List.copyOf(operations);
  }

  /**
   * What was said in code or on the command line.
   *
   * <p>Immutable.
   *
   * @param listen addresses; none for those of the file
   * @param http whether HTTP is served, and its addresses; none for those of the file
   * @param demo whether the demo operations are offered
   * @param drainTimeout how long calls may finish at the end
   * @param keystore file of the vault
   * @param passwordFile file with its password
   * @param password who has it otherwise
   * @param connect remotes to dial besides those of the file
   * @param requireCredentials whether a missing credential keeps the node from starting
   * @param strictStore whether a store with a foreign schema does
   * @param watched whether the file is read again by itself when it changes
   * @param logLevel puts another log level in force; without it that takes a restart
   * @param warnings told what should be different; without it the log is
   */
  record Given(
      List<String> listen,
      Optional<List<String>> http,
      Optional<Boolean> demo,
      Optional<Duration> drainTimeout,
      Optional<Path> keystore,
      Optional<Path> passwordFile,
      VaultPassword password,
      List<NodeConfig.Connect> connect,
      boolean requireCredentials,
      boolean strictStore,
      boolean watched,
      Optional<Consumer<String>> logLevel,
      Optional<Consumer<String>> warnings) {
    Given {
      listen = List.copyOf(listen);
      http = http.map(List::copyOf);
      connect = List.copyOf(connect);
    }
  }

  /** Tells, while the node starts, what works and should be different. */
  void warn(String warning) {
    given.warnings().orElse(text -> LOG.log(Level.WARNING, text)).accept(warning);
  }

  boolean peersInConfiguration() {
    return config.map(c -> c.identity().inConfiguration()).orElse(false);
  }

  /** Whether there is a database: for the peers, or for credentials. */
  boolean needsStore() {
    return !peersInConfiguration() || vault().isPresent();
  }

  /** Returns the keystore and how to open it, if there is one. */
  Optional<NodeConfig.Vault> vault() {
    Optional<NodeConfig.Vault> configured = config.flatMap(NodeConfig::vault);
    Optional<Path> keystore = given.keystore().or(() -> configured.map(NodeConfig.Vault::keystore));
    return keystore.map(
        file ->
            new NodeConfig.Vault(
                file,
                given.passwordFile().or(() -> configured.flatMap(NodeConfig.Vault::passwordFile)),
                configured.flatMap(NodeConfig.Vault::passphraseFile),
                configured.map(NodeConfig.Vault::lockAfterStart).orElse(true)));
  }

  Optional<String> expectedFingerprint() {
    return config.flatMap(c -> c.identity().expectedFingerprint());
  }

  /** Whether the identity of the node is a raw key, and not a certificate. */
  boolean isRawKey() {
    return config.isEmpty() || config.get().nodeKey().isPresent();
  }

  boolean isKeyInVault() {
    return config.flatMap(NodeConfig::nodeKey).map(NodeConfig.NodeKey::inVault).orElse(false);
  }

  /** Returns the file of the raw key; it may not exist yet. */
  Path keyFile() {
    return config
        .flatMap(NodeConfig::nodeKey)
        .flatMap(NodeConfig.NodeKey::file)
        .orElseGet(directory::nodeKey);
  }

  DynamicConfig dynamic() {
    return config.map(NodeConfig::dynamic).orElseGet(DynamicConfig::defaults);
  }

  CallLimits callLimits() {
    Optional<Duration> timeout = config.flatMap(c -> c.call().defaultTimeout());
    CallLimits limits = CallLimits.defaults();
    return timeout.isEmpty()
        ? limits
        : limits.toBuilder().inboundTimeout(timeout.get()).outgoingTimeout(timeout.get()).build();
  }

  boolean listsPeers() {
    return config.map(c -> c.call().listPeers()).orElse(false);
  }

  /** Returns the services whose operations are offered as well. */
  List<NodeConfig.OpenApi> openApi() {
    return config.map(NodeConfig::openApi).orElse(List.of());
  }

  boolean offersDemo() {
    return given.demo().or(() -> config.map(NodeConfig::demo)).orElse(false);
  }

  boolean requireCredentials() {
    return given.requireCredentials();
  }

  boolean isWatched() {
    return given.watched() || config.map(NodeConfig::watched).orElse(false);
  }

  Optional<Path> auditFile() {
    return config.flatMap(c -> c.logging().auditFile());
  }

  /** Returns the servers whose tools are imported. */
  List<NodeConfig.Mcp> mcp() {
    return config.map(NodeConfig::mcp).orElse(List.of());
  }

  /** Returns whom to dial: those of the file, then those of the builder. */
  List<NodeConfig.Connect> connect() {
    return Stream.concat(
            config.map(NodeConfig::connect).orElse(List.of()).stream(), given.connect().stream())
        .toList();
  }

  /** Returns the place of a setting in a list of tables, as a problem shows it. */
  String at(String table, int index, String key) {
    int inFile = config.map(c -> c.connect().size()).orElse(0);
    return source.isPresent() && index < inFile
        ? source.get().at(table, index, key)
        : table + "." + key;
  }

  /**
   * Returns how HTTP is served, if it is.
   *
   * @throws NodeException if an address is none
   */
  Optional<NodeConfig.Http> http() throws NodeException {
    Optional<NodeConfig.Http> configured = config.flatMap(NodeConfig::http);
    if (given.http().isEmpty()) {
      return configured;
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String text : given.http().get()) {
      addresses.add(HostPorts.parse(text));
    }
    NodeConfig.Http http = configured.orElseGet(NodeConfig.Http::defaults);
    return Optional.of(addresses.isEmpty() ? http : http.listeningOn(addresses));
  }

  /** Whether anybody said on which port to listen: not to leave it to the system. */
  boolean isPortGiven() throws NodeException {
    return isListenGiven() && addresses().stream().anyMatch(address -> address.getPort() != 0);
  }

  /** Whether anybody said where to listen. */
  boolean isListenGiven() {
    return !given.listen().isEmpty() || !configuredAddresses().isEmpty();
  }

  private List<InetSocketAddress> configuredAddresses() {
    return config.map(c -> c.core().listenAddresses()).orElse(List.of());
  }

  private List<InetSocketAddress> addresses() throws NodeException {
    if (given.listen().isEmpty() && !configuredAddresses().isEmpty()) {
      return configuredAddresses();
    }
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (String text :
        given.listen().isEmpty() ? List.of(NodeBuilder.DEFAULT_LISTEN) : given.listen()) {
      addresses.add(HostPorts.parse(text));
    }
    return addresses;
  }

  /**
   * Returns what the endpoint needs.
   *
   * @param key the raw key; empty if certificates are the identity
   * @throws NodeException if an address is none, or a value out of its range
   */
  StaticConfig staticConfig(Optional<Ed25519SecretKey> key) throws NodeException {
    try {
      StaticConfig.Builder builder =
          config.map(NodeConfig::core).orElseGet(StaticConfig::defaults).toBuilder();
      builder.listenAddresses(addresses());
      key.ifPresent(secret -> builder.tlsIdentity(new TlsIdentity.RawKey(secret)));
      given.drainTimeout().ifPresent(builder::drainTimeout);
      return builder.build();
    } catch (IllegalArgumentException outOfRange) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION,
          String.valueOf(outOfRange.getMessage()),
          outOfRange,
          List.of());
    }
  }
}
