package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.RemoteBook;
import org.alknet.cli.assembly.NodeStore;
import org.alknet.cli.assembly.SavedRemote;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import org.alknet.store.sqlite.SqliteStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet remote remove} (spec/cli.md section 9.9). */
@Command(
    name = "remove",
    aliases = "rm",
    header = {
      "Forget a remote, and the token that was stored with it; asks first.",
      "",
      "  alknet remote remove spare --yes",
      "  alknet remote rm hub --yes",
      ""
    })
public final class RemoteRemoveCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "NAME", description = "its name")
  private String name = "";

  /** Creates the command. */
  public RemoteRemoveCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    RemoteBook book = RemoteBook.open(invocation.dataDirectory());
    SavedRemote remote = book.get(name);
    Confirm.required(invocation, "Remove remote " + name + "?");
    book.remove(name);
    if (remote.token().orElse(null) instanceof SavedRemote.Token.Credential token) {
      try (SqliteStore store = LocalData.of(invocation).openStore()) {
        NodeStore.await("cannot delete the token", store.credentials().delete(token.provider()));
      }
    }
    new RemoteView(invocation).changed(name, "removed", remote, false);
    return ExitCodes.OK;
  }
}
