package org.alknet.cli.assembly;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import org.alknet.core.config.ConfigTree;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.LimitsConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.config.TransportConfig;
import org.alknet.store.sqlite.SqliteStoreOptions;

/**
 * What a configuration file comes to, for those who look at it before a node does.
 *
 * <p>Immutable.
 */
public final class ConfigInspection {
  private final Optional<ConfigTree.Table> tree;
  private final Optional<NodeConfig> config;

  private ConfigInspection(Optional<ConfigTree.Table> tree, Optional<NodeConfig> config) {
    this.tree = tree;
    this.config = config;
  }

  /**
   * Reads a file.
   *
   * @throws NodeException as {@link NodeConfig#load}
   */
  public static ConfigInspection of(Path file, DataDirectory directory) throws NodeException {
    ConfigSource source = ConfigSource.read(file, directory);
    return new ConfigInspection(Optional.of(source.tree()), Optional.of(source.load()));
  }

  /** Returns what applies without a file. */
  public static ConfigInspection ofDefaults() {
    return new ConfigInspection(Optional.empty(), Optional.empty());
  }

  /** Returns the configuration, if there is a file. */
  public Optional<NodeConfig> config() {
    return config;
  }

  /** Returns every setting in effect, by name of the table. */
  public List<ConfigSetting> settings(DataDirectory directory) {
    Lines lines = new Lines(tree);
    StaticConfig core = config.map(NodeConfig::core).orElseGet(StaticConfig::defaults);
    DynamicConfig dynamic = config.map(NodeConfig::dynamic).orElseGet(DynamicConfig::defaults);
    lines.add(
        "listen_addr",
        core.listenAddresses().isEmpty()
            ? NodeBuilder.DEFAULT_LISTEN
            : String.join(", ", core.listenAddresses().stream().map(HostPorts::format).toList()));
    lines.add("drain_timeout", core.drainTimeout());
    identity(lines, directory);
    store(lines, directory);
    lines.add("auth.peers", dynamic.auth().peers().size() + " peers");
    lines.add("auth.api_keys", dynamic.auth().apiKeys().size() + " keys");
    lines.add("rate_limits.max_connections_per_ip", dynamic.rateLimits().maxConnectionsPerIp());
    lines.add("rate_limits.max_auth_attempts", dynamic.rateLimits().maxAuthAttempts());
    transport(lines, core.transport());
    limits(lines, core.limits());
    config.flatMap(NodeConfig::vault).ifPresent(vault -> vault(lines, vault));
    lines.add("call.list_peers", config.map(c -> c.call().listPeers()).orElse(false));
    config
        .flatMap(c -> c.call().defaultTimeout())
        .ifPresent(timeout -> lines.add("call.default_timeout", timeout));
    config.flatMap(NodeConfig::http).ifPresent(http -> http(lines, http));
    config.ifPresent(c -> c.mcp().forEach(server -> mcp(lines, server)));
    config.ifPresent(c -> c.openApi().forEach(service -> openApi(lines, service)));
    config.ifPresent(c -> c.access().forEach(rule -> access(lines, rule)));
    config.ifPresent(c -> c.connect().forEach(remote -> connect(lines, remote)));
    lines.add("demo.enabled", config.map(NodeConfig::demo).orElse(true));
    lines.add("logging.level", config.flatMap(c -> c.logging().level()).orElse("info"));
    lines.add("logging.format", config.flatMap(c -> c.logging().format()).orElse("text"));
    config
        .flatMap(c -> c.logging().auditFile())
        .ifPresent(file -> lines.add("logging.audit_file", file));
    lines.add("watch_config", config.map(NodeConfig::watched).orElse(false));
    return lines.settings;
  }

  private static void http(Lines lines, NodeConfig.Http http) {
    lines.add(
        "http.listen_addr",
        http.listen().isEmpty()
            ? "(as listen_addr)"
            : String.join(", ", http.listen().stream().map(HostPorts::format).toList()));
    http.files()
        .ifPresent(
            files -> {
              lines.add("http.cert", files.cert());
              lines.add("http.key", files.key());
            });
    lines.add("http.decoy", HttpSection.spell(http.decoy()));
    lines.add("http.stealth", http.stealth().name().toLowerCase(Locale.ROOT));
    lines.add("http.origins", String.join(", ", new TreeSet<>(http.origins())));
    lines.add("http.hosts", String.join(", ", new TreeSet<>(http.hosts())));
    lines.add("http.health_path", http.healthPath().orElse("off"));
    lines.add("http.mcp", http.mcp());
  }

  private static void mcp(Lines lines, NodeConfig.Mcp server) {
    lines.add("operations.mcp.namespace", server.namespace());
    lines.add("operations.mcp.url", server.url());
    server.credential().ifPresent(name -> lines.add("operations.mcp.credential", name));
    lines.add("operations.mcp.expose", String.join(", ", server.exposure().own()));
    lines.add(
        "operations.mcp.required_scopes", String.join(", ", server.exposure().requiredScopes()));
  }

  private static void openApi(Lines lines, NodeConfig.OpenApi service) {
    lines.add("operations.openapi.namespace", service.namespace());
    lines.add(
        "operations.openapi.document",
        service.file().map(Path::toString).or(() -> service.url().map(URI::toString)).orElse(""));
    lines.add(
        "operations.openapi.base_url",
        service.baseUrl().map(URI::toString).orElse("(of the document)"));
    service
        .credential()
        .ifPresent(credential -> lines.add("operations.openapi.credential", credential));
    service.auth().ifPresent(auth -> lines.add("operations.openapi.auth", AuthSpelling.of(auth)));
    lines.add("operations.openapi.expose", String.join(", ", service.exposure().own()));
    lines.add(
        "operations.openapi.required_scopes",
        String.join(", ", service.exposure().requiredScopes()));
  }

  private static void access(Lines lines, Exposure.Rule rule) {
    lines.add("operations.access.expose", String.join(", ", rule.names()));
    lines.add("operations.access.required_scopes", String.join(", ", rule.requiredScopes()));
  }

  private static void connect(Lines lines, NodeConfig.Connect remote) {
    lines.add("connect.remote", remote.remote());
    lines.add("connect.import", remote.importOperations());
    lines.add("connect.reconnect", remote.reconnect());
  }

  private void identity(Lines lines, DataDirectory directory) {
    Optional<NodeConfig.NodeKey> key = config.flatMap(NodeConfig::nodeKey);
    boolean raw = config.isEmpty() || key.isPresent();
    lines.add("tls_identity.type", raw ? "raw_key" : "x509 or self_signed");
    if (raw) {
      boolean vault = key.map(NodeConfig.NodeKey::inVault).orElse(false);
      lines.add("tls_identity.source", vault ? "vault" : "file");
      if (!vault) {
        lines.add(
            "tls_identity.key_file",
            key.flatMap(NodeConfig.NodeKey::file).orElse(directory.nodeKey()));
      }
    }
    lines.add(
        "identity.source",
        config.map(c -> c.identity().inConfiguration()).orElse(false) ? "config" : "sqlite");
    config
        .flatMap(c -> c.identity().expectedFingerprint())
        .ifPresent(expected -> lines.add("identity.expect_fingerprint", expected));
  }

  private void store(Lines lines, DataDirectory directory) {
    SqliteStoreOptions options =
        config.map(c -> c.store().options()).orElseGet(SqliteStoreOptions::defaults);
    lines.add("store.path", config.map(c -> c.store().path()).orElse(directory.store()));
    lines.add("store.durability", options.durability().name().toLowerCase(Locale.ROOT));
    lines.add("store.watch", options.watch().name().toLowerCase(Locale.ROOT));
    lines.add("store.poll_interval", options.pollInterval());
    lines.add("store.heartbeat", options.heartbeat());
    lines.add("store.busy_timeout", options.busyTimeout());
    lines.add(
        "store.stale_policy",
        options.denyAfter().map(after -> "deny_after=" + Lines.spell(after)).orElse("serve"));
    lines.add("store.keep_notifications", options.keepNotifications());
    lines.add("store.allow_network_fs", options.allowNetworkFs());
    lines.add("store.close_timeout", options.closeTimeout());
    lines.add("store.refresh_timeout", options.refreshTimeout());
  }

  private static void transport(Lines lines, TransportConfig transport) {
    lines.add("transport.max_idle_timeout", transport.maxIdleTimeout());
    lines.add("transport.keep_alive", transport.keepAlive());
    lines.add("transport.handshake_timeout", transport.handshakeTimeout());
    lines.add("transport.max_bidi_streams", transport.maxBidiStreams());
    lines.add("transport.stream_window", transport.streamWindowBytes());
    lines.add("transport.connection_window", transport.connectionWindowBytes());
    lines.add("transport.max_udp_payload", transport.maxUdpPayloadBytes());
    lines.add("transport.active_migration", transport.activeMigration());
    transport.caBundle().ifPresent(bundle -> lines.add("transport.ca_bundle", bundle));
  }

  private static void limits(Lines lines, LimitsConfig limits) {
    lines.add("limits.max_connections", limits.maxConnections());
    lines.add("limits.max_handshakes", limits.maxHandshakes());
    lines.add("limits.retry", limits.retry().name().toLowerCase(Locale.ROOT));
    lines.add("limits.close_on_revoke", limits.closeOnRevoke());
  }

  private static void vault(Lines lines, NodeConfig.Vault vault) {
    lines.add("vault.keystore", vault.keystore());
    lines.add(
        "vault.password_file", vault.passwordFile().map(Path::toString).orElse("(asked for)"));
    vault.passphraseFile().ifPresent(file -> lines.add("vault.passphrase_file", file));
    lines.add("vault.lock_after_start", vault.lockAfterStart());
  }

  /** Collects settings, and finds out who said so. */
  private static final class Lines {
    private final Optional<ConfigTree.Table> tree;
    private final List<ConfigSetting> settings = new ArrayList<>();

    Lines(Optional<ConfigTree.Table> tree) {
      this.tree = tree;
    }

    void add(String key, Object value) {
      String text = value instanceof Duration duration ? spell(duration) : value.toString();
      settings.add(new ConfigSetting(key, text, tree.map(root -> has(root, key)).orElse(false)));
    }

    static String spell(Duration duration) {
      return duration.toMillis() % 1000 == 0
          ? duration.toSeconds() + "s"
          : duration.toMillis() + "ms";
    }

    private static boolean has(ConfigTree.Table table, String key) {
      int dot = key.indexOf('.');
      String first = dot < 0 ? key : key.substring(0, dot);
      Optional<ConfigTree> found = table.find(first).map(ConfigTree.Entry::value);
      if (dot < 0 || found.isEmpty()) {
        return found.isPresent();
      }
      return found.get() instanceof ConfigTree.Table inner
          ? has(inner, key.substring(dot + 1))
          : found.get() instanceof ConfigTree.Sequence;
    }
  }
}
