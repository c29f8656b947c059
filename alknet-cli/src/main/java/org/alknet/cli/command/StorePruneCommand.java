package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet store prune} (spec/cli.md section 9.17). */
@Command(
    name = "prune",
    header = {
      "Drop old notifications, by which processes tell each other of changes.",
      "",
      "  alknet store prune",
      "  alknet store prune --keep 10 --json",
      "",
      "Nodes do so by themselves, and never lose a change by it. Channels of other programs in the",
      "same file are left alone.",
      ""
    })
public final class StorePruneCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "1000",
      description = "of each channel of ours (default ${DEFAULT-VALUE}); none older than a day")
  private int keep;

  /** Creates the command. */
  public StorePruneCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    if (keep < 1) {
      throw CliException.of(ExitCodes.USAGE, "--keep is 1 or more");
    }
    LocalData local = LocalData.of(invocation);
    new StoreView(invocation)
        .pruned(StoreFiles.prune(local.directory(), local.config(), keep), keep);
    return ExitCodes.OK;
  }
}
