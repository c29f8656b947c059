package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet store restore} (spec/cli.md section 9.17). */
@Command(
    name = "restore",
    header = {
      "Put the state of a backup in place of the present one, for a running node too.",
      "",
      "  alknet store restore copy.db --dry-run",
      "  alknet store restore copy.db --yes",
      "",
      "Shows the difference and asks: a backup can bring back a peer that was revoked since. The",
      "present state is saved beside the store before.",
      ""
    })
public final class StoreRestoreCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "FILE", description = "what store backup wrote")
  private String file = "";

  @Option(names = "--dry-run", description = "show the difference and change nothing")
  private boolean dryRun;

  /** Creates the command. */
  public StoreRestoreCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    Path source = invocation.context().resolve(file);
    try (SqliteStore store = local.openStore()) {
      StoreView view = new StoreView(invocation);
      StoreFiles.Preview preview = StoreFiles.preview(store, source);
      if (dryRun) {
        view.restored(preview, false);
        return ExitCodes.OK;
      }
      view.announce(preview);
      Confirm.required(invocation, "Restore " + source.getFileName() + "?");
      StoreFiles.restore(store, source);
      view.restored(preview, true);
    }
    return ExitCodes.OK;
  }
}
