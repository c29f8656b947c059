package org.alknet.cli.command;

import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet peer export} (spec/cli.md section 9.11). */
@Command(
    name = "export",
    header = {
      "Print peers in a form that peer import reads; token hashes are in it.",
      "",
      "  alknet peer export > peers.jsonl",
      "  alknet peer export operator --format toml",
      "  alknet peer export --no-tokens",
      ""
    })
public final class PeerExportCommand extends PeerExport {
  /** Creates the command. */
  public PeerExportCommand(Invocation invocation) {
    super(invocation);
  }
}
