package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.input.Confirm;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet peer remove} (spec/cli.md section 9.11). */
@Command(
    name = "remove",
    aliases = "rm",
    header = {
      "Forget a peer; asks first.",
      "",
      "  alknet peer remove worker-a --yes",
      "  alknet peer rm worker-b --yes",
      ""
    })
public final class PeerRemoveCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "ID", description = "id of the peer")
  private String id = "";

  /** Creates the command. */
  public PeerRemoveCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (Peers peers = LocalData.of(invocation).openPeers()) {
      peers.get(id);
      Confirm.required(invocation, "Remove peer " + id + "?");
      new PeerView(invocation).changed(id, "removed", peers.remove(id));
    }
    return ExitCodes.OK;
  }
}
