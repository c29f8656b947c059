package org.alknet.cli.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code alknet store backup} (spec/cli.md section 9.17). */
@Command(
    name = "backup",
    header = {
      "Write a checked copy of the store, beside a running node.",
      "",
      "  alknet store backup",
      "  alknet store backup copy.db",
      "",
      "The copy is confidential. The vault is not in it.",
      ""
    })
public final class StoreBackupCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "a new file (default: in backups/ of the data directory)")
  private @Nullable String file;

  @Option(names = "--replace", description = "overwrite a file that is there")
  private boolean replace;

  /** Creates the command. */
  public StoreBackupCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    try (SqliteStore store = local.openStore()) {
      Path target =
          file == null
              ? StoreFiles.newBackup(local.directory(), "alknet")
              : invocation.context().resolve(file);
      new StoreView(invocation).backup(StoreFiles.backup(store, target, replace));
    }
    return ExitCodes.OK;
  }
}
