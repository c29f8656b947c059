package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.PeerFile;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.core.identity.PeerEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet peer export} (spec/cli.md section 9.11). */
@Command(
    name = "export",
    header = {
      "Print peers in a form that peer import reads; token hashes are in it.",
      "",
      "  alknet peer export > peers.jsonl",
      "  alknet peer export operator --format toml",
      ""
    })
public final class PeerExportCommand implements Callable<Integer> {
  /** How they are written. */
  enum Format {
    jsonl,
    toml
  }

  private final Invocation invocation;

  @Parameters(arity = "0..*", paramLabel = "ID", description = "ids of the peers (default: all)")
  private List<String> ids = List.of();

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "jsonl",
      description =
          "jsonl, a line each; or toml, tables for a configuration (default ${DEFAULT-VALUE})")
  private Format format = Format.jsonl;

  /** Creates the command. */
  public PeerExportCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    List<PeerEntry> all = LocalData.of(invocation).peers();
    List<PeerEntry> chosen = new ArrayList<>();
    for (String id : ids) {
      chosen.add(Peers.find(all, id));
    }
    for (PeerEntry peer : ids.isEmpty() ? all : chosen) {
      invocation.result(
          format == Format.jsonl ? PeerFile.json(peer) : PeerFile.toml(peer).stripTrailing());
    }
    invocation.context().out().flush();
    return ExitCodes.OK;
  }
}
