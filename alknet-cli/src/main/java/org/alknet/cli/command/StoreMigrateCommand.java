package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet store migrate} (spec/cli.md section 9.17). */
@Command(
    name = "migrate",
    header = {
      "Bring the store to the version of this program, or say whether it is.",
      "",
      "  alknet store migrate --dry-run",
      "  alknet store migrate",
      "",
      "Every command that opens a store for writing does so by itself, serve too. After that an",
      "older program refuses the store: back it up before an upgrade.",
      ""
    })
public final class StoreMigrateCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--dry-run", description = "only say what would be done")
  private boolean dryRun;

  /** Creates the command. */
  public StoreMigrateCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    new StoreView(invocation)
        .migrated(StoreFiles.migrate(local.directory(), local.config(), dryRun), dryRun);
    return ExitCodes.OK;
  }
}
