package org.alknet.cli.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.alknet.call.registry.OperationRegistry;
import org.alknet.cli.demo.DemoOperations;
import org.alknet.core.config.ConfigException;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.ConfigReloadHandle;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.identity.CompositeIdentityProvider;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.observe.AuditLog;
import org.alknet.core.observe.CoreMetrics;
import org.alknet.http.server.Decoy;
import org.alknet.store.sqlite.SqliteStore;

/**
 * A node put together as far as that goes without opening a port (spec/cli.md section 7): it knows
 * what the node would offer and to whom. Creates nothing, takes no lock, asks nobody for a
 * password, and may be done while the node runs.
 *
 * <p>Not thread-safe; registry and identities are. Owns what it opened until {@link #close()}.
 */
public final class DryAssembly implements AutoCloseable {
  private final NodeSettings settings;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Findings findings = new Findings();
  private final Optional<SqliteStore> store;
  private final IdentityProvider identities;
  private final OperationRegistry registry;

  private DryAssembly(NodeSettings settings) {
    this.settings = settings;
    settings.config().map(NodeConfig::warnings).orElse(List.of()).stream()
        .map(ConfigProblem::toString)
        .forEach(findings::warn);
    findings.attempt(settings.directory()::check);
    findings.attempt(() -> settings.staticConfig(Optional.empty()));
    settings.auditFile().ifPresent(file -> findings.attempt(() -> FileAuditLog.look(file)));
    this.store = lookAtStore();
    this.identities = recognition();
    findings.attempt(() -> new ApiKeyPrefixes(peerStore()).check(settings.dynamic()));
    Optional<NodeVault> vault = lookAtVault();
    lookAtKey();
    findings.attempt(this::lookAtHttp);
    this.registry = registry(vault);
    lookAtRemotes(vault);
  }

  static DryAssembly of(NodeSettings settings) throws NodeException {
    DryAssembly dry = new DryAssembly(settings);
    try {
      dry.findings.throwIfAny();
      return dry;
    } catch (NodeException wrong) {
      dry.close();
      throw wrong;
    }
  }

  private Optional<SqliteStore> lookAtStore() {
    if (!settings.needsStore()) {
      return Optional.empty();
    }
    Optional<Optional<SqliteStore>> looked =
        findings.attempt(() -> NodeStore.openToLook(settings.directory(), settings.config()));
    if (looked.isPresent() && looked.get().isEmpty()) {
      findings.warn(
          NodeStore.file(settings.directory(), settings.config())
              + " does not exist; the first start makes it");
    }
    Optional<SqliteStore> opened = looked.flatMap(found -> found);
    opened.ifPresent(parts::push);
    if (settings.given().strictStore()) {
      opened.ifPresent(found -> findings.attempt(() -> NodeStore.insistOnOurs(found)));
    }
    return opened;
  }

  private Optional<SqliteStore> peerStore() {
    return store.filter(opened -> !settings.peersInConfiguration());
  }

  private IdentityProvider recognition() {
    IdentityProvider keys = new ConfigIdentityProvider(ConfigSnapshot.of(settings.dynamic()));
    return peerStore()
        .<IdentityProvider>map(peers -> new CompositeIdentityProvider(peers.identities(), keys))
        .orElse(keys);
  }

  private Optional<NodeVault> lookAtVault() {
    Optional<NodeConfig.Vault> configured = settings.vault();
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    if (configured.get().passwordFile().isEmpty()
        && NodeVault.exists(configured.get().keystore())) {
      findings.warn(
          "the vault was not opened, since its password is asked for: neither its identity nor any"
              + " credential is checked");
      return Optional.empty();
    }
    Optional<NodeVault> unlocked =
        findings.attempt(
            () ->
                ConfiguredVault.unlock(
                    configured.get(), settings.expectedFingerprint(), VaultPassword.NONE));
    unlocked.ifPresent(parts::push);
    return unlocked;
  }

  private void lookAtKey() {
    if (!settings.isRawKey() || settings.isKeyInVault()) {
      return;
    }
    Path file = settings.keyFile();
    if (Files.exists(file)) {
      findings.attempt(() -> KeyFiles.load(file)).ifPresent(key -> parts.push(key::destroy));
    } else {
      findings.warn(file + " does not exist; the first start makes it");
    }
  }

  private void lookAtHttp() throws NodeException {
    Optional<NodeConfig.Http> http = settings.http();
    if (http.isEmpty()) {
      return;
    }
    HttpCertificate certificate = HttpCertificate.of(settings, http.get());
    if (certificate.isMissing()) {
      findings.warn(certificate.files().cert() + " does not exist; the first start makes it");
    } else {
      findings.attempt(certificate::check);
    }
    if (http.get().decoy() instanceof Decoy.StaticSite site && !Files.isDirectory(site.root())) {
      findings.add(
          new NodeException(
              NodeException.Kind.CONFIGURATION, "http.decoy: no such directory: " + site.root()));
    }
  }

  private OperationRegistry registry(Optional<NodeVault> vault) {
    DemoOperations demos = new DemoOperations();
    parts.push(demos);
    // A vault that was not opened says nothing about what is in it.
    boolean known = vault.isPresent() || settings.vault().isEmpty();
    CapabilityInjector capabilities =
        new CapabilityInjector(
            vault,
            store.map(SqliteStore::credentials),
            known && settings.requireCredentials(),
            known ? findings::warn : unknown -> {});
    parts.push(capabilities);
    for (NodeConfig.Mcp server : settings.mcp()) {
      findings.warn(
          "the tools of "
              + server.namespace()
              + " at "
              + server.url()
              + " were not asked for; a node asks when it starts");
    }
    return findings
        .attempt(
            () -> NodeRegistry.build(settings, demos, importServices(), List.of(), capabilities))
        .orElseGet(OperationRegistry::empty);
  }

  private List<Offered> importServices() throws NodeException {
    List<Offered> imported = new ArrayList<>(McpImports.unasked(settings.mcp()));
    if (!settings.openApi().isEmpty()) {
      ImportedServices services = ImportedServices.start(settings.staticConfig(Optional.empty()));
      parts.push(services);
      imported.addAll(services.load(settings.openApi(), findings::warn));
    }
    return imported;
  }

  private void lookAtRemotes(Optional<NodeVault> vault) {
    RemoteLookup lookup = new RemoteLookup(settings, peers(), store, vault);
    lookup.resolve().forEach(parts::push);
    if (!lookup.problems().isEmpty()) {
      findings.add(
          new NodeException(
              NodeException.Kind.CONFIGURATION, "cannot dial out", null, lookup.problems()));
    }
    lookup.warnings().forEach(findings::warn);
  }

  /** Returns what the node would offer. */
  public OperationRegistry registry() {
    return registry;
  }

  /** Returns who would be recognised by which key or token; as long as this is open. */
  public IdentityProvider identities() {
    return identities;
  }

  /** Returns the known peers, disabled ones included. */
  public List<PeerEntry> peers() {
    return peerStore()
        .map(peers -> peers.identities().peers())
        .orElseGet(() -> settings.dynamic().auth().peers());
  }

  /** Returns the configuration, if there is a file. */
  public Optional<NodeConfig> configuration() {
    return settings.config();
  }

  /** Returns what works and should be different. */
  public List<String> warnings() {
    return findings.warnings();
  }

  @Override
  public void close() {
    Node.release(parts);
  }

  /**
   * Checks a configuration.
   *
   * @return what works and should be different
   * @throws NodeException with everything that would keep a node from starting
   */
  public static List<String> check(Path file, DataDirectory directory) throws NodeException {
    HeadStart.store(directory);
    try (DryAssembly dry =
        NodeBuilder.create().dataDirectory(directory.root()).configuration(file).dry()) {
      return dry.warnings();
    }
  }

  /**
   * Compares a file with what the node that runs on a data directory has in force.
   *
   * @return what a reload would change
   * @throws NodeException if the file is wrong
   */
  public static ReloadReport compare(Path file, DataDirectory directory) throws NodeException {
    ConfigSource next = ConfigSource.read(file, directory);
    ConfigSource started = ConfigSource.read(directory.configurationAtStart(file), directory);
    ConfigSource inForce = ConfigSource.read(directory.configurationInForce(file), directory);
    try {
      ConfigReloadHandle handle =
          ConfigReloadHandle.create(inForce.dynamic(), AuditLog.NONE, CoreMetrics.NONE);
      Map<String, String> changes = new LinkedHashMap<>(handle.reload(next.dynamic()).fields());
      changes.putAll(certificateChange(directory));
      changes.putAll(inForce.logLevelChange(next));
      List<String> needRestart = new ArrayList<>(started.needRestart(next));
      needRestart.remove(ConfigSource.LOG_LEVEL);
      return new ReloadReport(Instant.now(), true, 0, changes, needRestart, List.of());
    } catch (ConfigException wrong) {
      throw new NodeException(
          NodeException.Kind.CONFIGURATION, String.valueOf(wrong.getMessage()), wrong, List.of());
    }
  }

  /** The running node says which file it read its certificate from, and what it found there. */
  private static Map<String, String> certificateChange(DataDirectory directory)
      throws NodeException {
    Optional<HttpState> http = RunState.ofRunningNode(directory).flatMap(RunState::http);
    return http.isEmpty()
        ? Map.of()
        : HttpFace.change(
            http.get().certificate(), HttpCertificate.leaf(http.get().certificateFile()));
  }
}
