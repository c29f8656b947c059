package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet credential delete} (spec/cli.md section 9.15). */
@Command(
    name = "delete",
    aliases = "rm",
    header = {
      "Delete a credential; asks first.",
      "",
      "  alknet credential delete openai --yes",
      "  alknet credential rm openai --yes",
      ""
    })
public final class CredentialDeleteCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "PROVIDER", description = "its name")
  private String provider = "";

  /** Creates the command. */
  public CredentialDeleteCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (SqliteStore store = LocalData.of(invocation).openStore()) {
      if (store.credentials().get(provider).isEmpty()) {
        CredentialCommand.changed(invocation, provider, "was not there");
        return ExitCodes.OK;
      }
      Confirm.required(invocation, "Delete the credential " + provider + "?");
      NodeStore.await("cannot delete " + provider, store.credentials().delete(provider));
      CredentialCommand.changed(invocation, provider, "deleted");
    }
    return ExitCodes.OK;
  }
}
