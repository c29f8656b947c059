package org.alknet.cli.command;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.RemoteBook;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet remote show} (spec/cli.md section 9.9). */
@Command(
    name = "show",
    header = {
      "Show what is saved about a remote.",
      "",
      "  alknet remote show hub",
      "  alknet remote show hub --json",
      ""
    })
public final class RemoteShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "its name")
  private String name = "";

  /** Creates the command. */
  public RemoteShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    RemoteBook book = RemoteBook.open(invocation.dataDirectory());
    boolean selected = book.remotes().selected().equals(Optional.of(name));
    new RemoteView(invocation).one(name, book.get(name), selected);
    return ExitCodes.OK;
  }
}
