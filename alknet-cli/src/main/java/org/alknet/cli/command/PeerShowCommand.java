package org.alknet.cli.command;

import java.util.concurrent.Callable;
import org.alknet.cli.admin.Peers;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code alknet peer show} (spec/cli.md section 9.11). */
@Command(
    name = "show",
    header = {
      "Show one peer.",
      "",
      "  alknet peer show operator",
      "  alknet peer show operator --json",
      ""
    })
public final class PeerShowCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Parameters(paramLabel = "ID", description = "id of the peer")
  private String id = "";

  /** Creates the command. */
  public PeerShowCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    new PeerView(invocation).one(Peers.find(LocalData.of(invocation).peers(), id));
    return ExitCodes.OK;
  }
}
