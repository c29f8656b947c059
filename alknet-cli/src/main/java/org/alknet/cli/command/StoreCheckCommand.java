package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.StoreFiles;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet store check} (spec/cli.md section 9.17). */
@Command(
    name = "check",
    header = {
      "Look for damage, unclear rows, a foreign schema and open permissions.",
      "",
      "  alknet store check",
      "  alknet store check --deep --json",
      "",
      "Ends with 28 if something is wrong; warnings alone are no failure.",
      ""
    })
public final class StoreCheckCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--deep", description = "compare every index with its table, too")
  private boolean deep;

  /** Creates the command. */
  public StoreCheckCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (SqliteStore store = LocalData.of(invocation).openStore()) {
      return new StoreView(invocation).check(StoreFiles.check(store, deep));
    }
  }
}
