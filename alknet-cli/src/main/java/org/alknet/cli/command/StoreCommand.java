package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet store}: the file with peers and credentials (spec/cli.md section 9.17). */
@Command(
    name = "store",
    header = {
      "Look after the file that holds peers and credentials.",
      "",
      "  alknet store info",
      "  alknet store backup",
      "",
      "All of it works while a node runs on the store. Never copy its files by hand then.",
      ""
    })
public final class StoreCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public StoreCommand() {}
}
