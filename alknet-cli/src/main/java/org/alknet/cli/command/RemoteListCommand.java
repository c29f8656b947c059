package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.RemoteBook;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet remote list} (spec/cli.md section 9.9). */
@Command(
    name = "list",
    aliases = "ls",
    header = {
      "List the saved remotes; a star marks the one commands talk to.",
      "",
      "  alknet remote list",
      "  alknet remote list --json",
      ""
    })
public final class RemoteListCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(names = "--full", description = "whole fingerprints on a terminal too, and no line cut")
  private boolean full;

  /** Creates the command. */
  public RemoteListCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    new RemoteView(invocation).list(RemoteBook.open(invocation.dataDirectory()).remotes(), full);
    return ExitCodes.OK;
  }
}
