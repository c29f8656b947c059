package org.alknet.cli.command;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.LocalNode;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.JsonWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code alknet stop}: ends the running node (spec/cli.md section 9.3). */
@Command(
    name = "stop",
    header = {
      "Stop the node of this data directory; calls under way may finish.",
      "",
      "  alknet stop",
      "  alknet stop --wait 1m",
      ""
    })
public final class StopCommand implements Callable<Integer> {
  private final Invocation invocation;

  @Option(
      names = "--wait",
      paramLabel = "DURATION",
      defaultValue = "30s",
      description = "how long to wait for its end (default ${DEFAULT-VALUE})")
  private Duration limit = Duration.ofSeconds(30);

  /** Creates the command. */
  public StopCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    LocalNode node = LocalNode.running(invocation.dataDirectory());
    if (!node.stop(limit)) {
      throw CliException.of(
          ExitCodes.TIMEOUT, "process " + node.state().pid() + " is still stopping");
    }
    if (invocation.options().json()) {
      invocation.result(JsonWriter.text("stop", Map.of("pid", node.state().pid())));
      invocation.context().out().flush();
    } else {
      invocation.note("process " + node.state().pid() + " has stopped");
    }
    return ExitCodes.OK;
  }
}
