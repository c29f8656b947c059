package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet peer}: who is known to the node (spec/cli.md section 9.11). */
@Command(
    name = "peer",
    header = {
      "Manage who is known to the node; a running node follows within milliseconds.",
      "",
      "  alknet peer list",
      "  alknet peer add --help",
      "  alknet peer disable worker-a",
      ""
    })
public final class PeerCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public PeerCommand() {}
}
