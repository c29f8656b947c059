package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet export}: what others need to use a node (spec/cli.md section 9.16). */
@Command(
    name = "export",
    header = {
      "Print what others need to use this node.",
      "",
      "  alknet export openapi > gateway.json",
      "  alknet export openapi --openapi 3.1",
      "  alknet export peers --format toml",
      ""
    })
public final class ExportCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public ExportCommand() {}
}
