package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet import}: looks at operations of others (spec/cli.md section 9.16). */
@Command(
    name = "import",
    header = {
      "Show what would be imported; nothing is registered by it.",
      "",
      "  alknet import call hub",
      "  alknet import call hub --prefix hub",
      "  alknet import mcp https://mcp.example.org/mcp",
      "  alknet import openapi petstore.yaml",
      ""
    })
public final class ImportCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public ImportCommand() {}
}
