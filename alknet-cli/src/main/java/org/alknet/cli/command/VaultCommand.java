package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet vault}: one phrase, and what comes of it (spec/cli.md section 9.14). */
@Command(
    name = "vault",
    header = {
      "Manage the vault: one phrase, from which keys and encrypted credentials come.",
      "",
      "  alknet vault unlock",
      "  alknet vault rotate --to 3 --dry-run",
      "",
      "Nothing stays unlocked: every command and every node opens the keystore for itself.",
      ""
    })
public final class VaultCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public VaultCommand() {}
}
