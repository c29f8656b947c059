package org.alknet.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.OfferedOperations;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import picocli.CommandLine.Command;

/** {@code alknet acl matrix} (spec/cli.md section 9.13). */
@Command(
    name = "matrix",
    header = {
      "Show which operations each peer may use.",
      "",
      "  alknet acl matrix",
      "  alknet acl matrix --json",
      ""
    })
public final class AclMatrixCommand implements Callable<Integer> {
  private final Invocation invocation;

  /** Creates the command. */
  public AclMatrixCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalData local = LocalData.of(invocation);
    List<AclCaller> callers = new ArrayList<>();
    callers.add(AclCaller.anonymous());
    local.peers().forEach(peer -> callers.add(AclCaller.peer(peer)));
    new AclView(invocation, OfferedOperations.of(local.directory(), local.config()))
        .matrix(callers);
    return ExitCodes.OK;
  }
}
