package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;

/** {@code alknet store info} (spec/cli.md section 9.17). */
@Command(
    name = "info",
    header = {
      "Show what the store consists of.",
      "",
      "  alknet store info",
      "  alknet store info --json",
      ""
    })
public final class StoreInfoCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** Creates the command. */
  public StoreInfoCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (SqliteStore store = LocalData.of(invocation).openStore()) {
      new StoreView(invocation).info(store.info(), store.health());
    }
    return ExitCodes.OK;
  }
}
