package org.alknet.cli.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.alknet.cli.admin.LocalNode;
import org.alknet.cli.assembly.ReloadReport;
import org.alknet.cli.context.CliException;
import org.alknet.cli.context.ExitCodes;
import org.alknet.cli.context.Invocation;
import org.alknet.cli.output.Escape;
import org.alknet.cli.output.JsonWriter;
import picocli.CommandLine.Command;

/** {@code alknet reload}: makes the node read its configuration (spec/cli.md section 6.3). */
@Command(
    name = "reload",
    header = {
      "Make the running node read its configuration again.",
      "",
      "  alknet reload",
      "  alknet reload --json",
      "",
      "Peers, keys and limits take effect at once; the rest is listed as waiting for a restart.",
      ""
    })
public final class ReloadCommand implements Callable<Integer> {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Invocation invocation;

  /** Creates the command. */
  public ReloadCommand(Invocation invocation) {
    this.invocation = invocation;
  }

  @Override
  public Integer call() throws Exception {
    invocation.prepareClient();
    ReloadReport report =
        LocalNode.running(invocation.dataDirectory())
            .reload(invocation.options().timeout().orElse(LIMIT));
    if (!report.accepted()) {
      throw CliException.of(
              ExitCodes.CONFIGURATION, "configuration refused, the old one stays in force")
          .withAdvice(report.problems());
    }
    invocation.result(
        invocation.options().json()
            ? JsonWriter.text("reload", ReloadView.json(report))
            : Escape.text(report.summary()));
    invocation.context().out().flush();
    return ExitCodes.OK;
  }
}
