package org.alknet.cli.assembly;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.alknet.core.config.ConfigProblem;
import org.alknet.core.config.DynamicConfig;
import org.alknet.core.config.StaticConfig;

/**
 * A configuration file, read and validated (spec/cli.md section 6). Holds no secret.
 *
 * <p>Immutable.
 *
 * @param file where it comes from
 * @param core addresses, transport and limits; its identity is set if that is no raw key
 * @param dynamic what a reload replaces
 * @param nodeKey the raw key of the node; empty if certificates are its identity
 * @param identity where peers live
 * @param store the database
 * @param vault the keystore
 * @param call settings of the calls
 * @param connect whom to dial
 * @param demo whether the demo operations are offered
 * @param logging what is logged how
 * @param warnings what works and should be different
 */
public record NodeConfig(
    Path file,
    StaticConfig core,
    DynamicConfig dynamic,
    Optional<NodeKey> nodeKey,
    Identities identity,
    Store store,
    Optional<Vault> vault,
    Call call,
    List<Connect> connect,
    boolean demo,
    Logging logging,
    List<ConfigProblem> warnings) {
  /** Copies. */
  public NodeConfig {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(core, "core");
    Objects.requireNonNull(dynamic, "dynamic");
    Objects.requireNonNull(nodeKey, "nodeKey");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(vault, "vault");
    Objects.requireNonNull(call, "call");
    connect = List.copyOf(connect);
    Objects.requireNonNull(logging, "logging");
    warnings = List.copyOf(warnings);
  }

  /**
   * Where the key of the node comes from.
   *
   * <p>Immutable.
   *
   * @param file the key file; empty if the vault has the key
   */
  public record NodeKey(Optional<Path> file) {
    /** Whether the vault has the key. */
    public boolean inVault() {
      return file.isEmpty();
    }
  }

  /**
   * Where peers live.
   *
   * <p>Immutable.
   *
   * @param inConfiguration whether the file itself lists them; otherwise the store does
   * @param expectedFingerprint what the identity of the vault has to be
   */
  public record Identities(boolean inConfiguration, Optional<String> expectedFingerprint) {}

  /**
   * The database.
   *
   * <p>Immutable.
   *
   * @param path of the file
   * @param durability {@code full} or {@code normal}
   * @param watch {@code auto}, {@code hinted}, {@code poll} or {@code manual}
   * @param denyAfter how long peers are served from memory while the file cannot be read; empty for
   *     as long as it takes
   */
  public record Store(Path path, String durability, String watch, Optional<Duration> denyAfter) {}

  /**
   * The keystore.
   *
   * <p>Immutable.
   *
   * @param keystore its file
   * @param passwordFile file with its password; empty to be asked
   * @param passphraseFile file with the BIP-39 passphrase, if the mnemonic has one
   * @param lockAfterStart whether the vault is locked once credentials are injected
   */
  public record Vault(
      Path keystore,
      Optional<Path> passwordFile,
      Optional<Path> passphraseFile,
      boolean lockAfterStart) {}

  /**
   * Settings of the calls.
   *
   * <p>Immutable.
   *
   * @param listPeers whether {@code services/list-peers} is offered
   * @param defaultTimeout limit of a call that names none
   */
  public record Call(boolean listPeers, Optional<Duration> defaultTimeout) {}

  /**
   * A remote to dial.
   *
   * <p>Immutable.
   *
   * @param remote its address or its name in {@code remotes.json}
   * @param importOperations whether to import its operations
   * @param reconnect whether to dial again when the connection ends
   */
  public record Connect(String remote, boolean importOperations, boolean reconnect) {}

  /**
   * What is logged how.
   *
   * <p>Immutable.
   *
   * @param level {@code off}, {@code error}, {@code warn}, {@code info}, {@code debug} or {@code
   *     trace}
   * @param auditFile file for audit events, in addition to the log
   */
  public record Logging(Optional<String> level, Optional<Path> auditFile) {}

  /** Returns the configuration file of a data directory, if there is one. */
  public static Optional<Path> locate(DataDirectory directory) {
    return directory.configurations().stream().filter(Files::exists).findFirst();
  }

  /**
   * Reads and validates a file.
   *
   * @param directory the data directory, where the store and keys are without a path of their own
   * @throws NodeException if others may write the file, it cannot be read, or anything in it is
   *     wrong: lists all problems
   */
  public static NodeConfig load(Path file, DataDirectory directory) throws NodeException {
    return ConfigSource.read(file, directory).load();
  }
}
