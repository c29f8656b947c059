package org.alknet.cli.assembly;

import java.nio.file.Files;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.alknet.core.config.ConfigIdentityProvider;
import org.alknet.core.config.ConfigSnapshot;
import org.alknet.core.identity.CompositeIdentityProvider;
import org.alknet.core.identity.IdentityProvider;
import org.alknet.core.identity.PeerEntry;
import org.alknet.core.tls.Ed25519SecretKey;
import org.alknet.store.sqlite.SqliteStore;

/**
 * What a node stands on: steps 2 to 5 of spec/cli.md section 7. Whatever is opened is pushed at
 * once on the stack of things to close.
 *
 * <p>Not thread-safe. Owns nothing; the stack does.
 */
final class Foundation {
  private final NodeSettings settings;
  private final Optional<SqliteStore> store;
  private final ConfigReload reload;
  private final IdentityProvider identities;
  private final Optional<NodeVault> vault;
  private final boolean newKey;
  private final Optional<Ed25519SecretKey> key;

  private Foundation(NodeSettings settings, Observation observation, Deque<AutoCloseable> parts)
      throws NodeException {
    this.settings = settings;
    this.store = openStore(observation, parts);
    this.reload = ConfigReload.create(settings, new ApiKeyPrefixes(peerStore()), observation);
    this.identities = identities(reload.snapshot());
    this.vault = unlockVault(parts);
    this.newKey =
        settings.isRawKey() && !settings.isKeyInVault() && !Files.exists(settings.keyFile());
    this.key = obtainKey(parts);
  }

  static Foundation lay(NodeSettings settings, Observation observation, Deque<AutoCloseable> parts)
      throws NodeException {
    return new Foundation(settings, observation, parts);
  }

  /** Step 2. */
  private Optional<SqliteStore> openStore(Observation observation, Deque<AutoCloseable> parts)
      throws NodeException {
    if (!settings.needsStore()) {
      return Optional.empty();
    }
    SqliteStore opened =
        NodeStore.openForNode(settings.directory(), settings.config(), observation.metrics());
    parts.push(opened);
    if (settings.given().strictStore()) {
      NodeStore.insistOnOurs(opened);
    }
    return Optional.of(opened);
  }

  /** Step 3: one provider for the endpoint and every handler. */
  private IdentityProvider identities(ConfigSnapshot snapshot) {
    IdentityProvider keys = new ConfigIdentityProvider(snapshot);
    return peerStore()
        .<IdentityProvider>map(peers -> new CompositeIdentityProvider(peers.identities(), keys))
        .orElse(keys);
  }

  /** Step 5, which comes before step 4: the vault may have the key. */
  private Optional<NodeVault> unlockVault(Deque<AutoCloseable> parts) throws NodeException {
    Optional<NodeConfig.Vault> configured = settings.vault();
    if (configured.isEmpty()) {
      return Optional.empty();
    }
    NodeVault unlocked =
        ConfiguredVault.unlock(
            configured.get(), settings.expectedFingerprint(), settings.given().password());
    parts.push(unlocked);
    return Optional.of(unlocked);
  }

  /** Step 4. */
  private Optional<Ed25519SecretKey> obtainKey(Deque<AutoCloseable> parts) throws NodeException {
    if (!settings.isRawKey()) {
      return Optional.empty();
    }
    Optional<Ed25519SecretKey> found =
        settings.isKeyInVault()
            ? vault.map(NodeVault::identityKey)
            : Optional.of(KeyFiles.loadOrCreate(settings.keyFile()));
    found.ifPresent(secret -> parts.push(secret::destroy));
    return found;
  }

  /** Returns the database, if there is one. */
  Optional<SqliteStore> store() {
    return store;
  }

  /** Returns the database, if it is what holds the peers. */
  Optional<SqliteStore> peerStore() {
    return store.filter(opened -> !settings.peersInConfiguration());
  }

  /** Returns whom the node knows, disabled peers included. */
  List<PeerEntry> peers() {
    return peerStore()
        .map(peers -> peers.identities().peers())
        .orElseGet(() -> reload.snapshot().current().auth().peers());
  }

  ConfigReload reload() {
    return reload;
  }

  IdentityProvider identities() {
    return identities;
  }

  Optional<NodeVault> vault() {
    return vault;
  }

  /** Whether the key of the node was made just now. */
  boolean newKey() {
    return newKey;
  }

  /** Returns the raw key; empty if certificates are the identity. */
  Optional<Ed25519SecretKey> key() {
    return key;
  }
}
