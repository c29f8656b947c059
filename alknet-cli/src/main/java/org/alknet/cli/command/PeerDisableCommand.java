package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet peer disable} (spec/cli.md section 9.11). */
@Command(
    name = "disable",
    aliases = "revoke",
    header = {
      "Withdraw everything a peer may do, and keep its entry.",
      "",
      "  alknet peer disable worker-a",
      "  alknet peer revoke worker-a",
      "",
      "A running node closes its live connections and ends its calls.",
      ""
    })
public final class PeerDisableCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "ID", description = "id of the peer")
  private String id = "";

  /** Creates the command. */
  public PeerDisableCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (Peers peers = LocalData.of(invocation).openPeers()) {
      Reach reach = peers.update(id, peer -> peer.toBuilder().enabled(false).build());
      new PeerView(invocation).changed(id, "disabled", reach);
    }
    return ExitCodes.OK;
  }
}
