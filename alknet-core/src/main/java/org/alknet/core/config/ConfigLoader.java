package org.alknet.core.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.alknet.core.identity.AuthPolicy;
import org.alknet.core.tls.TlsIdentity;

/**
 * Turns the tree of a configuration file into core's configuration (spec/core.md section 13.5).
 * Strict: unknown and repeated keys, wrong types and values out of range are errors, and all of
 * them are reported at once, each with its place. Keys of other modules must have been taken out.
 */
public final class ConfigLoader {
  private static final List<String> ROOT_KEYS =
      List.of(
          "listen_addr",
          "tls_identity",
          "iroh_relay",
          "event_loops",
          "drain_timeout",
          "transport",
          "limits",
          "auth",
          "rate_limits");
  private static final List<String> DYNAMIC_KEYS = List.of("auth", "rate_limits");
  private static final List<String> TRANSPORT_KEYS =
      List.of(
          "max_idle_timeout",
          "keep_alive",
          "max_bidi_streams",
          "stream_window",
          "connection_window",
          "max_udp_payload",
          "handshake_timeout",
          "active_migration",
          "ca_bundle");
  private static final List<String> LIMITS_KEYS =
      List.of("max_connections", "max_handshakes", "retry", "close_on_revoke");
  private static final List<String> RETRY_WORDS = List.of("adaptive", "always", "never");
  private static final List<String> RATE_LIMIT_KEYS =
      List.of("max_connections_per_ip", "max_auth_attempts");

  private final Problems problems = new Problems();
  private final PathResolver paths;
  private final TlsSection tls;
  private final TableReader root;

  private ConfigLoader(ConfigTree.Table tree, Path file, boolean readFiles) {
    this.paths = new PathResolver(file);
    this.tls = new TlsSection(problems, paths, readFiles);
    this.root = new TableReader(tree, "", problems, ROOT_KEYS);
  }

  /** Returns the top-level keys of core, for callers that separate them from their own. */
  public static List<String> keys() {
    return ROOT_KEYS;
  }

  /**
   * Reads everything, key files included. Blocks on them.
   *
   * @param tree core's keys
   * @param file where the tree comes from; relative paths start at its directory
   * @throws ConfigException if anything is wrong; nothing was put to use then
   */
  public static LoadedConfig load(ConfigTree.Table tree, Path file) throws ConfigException {
    ConfigLoader loader = new ConfigLoader(tree, file, true);
    StaticConfig staticConfig = loader.readStatic();
    DynamicConfig dynamicConfig = loader.readDynamic();
    loader.warnIfHashesAreReadable(dynamicConfig.auth(), file);
    try {
      loader.problems.throwIfAny();
    } catch (ConfigException invalid) {
      destroyKey(staticConfig);
      throw invalid;
    }
    return new LoadedConfig(
        staticConfig, dynamicConfig, loader.tls.rawKeyExpected(), loader.problems.warnings());
  }

  /**
   * Reads what a reload applies. The rest is checked all the same, but no key file is opened.
   *
   * @param tree core's keys
   * @param file where the tree comes from
   * @throws ConfigException if anything is wrong
   */
  public static DynamicConfig loadDynamic(ConfigTree.Table tree, Path file) throws ConfigException {
    ConfigLoader loader = new ConfigLoader(tree, file, false);
    loader.readStatic();
    DynamicConfig dynamicConfig = loader.readDynamic();
    loader.problems.throwIfAny();
    return dynamicConfig;
  }

  /**
   * Returns the paths of settings that differ between two trees and take effect only after a
   * restart, sorted.
   */
  public static List<String> needRestart(ConfigTree.Table before, ConfigTree.Table after) {
    Map<String, String> old = staticLeaves(before);
    Map<String, String> now = staticLeaves(after);
    TreeSet<String> paths = new TreeSet<>(old.keySet());
    paths.addAll(now.keySet());
    paths.removeIf(path -> Objects.equals(old.get(path), now.get(path)));
    return List.copyOf(paths);
  }

  private StaticConfig readStatic() {
    if (root.has("iroh_relay")) {
      root.report("iroh_relay", "is not supported by this implementation");
    }
    StaticConfig.Builder builder =
        StaticConfig.builder()
            .listenAddresses(listenAddresses())
            .transport(transport())
            .limits(limits());
    tls.read(root).ifPresent(builder::tlsIdentity);
    return new SettingSteps<>(root, builder.build())
        .set(
            root.number("event_loops"),
            (config, value) -> config.toBuilder().eventLoops(value).build())
        .set(
            root.duration("drain_timeout"),
            (config, value) -> config.toBuilder().drainTimeout(value).build())
        .result();
  }

  private List<InetSocketAddress> listenAddresses() {
    Optional<ConfigTree> value = root.any("listen_addr");
    List<InetSocketAddress> addresses = new ArrayList<>();
    if (value.isPresent() && value.get() instanceof ConfigTree.Text) {
      root.text("listen_addr").ifPresent(text -> addListenAddress("listen_addr", text, addresses));
    } else {
      List<String> texts = root.texts("listen_addr");
      for (int i = 0; i < texts.size(); i++) {
        addListenAddress("listen_addr[" + i + "]", texts.get(i), addresses);
      }
    }
    return addresses;
  }

  private void addListenAddress(String path, String text, List<InetSocketAddress> addresses) {
    Optional<InetSocketAddress> address = ListenAddress.parse(text);
    if (address.isEmpty()) {
      problems.addIfNew(path, "is an IP address and a port, such as 0.0.0.0:4433 or [::]:4433");
    } else if (addresses.contains(address.get())) {
      problems.addIfNew(path, "is listed before");
    } else {
      addresses.add(address.get());
    }
  }

  private TransportConfig transport() {
    Optional<TableReader> section = root.section("transport", TRANSPORT_KEYS);
    if (section.isEmpty()) {
      return TransportConfig.defaults();
    }
    TableReader t = section.get();
    // A setting whose range depends on another comes after that one.
    return new SettingSteps<>(t, TransportConfig.defaults())
        .set(t.duration("max_idle_timeout"), (c, v) -> c.toBuilder().maxIdleTimeout(v).build())
        .set(t.duration("keep_alive"), (c, v) -> c.toBuilder().keepAlive(v).build())
        .set(t.duration("handshake_timeout"), (c, v) -> c.toBuilder().handshakeTimeout(v).build())
        .set(t.number("max_bidi_streams"), (c, v) -> c.toBuilder().maxBidiStreams(v).build())
        .set(t.whole("stream_window"), (c, v) -> c.toBuilder().streamWindowBytes(v).build())
        .set(t.whole("connection_window"), (c, v) -> c.toBuilder().connectionWindowBytes(v).build())
        .set(t.number("max_udp_payload"), (c, v) -> c.toBuilder().maxUdpPayloadBytes(v).build())
        .set(t.flag("active_migration"), (c, v) -> c.toBuilder().activeMigration(v).build())
        .set(paths.read(t, "ca_bundle"), (c, v) -> c.toBuilder().caBundle(v).build())
        .result();
  }

  private LimitsConfig limits() {
    Optional<TableReader> section = root.section("limits", LIMITS_KEYS);
    if (section.isEmpty()) {
      return LimitsConfig.defaults();
    }
    TableReader l = section.get();
    Optional<LimitsConfig.Retry> retry =
        l.word("retry", RETRY_WORDS)
            .map(word -> LimitsConfig.Retry.valueOf(word.toUpperCase(Locale.ROOT)));
    return new SettingSteps<>(l, LimitsConfig.defaults())
        .set(l.number("max_connections"), (c, v) -> c.toBuilder().maxConnections(v).build())
        .set(l.number("max_handshakes"), (c, v) -> c.toBuilder().maxHandshakes(v).build())
        .set(retry, (c, v) -> c.toBuilder().retry(v).build())
        .set(l.flag("close_on_revoke"), (c, v) -> c.toBuilder().closeOnRevoke(v).build())
        .result();
  }

  private DynamicConfig readDynamic() {
    AuthPolicy policy = new AuthSection(problems).read(root);
    return new DynamicConfig(policy, rateLimits());
  }

  private RateLimitConfig rateLimits() {
    Optional<TableReader> section = root.section("rate_limits", RATE_LIMIT_KEYS);
    if (section.isEmpty()) {
      return RateLimitConfig.defaults();
    }
    TableReader r = section.get();
    return new SettingSteps<>(r, RateLimitConfig.defaults())
        .set(
            r.number("max_connections_per_ip"),
            (c, v) -> new RateLimitConfig(v, c.maxAuthAttempts()))
        .set(
            r.number("max_auth_attempts"),
            (c, v) -> new RateLimitConfig(c.maxConnectionsPerIp(), v))
        .result();
  }

  private void warnIfHashesAreReadable(AuthPolicy policy, Path file) {
    boolean hashes =
        !policy.apiKeys().isEmpty()
            || policy.peers().stream().anyMatch(peer -> peer.authTokenHash().isPresent());
    if (!hashes) {
      return;
    }
    try {
      if (FilePermissions.isReadableByOthers(file)) {
        problems.warn("", file + " holds token hashes and is readable by group or world");
      }
    } catch (IOException unknown) {
      problems.warn("", "cannot tell who may read " + file + ": " + unknown.getMessage());
    }
  }

  private static void destroyKey(StaticConfig config) {
    config
        .tlsIdentity()
        .filter(TlsIdentity.RawKey.class::isInstance)
        .map(TlsIdentity.RawKey.class::cast)
        .ifPresent(identity -> identity.key().destroy());
  }

  private static Map<String, String> staticLeaves(ConfigTree.Table tree) {
    Map<String, String> leaves = new TreeMap<>();
    for (ConfigTree.Entry entry : tree.entries()) {
      if (!DYNAMIC_KEYS.contains(entry.key())) {
        collectLeaves(entry.key(), entry.value(), leaves);
      }
    }
    return leaves;
  }

  private static void collectLeaves(String path, ConfigTree value, Map<String, String> leaves) {
    if (value instanceof ConfigTree.Table table) {
      table.entries().forEach(e -> collectLeaves(path + "." + e.key(), e.value(), leaves));
    } else if (value instanceof ConfigTree.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        collectLeaves(path + "[" + i + "]", sequence.items().get(i), leaves);
      }
    } else {
      leaves.put(path, value.kind() + " " + spelling(value));
    }
  }

  private static String spelling(ConfigTree scalar) {
    if (scalar instanceof ConfigTree.Text text) {
      return text.value();
    }
    if (scalar instanceof ConfigTree.Whole whole) {
      return Long.toString(whole.value());
    }
    if (scalar instanceof ConfigTree.Flag flag) {
      return Boolean.toString(flag.value());
    }
    if (scalar instanceof ConfigTree.Other other) {
      return other.text();
    }
    throw new AssertionError("not a scalar: " + scalar.kind());
  }
}
