package org.alknet.cli.assembly;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.alknet.cli.config.ProblemList;
import org.alknet.cli.config.Settings;
import org.alknet.core.config.ConfigLoader;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.ConfigTree;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;
import org.alknet.core.identity.Fingerprints;

/** Reads the tables of the tool itself and takes them away from what core gets to see. */
final class OwnSections {
  private static final List<String> KEYS =
      List.of(
          "identity",
          "store",
          "vault",
          "call",
          "operations",
          "connect",
          "http",
          "demo",
          "logging",
          "watch_config");
  private static final List<String> LEVELS =
      List.of("off", "error", "warn", "info", "debug", "trace");

  /** Each takes a connection and the work of keeping it. */
  private static final int MOST_REMOTES = 256;

  private final ConfigTree.Table coreKeys;
  private final NodeConfig.Identities identity;
  private final NodeConfig.Store store;
  private final Optional<NodeConfig.Vault> vault;
  private final NodeConfig.Call call;
  private final Optional<NodeConfig.Http> http;
  private final List<NodeConfig.Mcp> mcp;
  private final List<NodeConfig.OpenApi> openApi;
  private final List<Exposure.Rule> access;
  private final List<NodeConfig.Connect> connect;
  private final boolean demo;
  private final NodeConfig.Logging logging;
  private final Optional<NodeConfig.NodeKey> nodeKey;
  private final boolean watched;

  private OwnSections(
      ConfigTree.Table tree, Path base, DataDirectory directory, ProblemList problems) {
    List<String> known = Stream.concat(ConfigLoader.keys().stream(), KEYS.stream()).toList();
    Settings root = new Settings(tree, "", problems, known);
    this.identity = identity(root);
    this.store = StoreSection.read(root, directory);
    this.vault = vault(root, base);
    this.call = call(root);
    this.http = HttpSection.read(root, base);
    OperationSections operations = OperationSections.read(root, base);
    this.mcp = operations.mcp();
    this.openApi = operations.openApi();
    this.access = operations.access();
    this.connect = connect(root);
    this.demo =
        root.section("demo", List.of("enabled")).flatMap(d -> d.flag("enabled")).orElse(false);
    this.logging = logging(root, base);
    this.nodeKey = nodeKey(tree, base, directory, problems);
    this.watched = root.flag("watch_config").orElse(false);
    refusePeersBesideTheStore(tree, problems);
    if (nodeKey.map(NodeConfig.NodeKey::inVault).orElse(false) && vault.isEmpty()) {
      root.report("tls_identity", "has its key in the vault, and there is no table [vault]");
    }
    this.coreKeys = coreKeys(tree);
  }

  static OwnSections read(
      ConfigTree.Table tree, Path file, DataDirectory directory, ProblemList problems) {
    Path base = file.getParent();
    return new OwnSections(tree, base == null ? file : base, directory, problems);
  }

  /** Returns the tree without what core does not know. */
  ConfigTree.Table coreKeys() {
    return coreKeys;
  }

  Optional<String> logLevel() {
    return logging.level();
  }

  NodeConfig config(
      Path file, StaticConfig core, DynamicConfig dynamic, List<ConfigProblem> warnings) {
    return new NodeConfig(
        file, core, dynamic, nodeKey, identity, store, vault, call, http, mcp, openApi, access,
        connect, demo, logging, watched, warnings);
  }

  private static NodeConfig.Identities identity(Settings root) {
    Optional<Settings> section = root.section("identity", List.of("source", "expect_fingerprint"));
    if (section.isEmpty()) {
      return new NodeConfig.Identities(false, Optional.empty());
    }
    Settings identity = section.get();
    boolean inConfiguration =
        identity.word("source", List.of("sqlite", "config")).orElse("sqlite").equals("config");
    Optional<String> expected = identity.text("expect_fingerprint").map(Fingerprints::normalise);
    if (expected.isPresent() && !Fingerprints.isWellFormed(expected.get())) {
      identity.report("expect_fingerprint", "is ed25519: and 64 hex digits");
    }
    return new NodeConfig.Identities(inConfiguration, expected);
  }

  private static Optional<NodeConfig.Vault> vault(Settings root, Path base) {
    return root.section(
            "vault", List.of("keystore", "password_file", "passphrase_file", "lock_after_start"))
        .map(
            vault -> {
              vault.required("keystore");
              return new NodeConfig.Vault(
                  vault.path("keystore", base).orElse(base),
                  vault.path("password_file", base),
                  vault.path("passphrase_file", base),
                  vault.flag("lock_after_start").orElse(true));
            });
  }

  private static NodeConfig.Call call(Settings root) {
    Optional<Settings> section = root.section("call", List.of("list_peers", "default_timeout"));
    Optional<Duration> timeout = section.flatMap(call -> call.duration("default_timeout"));
    if (timeout.isPresent()
        && (timeout.get().isZero() || timeout.get().compareTo(Duration.ofDays(1)) > 0)) {
      section.get().report("default_timeout", "is 1ms to 24h");
    }
    return new NodeConfig.Call(
        section.flatMap(call -> call.flag("list_peers")).orElse(false), timeout);
  }

  private static List<NodeConfig.Connect> connect(Settings root) {
    List<NodeConfig.Connect> remotes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Settings item : root.sections("connect", List.of("remote", "import", "reconnect"))) {
      String remote = item.required("remote");
      if (!remote.isEmpty() && !seen.add(remote)) {
        item.report("remote", "is there twice; one connection serves both directions");
      }
      if (RemoteTarget.looksLikeAddress(remote)) {
        checkAddress(item, remote);
      }
      remotes.add(
          new NodeConfig.Connect(
              remote, item.flag("import").orElse(false), item.flag("reconnect").orElse(true)));
    }
    if (remotes.size() > MOST_REMOTES) {
      root.report("connect", "has at most " + MOST_REMOTES + " entries");
    }
    return remotes;
  }

  private static void checkAddress(Settings item, String remote) {
    try {
      RemoteTarget.parse(remote);
    } catch (IllegalArgumentException unfit) {
      item.report("remote", String.valueOf(unfit.getMessage()));
    }
  }

  private static NodeConfig.Logging logging(Settings root, Path base) {
    Optional<Settings> section = root.section("logging", List.of("level", "format", "audit_file"));
    return new NodeConfig.Logging(
        section.flatMap(s -> s.word("level", LEVELS)),
        section.flatMap(s -> s.word("format", List.of("text", "json"))),
        section.flatMap(s -> s.path("audit_file", base)));
  }

  /** The key of a raw identity is this module's business: it may not exist yet. */
  private static Optional<NodeConfig.NodeKey> nodeKey(
      ConfigTree.Table tree, Path base, DataDirectory directory, ProblemList problems) {
    Optional<ConfigTree.Table> table = tlsIdentity(tree);
    Path usual = directory.nodeKey();
    if (table.isEmpty()) {
      return Optional.of(new NodeConfig.NodeKey(Optional.of(usual)));
    }
    // Other keys are core's, which reports what is wrong with them.
    List<String> keys = table.get().entries().stream().map(ConfigTree.Entry::key).toList();
    Settings tls = new Settings(table.get(), "tls_identity", problems, keys);
    boolean rawKey = tls.text("type").orElse("").equals("raw_key");
    if (!rawKey) {
      if (tls.has("source")) {
        tls.report("source", "goes with type raw_key only");
      }
      return Optional.empty();
    }
    boolean inVault = tls.word("source", List.of("file", "vault")).orElse("file").equals("vault");
    if (!inVault) {
      return Optional.of(
          new NodeConfig.NodeKey(Optional.of(tls.path("key_file", base).orElse(usual))));
    }
    if (tls.has("key_file")) {
      tls.report("key_file", "does not go with source vault");
    }
    return Optional.of(new NodeConfig.NodeKey(Optional.empty()));
  }

  private static Optional<ConfigTree.Table> tlsIdentity(ConfigTree.Table tree) {
    return tree.find("tls_identity")
        .map(ConfigTree.Entry::value)
        .filter(ConfigTree.Table.class::isInstance)
        .map(ConfigTree.Table.class::cast);
  }

  /** There is one place for peers (spec/cli.md C7). */
  private void refusePeersBesideTheStore(ConfigTree.Table tree, ProblemList problems) {
    if (identity.inConfiguration()) {
      return;
    }
    tree.find("auth")
        .map(ConfigTree.Entry::value)
        .filter(ConfigTree.Table.class::isInstance)
        .flatMap(auth -> ((ConfigTree.Table) auth).find("peers"))
        .ifPresent(
            peers ->
                problems.add(
                    peers.position(),
                    "auth.peers",
                    "is for identity.source = \"config\"; the peers of this node live in its data"
                        + " directory"));
  }

  private static ConfigTree.Table coreKeys(ConfigTree.Table tree) {
    ConfigTree.Table core =
        new ConfigTree.Table(
            tree.position(),
            tree.entries().stream().filter(e -> ConfigLoader.keys().contains(e.key())).toList());
    Optional<ConfigTree.Table> tls = tlsIdentity(tree);
    return tls.isEmpty() ? core : core.with("tls_identity", withoutOwnKeys(tls.get()));
  }

  private static ConfigTree.Table withoutOwnKeys(ConfigTree.Table tls) {
    boolean rawKey =
        tls.find("type")
            .map(ConfigTree.Entry::value)
            .filter(ConfigTree.Text.class::isInstance)
            .filter(type -> ((ConfigTree.Text) type).value().equals("raw_key"))
            .isPresent();
    ConfigTree.Table rest = tls.without("source");
    return rawKey ? rest.without("key_file") : rest;
  }
}
