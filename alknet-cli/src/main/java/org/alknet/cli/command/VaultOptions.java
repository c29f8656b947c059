package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which keystore, and how to open it: options before configuration before defaults. */
final class VaultOptions {
  @Option(
      names = "--keystore",
      paramLabel = "FILE",
      description =
          "keystore (default: the configuration's, else vault.json of the data directory)")
  private @Nullable String keystore;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "file with its password, mode 0600 (default: the configuration's, else asked)")
  private @Nullable String passwordFile;

  @Option(
      names = "--password-fd",
      paramLabel = "N",
      description = "descriptor to read its password from")
  private @Nullable Integer passwordDescriptor;

  @Option(
      names = "--passphrase-file",
      paramLabel = "FILE",
      description = "file with the BIP-39 passphrase, if the phrase has one; never stored")
  private @Nullable String passphraseFile;

  @Option(names = "--passphrase", description = "ask for the BIP-39 passphrase")
  private boolean askPassphrase;

  VaultOptions() {}

  /** Returns the file with the password, if one was named. */
  Optional<Path> passwordFile(Invocation invocation) {
    return Optional.ofNullable(passwordFile).map(f -> invocation.context().resolve(f).normalize());
  }

  /** Returns the file with the BIP-39 passphrase, if one was named. */
  Optional<Path> passphraseFile(Invocation invocation) {
    return Optional.ofNullable(passphraseFile)
        .map(f -> invocation.context().resolve(f).normalize());
  }

  /** Returns the keystore. */
  Path file(Invocation invocation, Optional<NodeConfig> config) {
    return keystore != null
        ? invocation.context().resolve(keystore)
        : config
            .flatMap(NodeConfig::vault)
            .map(NodeConfig.Vault::keystore)
            .orElseGet(() -> invocation.dataDirectory().root().resolve("vault.json"));
  }

  /** Opens the vault; the caller closes it. */
  NodeVault unlock(Invocation invocation, Optional<NodeConfig> config)
      throws CliException, NodeException {
    return unlock(invocation, config, config.flatMap(c -> c.identity().expectedFingerprint()));
  }

  /** Opens the vault for somebody who looks at its identity himself; the caller closes it. */
  NodeVault unlockWhateverItIs(Invocation invocation, Optional<NodeConfig> config)
      throws CliException, NodeException {
    return unlock(invocation, config, Optional.empty());
  }

  private NodeVault unlock(
      Invocation invocation, Optional<NodeConfig> config, Optional<String> expected)
      throws CliException, NodeException {
    Path file = file(invocation, config);
    if (!NodeVault.exists(file)) {
      throw CliException.of(
          ExitCodes.VAULT,
          "there is no keystore " + invocation.show(file),
          "alknet vault init  makes one.");
    }
    char[] password = password(invocation, config, "password of the keystore");
    char[] passphrase = passphrase(invocation, config);
    try {
      return NodeVault.unlock(file, password, passphrase, expected);
    } finally {
      Arrays.fill(password, '\0');
      Arrays.fill(passphrase, '\0');
    }
  }

  /** Asks for the password of a new keystore, twice if somebody types it. */
  char[] newPassword(Invocation invocation, Optional<NodeConfig> config)
      throws CliException, NodeException {
    char[] password = password(invocation, config, "new password of the keystore");
    if (isTyped(config)) {
      char[] again = password(invocation, config, "the same again");
      boolean same = Arrays.equals(password, again);
      Arrays.fill(again, '\0');
      if (!same) {
        Arrays.fill(password, '\0');
        throw CliException.of(ExitCodes.UNSAFE, "the two passwords differ; nothing was done");
      }
    }
    return password;
  }

  private boolean isTyped(Optional<NodeConfig> config) {
    return passwordFile == null
        && passwordDescriptor == null
        && config.flatMap(NodeConfig::vault).flatMap(NodeConfig.Vault::passwordFile).isEmpty();
  }

  /** Returns the password, which the caller wipes. */
  char[] password(Invocation invocation, Optional<NodeConfig> config, String prompt)
      throws CliException, NodeException {
    Optional<Path> configured =
        config.flatMap(NodeConfig::vault).flatMap(NodeConfig.Vault::passwordFile);
    if (passwordFile == null && passwordDescriptor == null && configured.isPresent()) {
      return SecretText.characters(SecretFiles.read(configured.get()));
    }
    return SecretText.characters(
        SecretInput.read(invocation, passwordFile, passwordDescriptor, prompt, "--password-file"));
  }

  /** Returns the BIP-39 passphrase, which is empty if there is none. */
  char[] passphrase(Invocation invocation, Optional<NodeConfig> config)
      throws CliException, NodeException {
    if (askPassphrase && passphraseFile == null) {
      return SecretText.characters(
          SecretInput.read(invocation, null, null, "BIP-39 passphrase", "--passphrase-file"));
    }
    Optional<Path> file =
        passphraseFile != null
            ? Optional.of(invocation.context().resolve(passphraseFile))
            : config.flatMap(NodeConfig::vault).flatMap(NodeConfig.Vault::passphraseFile);
    return file.isEmpty() ? new char[0] : SecretText.characters(SecretFiles.read(file.get()));
  }
}
