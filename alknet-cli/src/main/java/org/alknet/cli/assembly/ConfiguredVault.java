package org.alknet.cli.assembly;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Opens the vault of a configuration with the files and the people it names. */
public final class ConfiguredVault {
  private ConfiguredVault() {}

  /**
   * Unlocks.
   *
   * @param expected fingerprint of the identity, if that is known
   * @param otherwise who has the password if the configuration names no file
   * @throws NodeException if the password or the identity is wrong, or nobody knows the password
   */
  public static NodeVault unlock(
      NodeConfig.Vault vault, Optional<String> expected, VaultPassword otherwise)
      throws NodeException {
    if (!NodeVault.exists(vault.keystore())) {
      // Nobody is asked for the password of nothing.
      throw new NodeException(
          NodeException.Kind.VAULT,
          "there is no keystore " + vault.keystore(),
          "alknet vault init  makes one.");
    }
    char[] password = password(vault, otherwise);
    char[] passphrase = new char[0];
    try {
      if (vault.passphraseFile().isPresent()) {
        passphrase = read(vault.passphraseFile().get());
      }
      return NodeVault.unlock(vault.keystore(), password, passphrase, expected);
    } finally {
      Arrays.fill(password, '\0');
      Arrays.fill(passphrase, '\0');
    }
  }

  private static char[] password(NodeConfig.Vault vault, VaultPassword otherwise)
      throws NodeException {
    return vault.passwordFile().isPresent()
        ? read(vault.passwordFile().get())
        : otherwise
            .ask()
            .orElseThrow(
                () ->
                    new NodeException(
                        NodeException.Kind.VAULT,
                        "the password of " + vault.keystore() + " is needed",
                        "Name a file with it: password_file in the table [vault], or"
                            + " --password-file FILE."));
  }

  private static char[] read(Path file) throws NodeException {
    return SecretText.characters(SecretFiles.read(file));
  }
}
