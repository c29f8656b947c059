package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet token}: bearer tokens of peers and API keys (spec/cli.md section 9.12). */
@Command(
    name = "token",
    header = {
      "Issue and check bearer tokens; only their hashes are stored.",
      "",
      "  alknet token issue --peer script --out script.token",
      "  alknet token verify --file script.token",
      ""
    })
public final class TokenCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public TokenCommand() {}
}
