package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet remote}: names for other nodes (spec/cli.md section 9.9). */
@Command(
    name = "remote",
    header = {
      "Give nodes names, and choose the one that commands talk to.",
      "",
      "  alknet remote list",
      "  alknet remote use hub",
      "  alknet call -r hub demo/time",
      ""
    })
public final class RemoteCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public RemoteCommand() {}
}
