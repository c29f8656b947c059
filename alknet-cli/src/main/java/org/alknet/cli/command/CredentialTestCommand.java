package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.CredentialBook;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code alknet credential test} (spec/cli.md section 9.15). */
@Command(
    name = "test",
    header = {
      "Decrypt a credential and say so, without showing it.",
      "",
      "  alknet credential test openai",
      "  alknet credential test openai --json",
      ""
    })
public final class CredentialTestCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Parameters(paramLabel = "PROVIDER", description = "its name")
  private String provider = "";

  /** Creates the command. */
  public CredentialTestCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    try (SqliteStore store = local.openStore()) {
      CredentialBook.Entry entry =
          CredentialBook.find(
              CredentialBook.all(store, local.directory(), local.config()), provider);
      try (NodeVault vault = options.unlock(invocation, local.config())) {
        new CredentialView(invocation, entry, store).test(vault);
      }
    }
    return ExitCodes.OK;
  }
}
