package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.PeerDiff;
import org.alknet.cli.admin.PeerFile;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.cli.input.FileInput;
import org.alknet.core.identity.PeerEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet peer import} (spec/cli.md section 9.11). */
@Command(
    name = "import",
    header = {
      "Read peers from a file, show the difference, and make it in one transaction.",
      "",
      "  alknet peer import peers.jsonl --dry-run",
      "  alknet peer import peers.jsonl --mode replace --yes",
      "",
      "Of a configuration (.toml) the tables auth.peers are read.",
      ""
    })
public final class PeerImportCommand implements Callable<Integer> {
  /** What happens to peers that are not in the file. */
  enum Mode {
    merge,
    replace
  }

  private final Invocation invocation;

  @Parameters(paramLabel = "FILE", description = "what peer export wrote; - for standard input")
  private String file = "";

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "merge",
      description =
          "merge keeps the peers that are not in the file, replace removes them (default"
              + " ${DEFAULT-VALUE})")
  private Mode mode = Mode.merge;

  @Option(names = "--dry-run", description = "show the difference and write nothing")
  private boolean dryRun;

  /** Creates the command. */
  public PeerImportCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    List<PeerEntry> imported =
        PeerFile.read(
            Path.of(file.equals("-") ? "standard input" : file),
            FileInput.read(invocation.context(), file, PeerFile.MAX_BYTES),
            file.toLowerCase(Locale.ROOT).endsWith(".toml"));
    try (Peers peers = LocalData.of(invocation).openPeers()) {
      PeerDiff diff = PeerDiff.between(peers.list(), imported, mode == Mode.replace);
      PeerImportView view = new PeerImportView(invocation, diff);
      boolean write = !dryRun && !diff.changes().isEmpty();
      if (write) {
        view.show();
        Confirm.required(invocation, "Make these changes?");
      }
      view.result(write ? Optional.of(peers.apply(diff)) : Optional.empty());
    }
    return ExitCodes.OK;
  }
}
