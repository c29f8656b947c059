package org.alknet.cli.command;

import java.util.Arrays;
import java.util.concurrent.Callable;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.SecretInput;
import org.alknet.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet credential put} (spec/cli.md section 9.15). */
@Command(
    name = "put",
    header = {
      "Store a credential, encrypted by the vault.",
      "",
      "  alknet credential put openai --file key.txt",
      "  alknet credential put openai --stdin --replace < key.txt",
      "",
      "A running node gives it to its operations at once if its vault is open, else at the next start.",
      ""
    })
public final class CredentialPutCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Mixin private final VaultOptions options = new VaultOptions();

  @Parameters(paramLabel = "PROVIDER", description = "name by which operations ask for it")
  private String provider = "";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "file with the credential, mode 0600 (default: asked for)")
  private @Nullable String file;

  @Option(names = "--stdin", description = "read the credential from standard input")
  private boolean standardInput;

  @Option(
      names = "--key-version",
      paramLabel = "N",
      description = "version of the vault's key to encrypt it with")
  private @Nullable Long keyVersion;

  @Option(names = "--replace", description = "put it in the place of the one that is there")
  private boolean replace;

  /** Creates the command. */
  public CredentialPutCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    try (SqliteStore store = local.openStore()) {
      boolean exists = store.credentials().get(provider).isPresent();
      if (exists && !replace) {
        throw CliException.of(
            ExitCodes.UNSAFE,
            "there is a credential " + provider + " already",
            "--replace puts this one in its place.");
      }
      try (NodeVault vault = options.unlock(invocation, local.config())) {
        byte[] value =
            SecretInput.read(invocation, file, null, standardInput, "credential for " + provider);
        try {
          NodeStore.await(
              "cannot store " + provider,
              store
                  .credentials()
                  .put(
                      provider,
                      vault.encrypt(
                          value, keyVersion == null ? NodeVault.KEY_VERSION : keyVersion)));
        } finally {
          Arrays.fill(value, (byte) 0);
        }
      }
      CredentialCommand.changed(invocation, provider, exists ? "replaced" : "stored");
    }
    return ExitCodes.OK;
  }
}
