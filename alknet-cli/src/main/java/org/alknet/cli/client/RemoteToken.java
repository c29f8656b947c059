package org.alknet.cli.client;

import java.nio.file.Path;
import java.util.Optional;
import org.alknet.cli.assembly.ConfiguredVault;
import org.alknet.cli.assembly.DataDirectory;
import org.alknet.cli.assembly.NodeConfig;
import org.alknet.cli.assembly.NodeException;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.assembly.SecretFiles;
import org.alknet.cli.assembly.SecretText;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.credential.EncryptedData;
import org.alknet.store.sqlite.SqliteStore;

/** Fetches the bearer token of a saved remote from where it is kept. */
public final class RemoteToken {
  private RemoteToken() {}

  /**
   * Returns the token of a target, which the caller wipes; empty if it has none.
   *
   * @throws CliException if it is not there any more
   * @throws NodeException if it cannot be read or decrypted
   */
  public static byte[] of(Invocation invocation, Target target) throws CliException, NodeException {
    Optional<SavedRemote.Token> token = target.saved().flatMap(SavedRemote::token);
    return token.isEmpty()
        ? new byte[0]
        : of(invocation, target.spec().name().orElse(""), token.get());
  }

  /**
   * Returns a token, which the caller wipes.
   *
   * @throws CliException if it is not there any more
   * @throws NodeException if it cannot be read or decrypted
   */
  private static byte[] of(Invocation invocation, String remote, SavedRemote.Token token)
      throws CliException, NodeException {
    DataDirectory directory = invocation.dataDirectory();
    if (token instanceof SavedRemote.Token.File file) {
      return SecretFiles.read(directory.root().resolve(file.path()));
    }
    String provider = ((SavedRemote.Token.Credential) token).provider();
    Optional<Path> configuration = invocation.configuration();
    Optional<NodeConfig> config =
        configuration.isEmpty()
            ? Optional.empty()
            : Optional.of(NodeConfig.load(configuration.get(), directory));
    invocation.prepareClient();
    try (SqliteStore store = NodeStore.openForCommand(directory, config)) {
      EncryptedData stored =
          store
              .credentials()
              .get(provider)
              .orElseThrow(
                  () ->
                      CliException.of(
                          ExitCodes.MISSING,
                          "the token of remote " + remote + " is gone: no credential " + provider,
                          "alknet remote add " + remote + " … --stdin --replace  stores another."));
      try (NodeVault vault = unlock(invocation, directory, config)) {
        return SecretText.utf8(vault.decrypt(provider, stored));
      }
    }
  }

  private static NodeVault unlock(
      Invocation invocation, DataDirectory directory, Optional<NodeConfig> config)
      throws NodeException {
    NodeConfig.Vault vault =
        config
            .flatMap(NodeConfig::vault)
            .orElseGet(
                () ->
                    new NodeConfig.Vault(
                        directory.root().resolve("vault.json"),
                        Optional.empty(),
                        Optional.empty(),
                        true));
    return ConfiguredVault.unlock(
        vault,
        config.flatMap(c -> c.identity().expectedFingerprint()),
        () ->
            invocation.context().terminal() && !invocation.options().noInput()
                ? invocation.context().platform().askSecret("password of the keystore: ")
                : Optional.empty());
  }
}
