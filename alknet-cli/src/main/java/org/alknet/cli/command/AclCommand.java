package org.alknet.cli.command;

import picocli.CommandLine.Command;

/** {@code alknet acl}: who may do what, and why (spec/cli.md section 9.13). */
@Command(
    name = "acl",
    header = {
      "Explain who may use which operation.",
      "",
      "  alknet acl explain demo/secret --anonymous",
      "  alknet acl matrix",
      ""
    })
public final class AclCommand {
  /** Creates the command, which does nothing without a sub-command. */
  public AclCommand() {}
}
