package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.CredentialBook;
import org.alknet.cli.assembly.NodeVault;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet credential show} (spec/cli.md section 9.15). */
@Command(
    name = "show",
    aliases = "get",
    header = {
      "Show what is known about a credential; its value only on request.",
      "",
      "  alknet credential show openai",
      "  alknet credential show openai --envelope",
      "  alknet credential get openai --reveal > value.txt",
      ""
    })
public final class CredentialShowCommand implements Callable<Integer> {
  private final Invocation invocation;
  @Mixin private final VaultOptions options = new VaultOptions();

  @Parameters(paramLabel = "PROVIDER", description = "its name")
  private String provider = "";

  @Option(names = "--envelope", description = "print it encrypted, as JSON")
  private boolean envelope;

  @Option(
      names = "--reveal",
      description = "print its value; at a terminal that is asked for again")
  private boolean reveal;

  /** Creates the command. */
  public CredentialShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (envelope && reveal) {
      throw CliException.of(ExitCodes.USAGE, "--envelope and --reveal exclude each other");
    }
    LocalData local = LocalData.of(invocation);
    try (SqliteStore store = local.openStore()) {
      CredentialBook.Entry entry =
          CredentialBook.find(
              CredentialBook.all(store, local.directory(), local.config()), provider);
      CredentialView view = new CredentialView(invocation, entry, store);
      if (envelope) {
        view.envelope();
      } else if (reveal) {
        if (invocation.context().terminal()) {
          Confirm.required(invocation, "Show " + provider + " on this screen?");
        }
        try (NodeVault vault = options.unlock(invocation, local.config())) {
          view.reveal(vault);
        }
      } else {
        view.describe();
      }
    }
    return ExitCodes.OK;
  }
}
