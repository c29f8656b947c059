package org.alknet.cli.command;

import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet export peers} (spec/cli.md section 9.16): {@code peer export} by another name. */
@Command(
    name = "peers",
    header = {
      "Print the peers of this node for another one; token hashes are in it.",
      "",
      "  alknet export peers > peers.jsonl",
      "  alknet export peers --format toml --no-tokens",
      "",
      "It is what alknet peer export prints, and alknet peer import reads it on the other node.",
      "In a configuration whose [identity] has source = \"config\" the tables of toml belong as",
      "they are.",
      ""
    })
public final class ExportPeersCommand extends PeerExport {
  /** Creates the command. */
  public ExportPeersCommand(Invocation invocation) {
    super(invocation);
  }
}
