package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.admin.Reach;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet peer enable} (spec/cli.md section 9.11). */
@Command(
    name = "enable",
    header = {
      "Let a disabled peer in again.",
      "",
      "  alknet peer enable worker-a",
      "  alknet peer enable worker-a --json",
      ""
    })
public final class PeerEnableCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "ID", description = "id of the peer")
  private String id = "";

  /** Creates the command. */
  public PeerEnableCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    try (Peers peers = LocalData.of(invocation).openPeers()) {
      Reach reach = peers.update(id, peer -> peer.toBuilder().enabled(true).build());
      new PeerView(invocation).changed(id, "enabled", reach);
    }
    return ExitCodes.OK;
  }
}
