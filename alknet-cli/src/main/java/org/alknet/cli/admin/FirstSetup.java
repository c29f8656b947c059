package org.alknet.cli.admin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.KeyFiles;
import org.alknet.cli.assembly.NodeBuilder;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.context.CliException;
import org.alknet.core.tls.Ed25519SecretKey;

/**
 * Makes what a node needs before its first start: directory, keys, store and configuration. What is
 * there already is kept (spec/cli.md section 9.2).
 *
 * <p>Not thread-safe.
 */
public final class FirstSetup {
  private final DataDirectory directory;
  private final List<Path> created = new ArrayList<>();
  private final List<Path> kept = new ArrayList<>();

  /** Sets up a data directory. */
  public FirstSetup(DataDirectory directory) {
    this.directory = directory;
  }

  /**
   * A keystore that gives the node its key.
   *
   * <p>Immutable.
   *
   * @param keystore its file
   * @param fingerprint of the identity in it
   * @param passwordFile where the node finds the password; it asks otherwise
   * @param passphraseFile where the node finds the BIP-39 passphrase, if there is one
   */
  public record NodeVaultFiles(
      Path keystore,
      String fingerprint,
      Optional<Path> passwordFile,
      Optional<Path> passphraseFile) {}

  /**
   * What came of it.
   *
   * <p>Immutable.
   *
   * @param fingerprint of the node
   * @param created files that are new
   * @param kept files that were there
   */
  public record Report(String fingerprint, List<Path> created, List<Path> kept) {
    /** Copies. */
    public Report {
      created = List.copyOf(created);
      kept = List.copyOf(kept);
    }
  }

  /** Returns the configuration the directory has, if it has one. */
  public Optional<Path> configuration() {
    return NodeConfig.locate(directory);
  }

  /** Remembers that a file was there, or is new. */
  public void note(Path file, boolean isNew) {
    (isNew ? created : kept).add(file);
  }

  /**
   * Makes what is missing, the configuration last: what is there before it is harmless without it.
   *
   * @param vault where the key of the node comes from; a file of its own if absent
   * @param peerId id of the peer that stands for the user
   * @param listen the address to write into a new configuration
   * @throws NodeException if something cannot be made
   * @throws CliException if the store has no such peer to rename
   */
  public Report run(Optional<NodeVaultFiles> vault, String peerId, Optional<String> listen)
      throws NodeException, CliException, IOException {
    directory.create();
    String fingerprint = vault.isPresent() ? vault.get().fingerprint() : key(directory.nodeKey());
    key(directory.operatorKey());
    store(peerId);
    Optional<Path> existing = configuration();
    Path file = existing.orElse(directory.configurations().get(0));
    if (existing.isEmpty()) {
      ConfigTemplate template = ConfigTemplate.sample();
      listen.ifPresent(template::listen);
      vault.ifPresent(
          v -> template.vault(v.keystore(), v.fingerprint(), v.passwordFile(), v.passphraseFile()));
      SecretFiles.create(file, template.bytes());
    }
    note(file, existing.isEmpty());
    return new Report(fingerprint, created, kept);
  }

  private String key(Path file) throws NodeException {
    boolean isNew = !Files.exists(file);
    Ed25519SecretKey key = KeyFiles.loadOrCreate(file);
    key.destroy();
    note(file, isNew);
    return key.fingerprint();
  }

  private void store(String peerId) throws NodeException, CliException {
    Optional<Path> file = configuration();
    Optional<NodeConfig> config =
        file.isEmpty() ? Optional.empty() : Optional.of(NodeConfig.load(file.get(), directory));
    if (config.isPresent() && config.get().identity().inConfiguration()) {
      return;
    }
    Path database = NodeStore.file(directory, config);
    boolean isNew = !Files.exists(database);
    try (Peers peers = Peers.open(directory, config)) {
      if (isNew && !peerId.equals(NodeBuilder.OPERATOR)) {
        peers.update(NodeBuilder.OPERATOR, peer -> peer.toBuilder().peerId(peerId).build());
      }
    }
    note(database, isNew);
  }
}
